"""The latest row of every item, against a plain Python dictionary."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from halocline.model import latest as current
from halocline.model.latest import latest

KEY = ("source", "file")


def table(rows: list[tuple[str, str, int]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    return pa.table(
        {
            "source": pa.array(columns[0], pa.string()),
            "file": pa.array(columns[1], pa.string()),
            "seq": pa.array(columns[2], pa.int64()),
            "row": pa.array(range(len(rows)), pa.int64()),
        }
    )


def by_dictionary(rows: list[tuple[str, str, int]]) -> set[int]:
    """Independent of the code under test: the last of the highest `seq` of each key."""
    last: dict[tuple[str, str], tuple[int, int]] = {}
    for row, (source, file, seq) in enumerate(rows):
        last[source, file] = max(last.get((source, file), (-1, -1)), (seq, row))
    return {row for _, row in last.values()}


def kept(found: pa.Table) -> set[int]:
    rows: list[int] = found["row"].to_pylist()
    assert rows == sorted(rows), "order of the table is kept"
    return set(rows)


TEXT = st.text(alphabet="abé/0", max_size=30)
ROWS = st.lists(st.tuples(st.sampled_from(["a", "b"]), TEXT, st.integers(0, 5)), max_size=40)


@settings(max_examples=200, deadline=None)
@given(rows=ROWS, cuts=st.lists(st.integers(0, 40), max_size=3))
def test_as_a_dictionary_would(rows: list[tuple[str, str, int]], cuts: list[int]) -> None:
    whole = table(rows)
    edges = sorted({0, len(rows), *(min(cut, len(rows)) for cut in cuts)})
    pieces = [whole.slice(a, b - a) for a, b in pairwise(edges)]
    chunked = pa.concat_tables(pieces) if pieces else whole
    assert kept(latest(chunked, key=KEY)) == by_dictionary(rows)


def test_equal_fingerprints_are_not_equal_keys(monkeypatch) -> None:
    monkeypatch.setattr(
        current, "fingerprints", lambda table, *, key: np.zeros(table.num_rows, np.uint64)
    )
    rows = [("a", "x", 1), ("a", "y", 0), ("b", "x", 0), ("a", "x", 0)]
    assert kept(latest(table(rows), key=KEY)) == {0, 1, 2}


def test_paths_that_end_alike_differ_before_the_tail() -> None:
    rows = [("a", f"{dac}/1900379/profiles/D1900379_001.nc", 0) for dac in ("aoml", "csio")]
    assert kept(latest(table(rows), key=KEY)) == {0, 1}


def test_numbers_are_part_of_a_key() -> None:
    years = pa.table({"platform": ["a"] * 3, "year": pa.array([1, 2, 1], pa.int32()),
                      "seq": pa.array([0, 0, 1], pa.int64()), "row": [0, 1, 2]})  # fmt: skip
    assert kept(latest(years, key=("platform", "year"))) == {1, 2}


def test_no_row_is_no_row() -> None:
    assert latest(table([]), key=KEY).num_rows == 0


def test_fingerprints_spread() -> None:
    """A birthday argument: among 10^5 distinct keys and 2^64 marks no two should meet."""
    rows = [("a", f"aoml/{n // 300:07d}/profiles/R{n // 300:07d}_{n % 300:03d}.nc", 0)
            for n in range(100_000)]  # fmt: skip
    assert len(np.unique(current.fingerprints(table(rows), key=KEY))) == len(rows)
