"""Drivers from files: what they are called, what is refused, what they are worth in an outage."""

from pathlib import Path

import numpy as np
import pytest

from halocline.gapfill import _boosting
from halocline.learn import contest_draw
from halocline.model.errors import ConfigInvalid
from halocline.pipeline.compare_file import compare_files
from halocline.pipeline.drivers import DriverFiles, read_drivers
from halocline.pipeline.fill_file import fill_files
from halocline.pipeline.read import decode
from halocline.pipeline.received_series import read_received
from halocline.suites import load_suite, shipped_suite

HOURS = 24 * 150
GAP = slice(1500, 1800)
NOW = np.datetime64("2026-01-01T00:00:00")


def weather() -> np.ndarray:
    """What station and neighbour share: a day's wandering that no edge of a gap tells."""
    rng = np.random.default_rng(3)
    steps = rng.normal(size=HOURS)
    found = np.zeros(HOURS)
    for hour in range(1, HOURS):
        found[hour] = 0.98 * found[hour - 1] + 0.2 * steps[hour]
    return found


def written(path: Path, column: str, values: np.ndarray) -> Path:
    time = np.datetime64("2024-01-01T00:00:00") + np.arange(HOURS).astype("timedelta64[h]")
    cells = [f"{one:.3f}" if np.isfinite(one) else "" for one in values]
    rows = [f"{t}Z,{one}" for t, one in zip(time, cells, strict=True)]
    path.write_text("\n".join([f"time,{column}", *rows]) + "\n")
    return path


@pytest.fixture
def files(tmp_path, monkeypatch) -> tuple[Path, Path, np.ndarray]:
    """A station with a gap, its neighbour, and the truth; few lessons, few trees."""
    monkeypatch.setattr(contest_draw, "LESSON_GAPS", (20, 105, 140, 160, 20, 10))
    monkeypatch.setattr(contest_draw, "EXAM_GAPS", (12, 12, 12, 8, 6, 4))
    monkeypatch.setattr(_boosting, "ROUNDS", 40)
    rng = np.random.default_rng(4)
    truth = 12 + weather() + 0.05 * rng.normal(size=HOURS)
    held = truth.copy()
    held[GAP] = np.nan
    station = written(tmp_path / "bay.csv", "TEMP (degree_Celsius)", held)
    neighbour = written(
        tmp_path / "cape.csv", "TEMP (degree_Celsius)",
        11 + 1.5 * weather() + 0.05 * rng.normal(size=HOURS),
    )  # fmt: skip
    return station, neighbour, truth


def fill(station: Path, drivers: DriverFiles, *, method: str = "station"):
    suite = load_suite(shipped_suite("coasthf"))
    return fill_files([station], suite=suite, now=NOW, seed=7, method=method, drivers=drivers)


def test_a_neighbour_halves_the_error_of_an_outage(files) -> None:
    station, neighbour, truth = files
    errors = {}
    for name, drivers in (("alone", DriverFiles()), ("driven", DriverFiles((neighbour,)))):
        found = fill(station, drivers)
        errors[name] = np.sqrt(np.mean((found.fills["TEMP"].filled.value[GAP] - truth[GAP]) ** 2))
        told = dict(found.provenance.inputs)
        assert set(told) == {"bay.csv", *(["cape.csv"] if drivers.paths else [])}
    written = decode(found.product())["TEMP_FILLED"].attrs
    assert written["fill_drivers"] in found.fills["TEMP"].drivers.known
    assert written["fill_drivers_known"] == 1.0
    assert errors["driven"] < 0.5 * errors["alone"], errors


def test_a_comparison_sees_the_drivers_in_both_modes(files) -> None:
    station, neighbour, _truth = files
    ratio = {}
    for drivers in (DriverFiles(), DriverFiles((neighbour,))):
        found = compare_files(
            [station], suite=load_suite(shipped_suite("coasthf")), now=NOW, seed=7,
            lengths_h=(72.0,), mode="station", curve=False, drivers=drivers,
        )  # fmt: skip
        scores = {row["method"]: row["rmse"] for row in found.table()}
        ratio[bool(drivers)] = scores["lightgbm"] / scores["linear"]
    assert ratio[True] < 0.7 * ratio[False], ratio


def test_what_cannot_be_a_driver_is_refused(files, tmp_path) -> None:
    station, neighbour, _truth = files
    copy = tmp_path / "under_another_name.csv"
    copy.write_bytes(station.read_bytes())
    for path in (station, copy):
        with pytest.raises(ConfigInvalid, match="is of the station itself"):
            fill(station, DriverFiles((path,)))
    hot = written(tmp_path / "hot.csv", "TEMP (degree_Celsius)", np.full(HOURS, 99.0))
    with pytest.raises(ConfigInvalid, match=r"hot.csv: no variable has usable values .* TEMP"):
        fill(station, DriverFiles((hot,)))
    unclear = tmp_path / "unclear.csv"
    unclear.write_text("time,TEMP\n01/02/2024 00:00,1.5\n01/02/2024 01:00,1.6\n")
    with pytest.raises(ConfigInvalid, match=r"--day-order .*give --driver CODE.yaml, which holds"):
        fill(station, DriverFiles((unclear,)))
    with pytest.raises(ConfigInvalid, match=r"no level SLEV .* there are TEMP, cape_TEMP"):
        fill(station, DriverFiles((neighbour,), tide="SLEV"))
    with pytest.raises(ConfigInvalid, match="by --method station alone"):
        fill(station, DriverFiles((neighbour,)), method="series")


def test_an_entry_says_how_the_tables_of_a_driver_are_written(tmp_path) -> None:
    """The keys of `outside`: two files a station's options would not fit, under one code."""
    for month in (1, 2):
        days = [f"{day:02d}/{month:02d}/2024;{day + month},5" for day in range(1, 29)]
        (tmp_path / f"seine_{month}.csv").write_text("\n".join(["jour;debit (m3/s)", *days]))
    entry = tmp_path / "SEINE.yaml"
    lines = f"addresses: [https://elsewhere.example, {tmp_path}]\nfiles: [seine_*.csv]\n"
    said = 'separator: ";"\ndecimal: ","\ntime: jour\nday_order: dmy\nrename: {debit: RVFL}\n'
    suite = load_suite(shipped_suite("coasthf"))
    bay = written(tmp_path / "bay.csv", "TEMP (degree_Celsius)", weather())
    series = read_received([bay], received=NOW).series

    def read(text: str, path: Path = entry):
        path.write_text(text)
        return read_drivers(DriverFiles((path,)), series=series, grids={}, suite=suite, now=NOW)

    found = read(lines + said)
    assert [*found.grids] == ["SEINE_RVFL"]
    assert np.isfinite(found.grids["SEINE_RVFL"].value).sum() == 56
    assert [name for name, _digest in found.inputs] == ["seine_1.csv", "seine_2.csv"]
    for text, message in (
        (lines + "tmie: jour\n", r"SEINE.yaml:3: tmie: unknown key; did you mean time\?"),
        (lines.replace("seine_", "rhone_"), r"no file is called rhone_\*.csv in "),
        (lines.replace(f", {tmp_path}", ""), "a folder of this machine: none is among addresses"),
    ):
        with pytest.raises(ConfigInvalid, match=message):
            read(text)
    with pytest.raises(ConfigInvalid, match="the name of the file is the driver's code"):
        read(lines + said, tmp_path / "la_seine.yaml")
