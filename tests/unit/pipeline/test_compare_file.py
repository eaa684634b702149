"""What a comparison of some variables shares with the variables that are not compared."""

from pathlib import Path

import numpy as np

from halocline.pipeline import compare_file
from halocline.pipeline.series_grids import asked_grids
from halocline.qc.series import check
from halocline.sources.series_file import read_series
from halocline.suites import load_suite, shipped_suite
from tests.samples.bottles import write_bottles
from tests.unit.pipeline.test_fill_file import NOW, table


def test_a_variable_asked_for_alone_keeps_the_grid_it_shares(tmp_path: Path) -> None:
    """TEMP begins ten days late: cut to its own stamps, its neighbours would be on another grid."""
    path = table(tmp_path / "own.csv")
    head, *rows = path.read_text().splitlines()
    late = [f"{t},,{b}" for t, _, b in (row.split(",") for row in rows[:720])]
    path.write_text("\n".join([head, *late, *rows[720:]]) + "\n")
    read = read_series([path], received=NOW, options=None)
    checked = check(read.series, load_suite(shipped_suite("coasthf")))
    everything, chosen = asked_grids(read.series, checked, ("TEMP",))
    assert set(everything) == {"TEMP", "PSAL"}
    assert set(chosen) == {"TEMP"}
    alone, neighbour = chosen["TEMP"].grid, everything["PSAL"].grid
    assert (alone.start, alone.value.size) == (neighbour.start, neighbour.value.size)
    assert np.flatnonzero(np.isfinite(alone.value))[0] >= 720


def test_a_length_shorter_than_the_step_is_said_to_be(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(compare_file, "station_methods", dict)
    path = write_bottles(tmp_path / "bottles.csv", years=25)
    found = compare_file.compare_files(
        [path], suite=load_suite(shipped_suite("coasthf")),
        now=NOW, seed=7, lengths_h=(6.0, 336.0), mode="station", variables=("TEMP",), curve=False,
    )  # fmt: skip
    assert [cell.length_h for cell in found.cells] == [336.0]
    assert found.left_out["TEMP 6 h"].startswith("shorter than its step of 336 h")
