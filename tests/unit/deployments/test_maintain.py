"""The restore drill as an operator does it, with no Prefect and no Dask to be had."""

import shutil
from pathlib import Path

from halocline.stores.bucket import Bucket, raw_key
from halocline.stores.publication import publish
from halocline.stores.schemas import rows_of
from halocline.stores.tables import Tables
from tests.samples.stores import file_event, product_event, written
from tests.unit.deployments.test_cli import run

NO_SERVICES = ("prefect", "dask", "distributed")


def a_store(folder: Path) -> Bucket:
    bucket = Bucket(f"file://{folder}/store")
    tables = Tables(bucket)
    event = file_event("aoml/1/R1_001.nc")
    bucket.put_new(raw_key("argo_gdac", event["sha256"]), b"raw")
    tables.append("raw_files", rows_of("raw_files", [event]), run="r")
    publish(tables, [written(bucket, product_event("1"))], run="r")
    return bucket


def test_the_drill_back_up_lose_the_tables_restore_go_on(tmp_path: Path) -> None:
    bucket = a_store(tmp_path)
    copy, where = f"file://{tmp_path}/copy", {"HALOCLINE_STORE": bucket.url}
    done = run("maintain", "backup", copy, home=tmp_path, blocked=NO_SERVICES, **where)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(tmp_path / "store" / "tables")
    assert "nothing is published" in run("products", "get", "1", home=tmp_path, **where).stderr
    done = run("maintain", "restore", copy, home=tmp_path, blocked=NO_SERVICES, **where)
    assert done.returncode == 0, done.stderr
    assert "every object that the tables name is there" in done.stdout
    got = run("products", "get", "1", "--out", "got", home=tmp_path, **where)
    assert got.returncode == 0, got.stderr
    assert (tmp_path / "got" / "1_product.nc").read_bytes()
    again = publish(Tables(bucket), [written(bucket, product_event("2"))], run="r")
    assert (again.published, again.version) == (1, 2)


def test_a_restore_says_which_objects_are_lost(tmp_path: Path) -> None:
    bucket = a_store(tmp_path)
    copy, where = f"file://{tmp_path}/copy", {"HALOCLINE_STORE": bucket.url}
    run("maintain", "backup", copy, home=tmp_path, **where)
    bucket.delete(raw_key("argo_gdac", "0" * 64))
    done = run("maintain", "restore", copy, home=tmp_path, **where)
    assert done.returncode == 1
    assert f"lost: {raw_key('argo_gdac', '0' * 64)}" in done.stdout


def test_maintaining_without_a_prefect_server_says_what_to_do(tmp_path: Path) -> None:
    done = run("maintain", home=tmp_path, HALOCLINE_STORE=f"file://{tmp_path}/store")
    assert done.returncode == 2
    assert "PREFECT_API_URL is not set" in done.stderr
