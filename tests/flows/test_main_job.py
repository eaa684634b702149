"""The main job on the embedded stack: a small twin ocean, pulled, checked, filled, published."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import netCDF4
import numpy as np
import pytest

from halocline.pipeline.catalogue import Listed, published
from halocline.pipeline.read import decode, open_product
from halocline.settings import child_environment
from halocline.simulate.archive import write_archive
from halocline.simulate.later import later_archive
from halocline.simulate.summary import ArchiveSummary
from halocline.sources.coriolis_cotier import read_file
from halocline.stores.bucket import Bucket, StoreOptions
from halocline.stores.tables import Tables, current_files
from tests.samples.cf import cf_report
from tests.samples.command_line import CommandLine, command_line
from tests.samples.prefect_api import ask

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(600)]


@dataclass
class Station:
    """A data centre with its bucket, and the archive it follows."""

    home: Path
    bucket: Bucket
    api: str
    archive: Path
    summary: ArchiveSummary
    commands: CommandLine

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "HALOCLINE_HOME": str(self.home)}

    def run(self, archive: Path, *options: str) -> str:
        """Run the demo on an archive; its output."""
        words = ("demo", "--archive", str(archive), *options)
        return said(self.commands.run(*words, environment=self.environment))

    def products(self) -> dict[tuple[str, int], Listed]:
        return {(one.platform, one.year): one for one in published(self.bucket)}


def said(done: "subprocess.CompletedProcess[str]") -> str:
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-5000:]
    return done.stdout


@pytest.fixture(scope="module")
def station(stack, tmp_path_factory) -> Iterator[Station]:
    folder = tmp_path_factory.mktemp("archive")
    summary = write_archive(
        folder, seed=11, floats=6, profiles_per_float=14, stations=1, months=7, start="2024-06-01"
    )
    settings = stack.settings
    bucket = Bucket(settings.require("store"), StoreOptions(**settings.s3_options()))
    api = settings.require("prefect_api_url")
    with command_line(child_environment(settings)) as commands:
        yield Station(stack.home, bucket, api, folder, summary, commands)


@pytest.fixture(scope="module")
def first(station) -> str:
    """Output of the first run, in a fresh interpreter."""
    words = (sys.executable, "-m", "deployments.cli", "demo", "--archive", str(station.archive))
    return said(
        subprocess.run(  # the exit code is judged with what was said
            words, env=station.environment, capture_output=True, text=True, timeout=400, check=False
        )
    )


def test_every_platform_has_a_product_and_every_bad_file_its_reason(station, first):
    found = station.products()
    assert {name for name, year in found if year == 0} == set(station.summary.floats)
    assert {name for name, year in found if year} == set(station.summary.stations)
    files = Tables(station.bucket).read("raw_files")
    aside = {
        row["file"]: row["reason"]
        for row in current_files(files).to_pylist()
        if row["status"] == "quarantined"
    }
    planted = {one.file: str(one.reason) for one in station.summary.bad_files}
    assert aside == planted
    assert "products published" in first


def test_the_run_leaves_a_status_site_of_every_platform(station, first):
    front = station.bucket.get("site/en/index.html").decode()
    for platform, _year in station.products():
        (page,) = [
            key for key in station.bucket.list("site/fr/") if key.endswith(f"/{platform}.html")
        ]
        assert page.removeprefix("site/fr/") in front


def test_every_measured_value_of_a_float_is_in_its_product(station, first):
    platform = station.summary.floats[0]
    product = open_product(platform, store=station.bucket)
    bad = {one.file for one in station.summary.bad_files}
    held = Counter(product["TEMP"].values[np.isfinite(product["TEMP"].values)].tolist())
    sent: Counter[float] = Counter()
    for path in sorted((station.archive / "argo/gdac/dac").glob(f"*/{platform}/profiles/[RD]*.nc")):
        if path.relative_to(station.archive / "argo/gdac/dac").as_posix() in bad:
            continue
        with netCDF4.Dataset(path) as opened:
            value = opened["TEMP"][:].filled(np.nan)
        sent.update(value[np.isfinite(value)].tolist())
    assert sent
    assert held == sent


def test_every_measured_value_of_a_station_is_in_its_product(station, first):
    (name, year) = next(key for key in station.products() if key[1])
    product = open_product(name, year=year, store=station.bucket)
    value = product["TEMP"].values
    kept = dict(zip(product["TIME"].values, value, strict=True))
    folder = station.archive / "coasthf/coriolis_cotier_csv"
    bad = {one.file for one in station.summary.bad_files}
    month = next(
        path for path in sorted(folder.glob(f"OC_{year}??_TS_MA_{name}.csv"))
        if path.name not in bad
    )  # fmt: skip
    series = read_file(
        month.read_bytes(), file=month.name, received=np.datetime64("2030-01-01", "s")
    ).series
    sent = series.variables["TEMP"].value
    there = np.isfinite(sent)
    same = [
        kept[np.datetime64(stamp, "ns")] == one
        for stamp, one in zip(series.time[there], sent[there], strict=True)
    ]
    assert len(same) > 1000
    assert np.mean(same) > 0.98  # late rows of another file replace the others
    measured = product["TEMP_ORIGIN"].values == 0
    assert (product["TEMP_FILLED"].values[measured] == value[measured]).all()


@pytest.mark.parametrize("network", ["argo", "coasthf"])
def test_the_cf_checker_finds_no_fault(station, first, network, tmp_path):
    listed = next(one for one in station.products().values() if one.network == network)
    path = tmp_path / "product.nc"
    path.write_bytes(station.bucket.get(f"{listed.path}/product.nc"))
    report = cf_report(path)
    assert "All tests passed!" in report, report


def test_an_estimate_never_looks_like_a_measurement(station, first):
    for key, listed in station.products().items():
        product = decode(station.bucket.get(f"{listed.path}/product.nc"))
        for base in [one.removesuffix("_FILLED") for one in product if one.endswith("_FILLED")]:
            estimated = np.isin(product[f"{base}_ORIGIN"].values, [2, 3])
            assert np.isfinite(product[f"{base}_SD"].values[estimated]).all(), key
            lower, upper = product[f"{base}_LOWER"].values, product[f"{base}_UPPER"].values
            value = product[f"{base}_FILLED"].values
            assert (lower[estimated] <= value[estimated]).all(), key
            assert (value[estimated] <= upper[estimated]).all(), key


def test_a_method_other_than_interpolation_wins_where_the_tide_is_planted(station, first):
    assert "Not interpolation:" in first
    gates = [
        row
        for listed in station.products().values()
        if listed.network == "coasthf"
        for counts in listed.summary.values()
        for row in counts["gate"]
    ]
    won = [row for row in gates if row["reason"] == "won" and row["method"] != "linear"]
    assert won
    assert min(row["scores"][row["method"]]["rmse_over_linear"] for row in won) < 0.8


def test_a_second_run_publishes_nothing(station, first):
    before = station.products()
    assert "0 products published" in station.run(station.archive)
    assert station.products() == before


def test_a_forced_run_makes_the_same_bytes_and_mends_those_that_were_damaged(station, first):
    before = station.products()
    key = f"{before[station.summary.floats[0], 0].path}/product.nc"
    whole = station.bucket.get(key)
    station.bucket.put(key, whole[:1000] + b"damaged" + whole[1007:])
    assert "0 products published" in station.run(station.archive, "--force")
    assert station.products() == before
    assert station.bucket.get(key) == whole
    folders = {key.rsplit("/", 1)[0] for key in station.bucket.list("products/")}
    assert folders == {one.path for one in before.values()}


def test_what_the_prefect_ui_shows(station, first):
    ours = {"flow_runs": {"tags": {"all_": ["halocline", "mirror"]}}, "limit": 200}
    runs = {run["id"]: run["name"] for run in ask(station.api, "flow_runs/filter", ours)}
    assert {"operate mirror", "pull mirror", "process mirror"} <= set(runs.values())
    names = {task["name"] for task in ask(station.api, "task_runs/filter", ours)}
    assert {"plan", "summary", "list argo_gdac", "process argo, batch 1 of 1"} <= names
    told = {"logs": {"flow_run_id": {"any_": list(runs)}}, "limit": 200}
    lines = [line["message"] for line in ask(station.api, "logs/filter", told)]
    platform = station.summary.floats[0]
    assert any(line.startswith(f"{platform} · ") for line in lines)
    artifacts = {one["key"] for one in ask(station.api, "artifacts/filter", ours)}
    assert {"summary-mirror", "set-aside-mirror", "process-argo-1"} <= artifacts


def test_later_only_what_changed_is_made(station, first, tmp_path):
    before = station.products()
    later = later_archive(station.archive, tmp_path / "later", seed=3)
    station.run(tmp_path / "later")
    after = station.products()
    changed = {key for key in after if before.get(key) != after[key]}
    years = {(name, year) for name, year in later.station_years}
    assert changed == {(name, 0) for name in later.floats} | years
    withdrawn = {
        row["file"]
        for row in current_files(Tables(station.bucket).read("raw_files")).to_pylist()
        if row["status"] == "withdrawn"
    }
    assert set(later.withdrawn) <= withdrawn
