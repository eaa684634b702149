"""Quality control of series, measured: planted faults, people's labels, provider's flags, speed.

Writes docs/reference/series-qc.md: the registry of tests, and these tables.
"""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from halocline.qc.series import SeriesSuite
from halocline.suites import load_suite, shipped_suite
from tests.bench import _series_qc_drifts as drifts
from tests.bench import _series_qc_events as events
from tests.bench import _series_qc_labels as labels
from tests.bench import _series_qc_page as page
from tests.bench import _series_qc_planted as planted
from tests.bench import _series_qc_provider as provider
from tests.bench import _series_qc_sea as sea
from tests.bench import _series_qc_steps as steps
from tests.bench._tables import Table

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    folder = Path(os.environ.get("HALOCLINE_SHARED", ROOT.parent / "shared" / "data"))
    if not (folder / "coasthf").is_dir():
        sys.stdout.write(f"no real data at {folder}: nothing measured\n")
        return
    suite = load_suite(shipped_suite("coasthf"))
    assert isinstance(suite, SeriesSuite)
    tables = []
    for table in _measure(folder / "coasthf", suite):
        sys.stdout.write(f"\n{table.title}\n\n{table.markdown()}\n")
        sys.stdout.flush()
        tables.append(table)
    page.write(tables)


def _measure(folder: Path, suite: SeriesSuite) -> Iterator[Table]:
    archive = planted.read_archive(folder)
    yield planted.faults(archive, suite)
    yield steps.planted(archive, suite)
    yield from drifts.planted(archive, suite)
    yield sea.departures(archive, suite, tuple(drifts.ENDS))
    yield drifts.simulated(suite)
    yield events.planted(archive, suite)
    yield from labels.logan_river(folder / "lro_labelled")
    yield from provider.agreement(folder / "coriolis_cotier_csv", suite)
    yield speed(suite)


def speed(suite: SeriesSuite) -> Table:
    """A million values through the whole suite, and the flat line beside ioos_qc's."""
    from halocline.qc.series import check  # noqa: PLC0415
    from halocline.qc.series._api import COLUMN_TESTS, Column  # noqa: PLC0415

    series = planted.million()
    check(planted.million(points=6000), suite)  # what is compiled or imported once
    whole = min(_seconds(lambda: check(series, suite)) for _ in range(3))
    value = series.variables["TEMP"].value
    stuck = COLUMN_TESTS["stuck_value"]
    params = stuck.params.model_validate({"bad_h": 24, "min_values": 12, "max_gap_h": 6})
    tiled = np.tile(value, 6)[:1_000_000]
    time_s = np.arange(tiled.size) * 1200
    column = Column(tiled, time_s)
    ours = min(_seconds(lambda: stuck.function(column, params)) for _ in range(3))
    n_values = sum(one.value.size for one in series.variables.values())
    rows = [["values through the whole suite", f"{n_values:,}"],
            ["their time over that of 1e6 square roots and sorts", f"{whole / _yardstick():.1f}"],
            ["within 5 s on this machine", "yes" if whole < 5 else "no"]]  # fmt: skip
    theirs = _ioos_flat_line(tiled, time_s)
    if theirs is not None:
        rows.append(["ioos_qc's flat line over ours, 1e6 values, window of 24 h",
                     f"{theirs / ours:,.0f}"])  # fmt: skip
    sys.stdout.write(f"\nwhole suite {whole:.2f} s, flat line {ours:.4f} s")
    sys.stdout.write(f", ioos_qc {theirs:.2f} s\n" if theirs is not None else "\n")
    return Table("Speed", "One thread; six variables of 166,667 stamps at 20 min.",
                 ["", "measured"], rows)  # fmt: skip


def _yardstick() -> float:
    data = np.random.default_rng(0).normal(size=1_000_000)
    return min(_seconds(lambda: np.sort(np.sqrt(np.abs(data)))) for _ in range(5))


def _ioos_flat_line(value: np.ndarray, time_s: np.ndarray) -> float | None:
    try:
        from ioos_qc import qartod  # noqa: PLC0415
    except ImportError:
        return None
    stamps = time_s.astype("datetime64[s]")
    return _seconds(
        lambda: qartod.flat_line_test(inp=value, tinp=stamps, suspect_threshold=86_400,
                                      fail_threshold=86_400, tolerance=1e-9)
    )  # fmt: skip


def _seconds(call) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
