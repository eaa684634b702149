"""Rows of a table: exactly those asked for, and nothing of Python in another's threads."""

import operator
import subprocess
import sys
from pathlib import Path

import pytest
from deltalake import DeltaTable

from halocline.model.errors import ContractBroken, SourceUnavailable
from halocline.stores.bucket import Bucket
from halocline.stores.delta import open_table, store_faults
from halocline.stores.scan import FEW, OPERATORS, read_rows
from halocline.stores.schemas import RAW_FILES, rows_of
from halocline.stores.tables import Tables
from tests.samples.stores import file_event

PLATFORMS = ("1900001", "4900002", "4900002", "l'Île", '% _ \\ "x"', "' OR 1=1 --")
MEANING = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge, "in": lambda value, wanted: value in wanted,
}  # fmt: skip


@pytest.fixture
def table(bucket: Bucket) -> DeltaTable:
    """Two commits, platforms and cycles (the row's number) that differ."""
    events = [file_event(f"aoml/1/{n}", platform=name, cycle=n) for n, name in enumerate(PLATFORMS)]
    for half in (events[:3], events[3:]):
        Tables(bucket).append(RAW_FILES.name, rows_of(RAW_FILES.name, half), run="r")
    found = open_table(bucket, RAW_FILES)
    assert found is not None
    return found


def cycles(table: DeltaTable, *filters: tuple[str, str, object]) -> list[int]:
    found = read_rows(table, RAW_FILES, columns=["cycle"], filters=filters)
    assert found.column_names == ["cycle"]
    return sorted(found["cycle"].to_pylist())


@pytest.mark.parametrize("name", OPERATORS)
def test_a_condition_finds_what_python_finds(table: DeltaTable, name: str) -> None:
    for wanted in PLATFORMS:
        value = [wanted, "not there"] if name == "in" else wanted
        expected = [n for n, one in enumerate(PLATFORMS) if MEANING[name](one, value)]
        assert cycles(table, ("platform", name, value)) == expected


def test_conditions_all_hold_and_numbers_can_be_asked_for(table: DeltaTable) -> None:
    assert cycles(table, ("platform", "=", "4900002"), ("cycle", ">", 1)) == [2]
    assert cycles(table, ("cycle", "in", [0, 5, 6])) == [0, 5]
    assert cycles(table, ("source", "=", "another")) == []


def test_a_long_list_finds_what_a_short_one_finds(table: DeltaTable) -> None:
    others = [f"no {n}" for n in range(FEW)]
    for wanted in ([], list(PLATFORMS[:2]), list(PLATFORMS)):
        short = cycles(table, ("platform", "in", wanted), ("cycle", "<", 5))
        assert cycles(table, ("platform", "in", [*wanted, *others]), ("cycle", "<", 5)) == short
        assert short == [n for n, one in enumerate(PLATFORMS[:5]) if one in wanted]


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        (("cycle", "like", "1"), "condition 'like' on column cycle: wanted one of =, !="),
        (("cycle", "=", 1.5), "a condition on column cycle asks for 1.5: text or whole number"),
        (("cycle", "=", None), "asks for None"),
    ],
)
def test_what_cannot_be_asked_is_ours(tmp_path: Path, condition, says: str) -> None:
    tables = Tables(Bucket(f"file://{tmp_path}"))
    tables.append(RAW_FILES.name, rows_of(RAW_FILES.name, [file_event("aoml/1/a")]), run="r")
    with pytest.raises(ContractBroken, match=says):
        tables.read(RAW_FILES.name, filters=[condition])


def test_a_store_that_fails_while_rows_are_read_is_unavailable(tmp_path: Path) -> None:
    bucket = Bucket(f"file://{tmp_path}")
    Tables(bucket).append(
        RAW_FILES.name, rows_of(RAW_FILES.name, [file_event("aoml/1/a")]), run="r"
    )
    opened = open_table(bucket, RAW_FILES)
    for file in tmp_path.rglob("*.parquet"):
        file.unlink()
    with pytest.raises(SourceUnavailable, match=r"\.parquet"), store_faults(bucket, RAW_FILES):
        read_rows(opened, RAW_FILES)


def test_reading_gives_arrows_threads_no_python_file(tmp_path: Path) -> None:
    """They let go of it after the call, and a program that ends meanwhile is aborted."""
    Tables(Bucket(f"file://{tmp_path}")).append(
        RAW_FILES.name, rows_of(RAW_FILES.name, [file_event("aoml/1/a")]), run="r"
    )
    code = (
        "import sys\nfrom halocline.stores.bucket import Bucket\n"
        "from halocline.stores.tables import Tables\n"
        f"assert Tables(Bucket('file://{tmp_path}')).read('raw_files').num_rows == 1\n"
        "print(sorted({'pyarrow._fs', 'pyarrow._dataset', 'pyarrow._parquet'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
