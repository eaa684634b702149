"""Tables: what was appended is read back, stamped with run and version."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from halocline.model.errors import ConfigInvalid, ContractBroken, SourceUnavailable
from halocline.stores.bucket import Bucket, StoreOptions
from halocline.stores.delta import create_table, delta_options
from halocline.stores.schemas import PRODUCTS, RAW_FILES, TABLES, rows_of
from halocline.stores.tables import Tables, current_files, current_products
from tests.samples.stores import file_event
from tests.stores_fixtures import S3Server


def rows(*names: str, **changes: object) -> pa.Table:
    return rows_of("raw_files", [file_event(name, **changes) for name in names])


@pytest.mark.parametrize("name", sorted(TABLES))
def test_nothing_yet_is_an_empty_table(tmp_path: Path, name: str) -> None:
    tables = Tables(Bucket(f"file://{tmp_path}"))
    assert tables.version(name) == -1
    assert tables.read(name).schema == TABLES[name].schema
    assert tables.read(name, columns=["seq", "run"]).column_names == ["seq", "run"]
    assert tables.read(name).num_rows == 0
    assert list(tmp_path.iterdir()) == [], "reading writes nothing"


def test_rows_carry_the_version_that_brought_them(bucket: Bucket) -> None:
    tables = Tables(bucket)
    for number in range(3):
        version = tables.append("raw_files", rows(f"aoml/1/R1_{number}.nc"), run=f"run {number}")
        assert version == tables.version("raw_files")
    found = tables.read("raw_files").sort_by("seq")
    assert found["seq"].to_pylist() == [1, 2, 3]
    assert found["run"].to_pylist() == ["run 0", "run 1", "run 2"]
    assert found.schema == RAW_FILES.schema


def test_only_what_is_asked_for_is_read(bucket: Bucket) -> None:
    tables = Tables(bucket)
    tables.append("raw_files", rows("aoml/1/a", "aoml/2/b", "aoml/3/c"), run="r")
    found = tables.read("raw_files", columns=["file"], filters=[("platform", "in", ["1", "3"])])
    assert found.to_pydict() == {"file": ["aoml/1/a", "aoml/3/c"]}


def test_current_is_the_last_event_and_withdrawn_stays_visible(bucket: Bucket) -> None:
    tables = Tables(bucket)
    tables.append("raw_files", rows("aoml/1/a", "aoml/1/b", sha256="1"), run="r")
    tables.append("raw_files", rows("aoml/1/a", sha256="2"), run="r")
    tables.append("raw_files", rows("aoml/1/b", status="withdrawn"), run="r")
    found = current_files(tables.read("raw_files")).sort_by("file").select(["sha256", "status"])
    assert found.to_pylist() == [
        {"sha256": "2", "status": "current"},
        {"sha256": "0" * 64, "status": "withdrawn"},
    ]


def test_of_one_file_twice_in_a_batch_the_last_counts(tmp_path: Path) -> None:
    tables = Tables(Bucket(f"file://{tmp_path}"))
    batch = pa.concat_tables([rows("aoml/1/a", sha256="1"), rows("aoml/1/a", sha256="2")])
    tables.append("raw_files", batch, run="r")
    assert tables.read("raw_files", columns=["sha256"])["sha256"].to_pylist() == ["2"]


def test_a_run_has_one_row(tmp_path: Path) -> None:
    tables = Tables(Bucket(f"file://{tmp_path}"))
    event = {
        "flow": "process", "name": "process argo", "status": "completed",
        "started": "2026-01-01T00:00:00Z", "finished": "2026-01-01T00:01:00Z", "software": "0.1.0",
        "code_digest": "c", "parameters": "{}", "published": 3, "dropped": 0, "set_aside": 1,
        "summary": "{}",
    }  # fmt: skip
    tables.append("runs", rows_of("runs", [event]), run="run 1")
    assert tables.read("runs").to_pylist() == [{**event, "run": "run 1", "seq": 1}]


def test_writers_at_once_lose_nothing(bucket: Bucket) -> None:
    """Eight threads, the first commits race to create the table as well."""
    tables = Tables(bucket)

    def write(number: int) -> int:
        return tables.append("raw_files", rows(f"aoml/{number}/a"), run=f"run {number}")

    with ThreadPoolExecutor(8) as pool:
        versions = list(pool.map(write, range(8)))
    found = {row["file"]: row["seq"] for row in tables.read("raw_files").to_pylist()}
    assert found == {f"aoml/{number}/a": seq for number, seq in enumerate(versions)}
    assert sorted(versions) == list(range(1, 9)), "each commit has its own version"


def test_products_cannot_be_appended_past_the_guard(tmp_path: Path) -> None:
    with pytest.raises(ContractBroken, match="publish"):
        Tables(Bucket(f"file://{tmp_path}")).append(
            "products", PRODUCTS.schema.empty_table(), run="r"
        )


def test_other_columns_are_refused(tmp_path: Path) -> None:
    tables = Tables(Bucket(f"file://{tmp_path}"))
    with pytest.raises(ContractBroken, match="columns"):
        tables.append("raw_files", rows("aoml/1/a").drop_columns(["sha256"]), run="r")
    text = rows("aoml/1/a").set_column(4, "cycle", pa.array(["one"]))
    with pytest.raises(ContractBroken, match="another type"):
        tables.append("raw_files", text, run="r")


def test_a_table_of_other_columns_is_ours_to_mend(tmp_path: Path) -> None:
    bucket = Bucket(f"file://{tmp_path}")
    DeltaTable.create(bucket.url_of(RAW_FILES.path), schema=pa.schema([("file", pa.string())]))
    with pytest.raises(ContractBroken, match="other columns"):
        Tables(bucket).append("raw_files", rows("aoml/1/a"), run="r")


def test_rows_are_never_changed_or_deleted(tmp_path: Path) -> None:
    bucket = Bucket(f"file://{tmp_path}")
    Tables(bucket).append("raw_files", rows("aoml/1/a"), run="r")
    with pytest.raises(Exception, match="append-only"):
        create_table(bucket, RAW_FILES).delete()


def test_current_products_takes_the_year_into_account() -> None:
    table = pa.table({"network": ["coasthf"] * 3, "platform": ["62443"] * 3,
                      "year": pa.array([2020, 2021, 2020], pa.int32()),
                      "seq": pa.array([1, 1, 2], pa.int64())})  # fmt: skip
    assert current_products(table)["seq"].to_pylist() == [1, 2]


def test_an_address_nobody_answers_is_unavailable_not_empty() -> None:
    away = StoreOptions(endpoint="http://127.0.0.1:1", key="k", secret="s")
    with pytest.raises(SourceUnavailable, match="tables/products") as caught:
        Tables(Bucket("s3://b", away)).read("products")
    assert "\x1b" not in str(caught.value)


@pytest.mark.stack
def test_a_wrong_key_is_the_operators_fault(s3_server: S3Server) -> None:
    wrong = StoreOptions(s3_server.endpoint, s3_server.options.key, "wrong")
    with pytest.raises(ConfigInvalid, match="access key"):
        Tables(Bucket("s3://halocline/x", wrong)).read("products")


def test_the_unsafe_rename_stays_off_whatever_the_environment_says() -> None:
    options = delta_options(Bucket("s3://b", StoreOptions(endpoint="http://h", key="k")))
    assert options is not None
    assert options["AWS_S3_ALLOW_UNSAFE_RENAME"] == "false"
    assert options["AWS_CONDITIONAL_PUT"] == "etag"
