"""Versions of a product, and what one says otherwise than the one before, as an operator asks."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from typer.testing import CliRunner

from deployments.cli import build
from halocline.model.digest import sha256_of
from halocline.pipeline.product_bytes import ProductDamaged
from halocline.stores.bucket import Bucket
from halocline.stores.publication import publish
from halocline.stores.tables import Tables
from tests.stores_fixtures import folder_bucket

DAYS = np.datetime64("2024-01-01", "ns") + np.arange(4) * np.timedelta64(1, "D")


def product(folder: Path, filled: list[float]) -> bytes:
    path = folder / "product.nc"
    flag = np.where(np.isnan(filled), 9, 1).astype(np.int8)
    xr.Dataset(
        {
            "TEMP": ("TIME", np.array(filled), {"units": "degrees_C"}),
            "TEMP_QC": ("TIME", flag),
            "TEMP_FILLED": ("TIME", np.array(filled)),
        },
        coords={"TIME": DAYS[: len(filled)]},
    ).to_netcdf(path)
    return path.read_bytes()


def event(content: bytes, *, day: int) -> dict:
    version = sha256_of(content)
    return {
        "network": "coasthf", "platform": "6200443", "year": 2024, "version": version,
        "recipe": version, "reference_time": f"2026-11-{day}T00:00:00Z",
        "path": f"products/coasthf/6200443/2024/{version}", "status": "current", "inputs": 1,
        "n_profiles": 0, "n_values": 3, "n_flagged": 0, "n_filled": 1, "summary": "{}",
    }  # fmt: skip


@pytest.fixture
def revised(tmp_path: Path) -> tuple[Bucket, list[str]]:
    """A store whose product was revised once, and its two versions."""
    bucket, versions = folder_bucket(tmp_path), []
    for day, filled in ((24, [1.0, 2.0, 3.0]), (25, [1.0, 2.5, 3.0, 4.0])):
        content = product(tmp_path, filled)
        one = event(content, day=day)
        bucket.put(f"{one['path']}/product.nc", content)
        publish(Tables(bucket), [one], run=f"run-{day}")
        versions.append(one["version"])
    return bucket, versions


@pytest.fixture
def asked(tmp_path: Path, revised, monkeypatch):
    """Words to ask that store with."""
    bucket, _versions = revised
    monkeypatch.setenv("HALOCLINE_HOME", str(tmp_path))
    monkeypatch.setenv("HALOCLINE_STORE", bucket.url)
    return lambda *words: CliRunner().invoke(build(), ["products", *words])


def test_a_revision_is_told_with_its_size_and_place(asked, revised) -> None:
    said = asked("changes", "6200443", "--year", "2024").output
    old, new = (one[:12] for one in revised[1])
    assert f"6200443 2024: {old} became {new}; 1 points added, 0 gone" in said
    (row,) = [line.split() for line in said.splitlines() if line.startswith("TEMP")]
    assert row[1:] == ["0", "0", "0", "0", "1", "0.5", "degrees_C", "2024-01-02T00:00:00"]


def test_a_revision_of_damaged_bytes_is_not_told(asked, revised) -> None:
    bucket, (old, _new) = revised
    key = f"products/coasthf/6200443/2024/{old}/product.nc"
    bucket.put(key, bucket.get(key)[:-1])
    done = asked("changes", "6200443", "--year", "2024")
    assert isinstance(done.exception, ProductDamaged)
    assert bucket.url_of(key) in str(done.exception)


def test_the_history_names_every_version_and_its_run(asked) -> None:
    said = asked("history", "6200443").output
    assert [word in said for word in ("run-24", "run-25")] == [True, True]


def test_without_a_version_before_it_says_where_to_look(asked) -> None:
    done = asked("changes", "6200450")
    assert done.exit_code != 0
    assert "products history" in str(done.exception) + done.output
