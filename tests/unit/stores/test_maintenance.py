"""Maintenance beside publishers: rows stay, garbage goes, a copy is the table again."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from halocline.model.errors import ContractBroken
from halocline.stores.bucket import Bucket, Entry, raw_key
from halocline.stores.maintenance import (
    compact,
    copy_table,
    found_before,
    missing,
    remove,
    superseded_raw,
    unreferenced,
    vacuum,
)
from halocline.stores.publication import publish
from halocline.stores.schemas import rows_of
from halocline.stores.tables import Tables, current_files
from tests.samples.stores import file_event, product_event, written

NOW = datetime.now(tz=UTC)
NEXT_WEEK = NOW + timedelta(days=8)


def filled(bucket: Bucket, *, commits: int = 5) -> Tables:
    tables = Tables(bucket)
    for number in range(commits):
        event = file_event(f"aoml/{number % 3}/R{number % 3}.nc", sha256=f"{number:064d}")
        bucket.put_new(raw_key("argo_gdac", event["sha256"]), b"raw")
        tables.append("raw_files", rows_of("raw_files", [event]), run=f"run {number}")
    return tables


def test_compacting_keeps_every_row_and_the_versions(bucket: Bucket) -> None:
    tables = filled(bucket)
    before = tables.read("raw_files").sort_by("seq")
    done = compact(tables, "raw_files")
    assert (done.files_before, done.files_after) == (5, 1)
    assert tables.read("raw_files").sort_by("seq") == before
    version = tables.append(
        "raw_files", rows_of("raw_files", [file_event("aoml/0/R0.nc", sha256="last")]), run="r"
    )
    assert version > max(before["seq"].to_pylist())
    latest = current_files(tables.read("raw_files", filters=[("file", "=", "aoml/0/R0.nc")]))
    assert latest["sha256"].to_pylist() == ["last"]


def test_compacting_nothing_is_nothing(tmp_path: Path) -> None:
    tables = Tables(Bucket(f"file://{tmp_path}"))
    assert compact(tables, "products").files_after == 0
    assert vacuum(tables, "products") == []


def test_vacuum_spares_what_a_reader_may_have_open(tmp_path: Path) -> None:
    tables = filled(Bucket(f"file://{tmp_path}"))
    compact(tables, "raw_files")
    assert vacuum(tables, "raw_files", dry_run=False) == []
    assert tables.read("raw_files").num_rows == 5


def test_old_garbage_is_found_and_what_events_name_is_not(bucket: Bucket) -> None:
    tables = filled(bucket)
    for time in ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"):
        publish(tables, [written(bucket, product_event("1", reference_time=time))], run="r")
    bucket.put_new("raw/argo_gdac/ab/abandoned", b"12345")
    bucket.put_new("products/argo/1/never-published/product.nc", b"123")
    assert unreferenced(tables, now=NOW) == [], "a run may still be about to commit"
    found = unreferenced(tables, now=NEXT_WEEK)
    assert [one.key for one in found] == [
        "raw/argo_gdac/ab/abandoned",
        "products/argo/1/never-published/product.nc",
    ]
    assert remove(bucket, found) == 8
    assert unreferenced(tables, now=NEXT_WEEK) == []
    assert missing(tables) == []


def test_raw_retention_spares_what_is_current_or_in_a_product(bucket: Bucket) -> None:
    tables = Tables(bucket)
    for number in range(3):  # three deliveries of one file; the product is made of the second
        event = file_event("aoml/1/R1_001.nc", sha256=f"{number:064d}")
        bucket.put_new(raw_key("argo_gdac", event["sha256"]), b"raw")
        tables.append("raw_files", rows_of("raw_files", [event]), run="r")
    event = written(bucket, product_event("1"))
    manifest = {"inputs": [{"file": "R1_001.nc", "sha256": f"{1:064d}"}]}
    bucket.put(f"{event['path']}/manifest.json", json.dumps(manifest).encode())
    publish(tables, [event], run="r")
    assert superseded_raw(tables, now=NOW, days=0) == [], "the grace holds whatever is asked"
    assert superseded_raw(tables, now=NEXT_WEEK, days=30) == []
    found = superseded_raw(tables, now=NEXT_WEEK, days=7)
    assert [one.key for one in found] == [raw_key("argo_gdac", f"{0:064d}")]
    remove(bucket, found)
    assert missing(tables) == []


def test_a_lost_object_is_reported(tmp_path: Path) -> None:
    bucket = Bucket(f"file://{tmp_path}")
    tables = filled(bucket, commits=1)
    event = written(bucket, product_event("1"))
    publish(tables, [event], run="r")
    assert missing(tables) == []
    bucket.delete(f"{event['path']}/preview.png")
    bucket.delete(raw_key("argo_gdac", "0" * 64))
    assert missing(tables) == [f"{event['path']}/preview.png", raw_key("argo_gdac", "0" * 64)]


def test_the_restore_drill(bucket: Bucket, tmp_path: Path) -> None:
    """Back up, lose the tables, restore, go on publishing where it stopped."""
    backup = Bucket(f"file://{tmp_path}/backup")
    tables = Tables(bucket)
    for platform in ("1", "2"):
        publish(tables, [written(bucket, product_event(platform))], run="r")
    before = tables.read("products").sort_by("seq")
    assert copy_table("products", source=bucket, target=backup) == 2
    for key in bucket.list("tables/"):
        bucket.delete(key)
    assert tables.version("products") == -1
    assert copy_table("products", source=backup, target=bucket) == 2
    assert tables.read("products").sort_by("seq") == before
    again = publish(tables, [written(bucket, product_event("2"))], run="r")
    more = publish(tables, [written(bucket, product_event("3"))], run="r")
    assert (again.published, more.version) == (0, 3)


def test_a_backup_grows_with_its_table_and_never_mixes_histories(tmp_path: Path) -> None:
    one, two, backup = (Bucket(f"file://{tmp_path}/{name}") for name in ("one", "two", "backup"))
    filled(one, commits=1)
    copy_table("raw_files", source=one, target=backup)
    Tables(one).append("raw_files", rows_of("raw_files", [file_event("aoml/9/x")]), run="r")
    assert copy_table("raw_files", source=one, target=backup) == 2
    filled(two, commits=3)
    with pytest.raises(ContractBroken, match="history of its own"):
        copy_table("raw_files", source=two, target=backup)
    with pytest.raises(ContractBroken, match="history of its own"):
        copy_table("raw_files", source=backup, target=two)
    assert Tables(backup).read("raw_files").num_rows == 2


def test_nothing_goes_that_no_look_has_found_a_week_before(bucket: Bucket) -> None:
    one, other = (Entry(key=f"raw/x/{name}", size=1, modified="2020-01-01T00:00:00Z")
                  for name in ("one", "other"))  # fmt: skip
    assert found_before(bucket, [one], now=NOW) == []
    assert found_before(bucket, [one, other], now=NOW + timedelta(days=6)) == []
    assert found_before(bucket, [one, other], now=NOW + timedelta(days=8)) == [one]
    assert found_before(bucket, [other], now=NOW + timedelta(days=9)) == []
    assert found_before(bucket, [one], now=NOW + timedelta(days=30)) == [], "it was named between"
