"""Filling a series from files: what is written, and what it depends on."""

from pathlib import Path

import netCDF4
import numpy as np
import pytest

from halocline.gapfill import _boosting
from halocline.learn import contest_draw
from halocline.model.errors import ConfigInvalid
from halocline.pipeline import fill_file
from halocline.pipeline.fill_file import fill_files, meant
from halocline.suites import load_suite, shipped_suite
from tests.samples.cf import cf_report

NOW = np.datetime64("2026-01-01T00:00:00")
STEPS = 3 * 24 * 40


def table(path: Path, *, refilled: bool = False) -> Path:
    """Forty days of a tide in two columns, with holes, one of them filled by a previous hand."""
    rng = np.random.default_rng(1)
    minutes = np.arange(STEPS) * 20
    time = np.datetime64("2024-06-01T00:00:00") + minutes.astype("timedelta64[m]")
    tide = np.sin(2 * np.pi * minutes / 745)
    temp = np.round(15 + tide + 0.05 * rng.normal(size=STEPS), 2)
    salt = np.round(34 - 0.5 * tide + 0.02 * rng.normal(size=STEPS), 2)
    temp[400:430] = np.nan
    salt[900:1100] = np.nan
    cells = [
        [f"{one:.2f}" if np.isfinite(one) else "" for one in column] for column in (temp, salt)
    ]
    if refilled:
        curve = np.interp(np.arange(1500, 1700), [1499, 1700], temp[[1499, 1700]]) + 0.0012345678
        cells[0][1500:1700] = [f"{one:.10f}" for one in curve]
    rows = [f"{t}Z,{a},{b}" for t, a, b in zip(time, *cells, strict=True)]
    path.write_text("\n".join(["time,TEMP (degree_Celsius),PSAL (psu)", *rows]) + "\n")
    return path


def fill(path: Path, *, method: str = "series", **how: object):
    suite = load_suite(shipped_suite("coasthf"))
    return fill_files([path], suite=suite, now=NOW, seed=7, method=method, **how)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    return fill(table(tmp_path_factory.mktemp("series") / "own.csv"))


def test_measured_and_estimated_are_written_apart(filled, tmp_path) -> None:
    path = tmp_path / "own.nc"
    path.write_bytes(filled.product())
    with netCDF4.Dataset(path) as out:
        out.set_auto_mask(False)
        for name in ("TEMP", "PSAL"):
            received = filled.series.variables[name].value
            held = np.isfinite(received)
            np.testing.assert_array_equal(out[name][:][held], received[held])
            origin = out[f"{name}_ORIGIN"][:]
            complete = out[f"{name}_FILLED"][:]
            np.testing.assert_array_equal(complete[origin == 0], received[origin == 0])
            estimated = np.isin(origin, (2, 3))
            assert estimated[~held].all()
            for part in ("SD", "LOWER", "UPPER"):
                assert np.isfinite(out[f"{name}_{part}"][:][estimated]).all()
            assert f"{name}_QC" in out.variables
            assert len(out[f"{name}_FILLED"].fill_method.split(", ")) == 3
        assert out.title == "Station own, checked and filled"
        assert "COAST-HF" not in out.institution
    assert "All tests passed!" in cf_report(path)


def test_what_the_file_says_nobody_measured_is_estimated_anew(tmp_path) -> None:
    path = table(tmp_path / "own.csv")
    head, *rows = path.read_text().splitlines()
    codes = np.full(STEPS, "1")
    codes[700:720], codes[750] = "8", "7"
    told = [f"{row},{code}" for row, code in zip(rows, codes, strict=True)]
    path.write_text("\n".join([f"{head},QC_TEMP", *told]) + "\n")
    filled = fill(path, variables=["TEMP"])
    (tmp_path / "own.nc").write_bytes(filled.product())
    stated = np.isin(codes, ["7", "8"])
    with netCDF4.Dataset(tmp_path / "own.nc") as out:
        assert np.isfinite(out["TEMP"][:][stated]).all()
        assert out["TEMP_QC"][:][stated].tolist() == [8] * 20 + [7]
        assert not np.isin(out["TEMP_ORIGIN"][:][stated], (0, 1)).any()
        assert not (out["TEMP_FILLED"][:][stated] == out["TEMP"][:][stated]).all()
    assert filled.picture() != fill(table(path), variables=["TEMP"]).picture()


def test_the_same_file_gives_the_same_bytes_on_any_day(filled, tmp_path) -> None:
    again = fill_files(
        [table(tmp_path / "own.csv")], suite=load_suite(shipped_suite("coasthf")),
        now=NOW + np.timedelta64(40, "D"), seed=7, method="series",
    )  # fmt: skip
    assert again.product() == filled.product()


def test_a_variable_under_a_name_of_ours_is_kept_under_another(tmp_path) -> None:
    path = table(tmp_path / "own.csv")
    head, *rows = path.read_text().splitlines()
    told = [f"{row},{0.02 + k % 7 / 1000:.3f},{k % 5}" for k, row in enumerate(rows)]
    path.write_text("\n".join([f"{head},TEMP_SD,TIME_ORIGIN", *told]) + "\n")
    found = fill(path, method="linear")
    assert found.renamed() == {
        "TEMP_SD": "TEMP_SD_RECEIVED", "TIME_ORIGIN": "TIME_ORIGIN_RECEIVED"
    }  # fmt: skip
    (tmp_path / "own.nc").write_bytes(found.product())
    with netCDF4.Dataset(tmp_path / "own.nc") as out:
        out.set_auto_mask(False)
        for name, called in found.renamed().items():
            received = found.series.variables[name].value
            np.testing.assert_array_equal(out[called][:], received)
            assert out[called].name_source == name
            assert f"{called}_QC" in out.variables
        assert out["TEMP_SD"].standard_name == "sea_water_temperature standard_error"
        assert "name_source" not in out["TEMP"].ncattrs()
    assert "All tests passed!" in cf_report(tmp_path / "own.nc")


def test_a_picture_can_be_drawn_without_a_position(filled) -> None:
    assert filled.picture().startswith(b"\x89PNG")


def test_one_method_can_be_asked_for_and_variables_chosen(tmp_path) -> None:
    found = fill(table(tmp_path / "own.csv"), method="pchip", variables=["TEMP"])
    assert list(found.fills) == ["TEMP"]
    rows = found.gate()
    assert {(row.method, row.reason) for row in rows} == {("pchip", "asked for")}
    assert all(
        list(row.scores) == ["pchip"] and np.isnan(row.scores["pchip"].ratio) for row in rows
    )


@pytest.mark.parametrize(
    ("how", "message"),
    [({"method": "magic"}, "no method 'magic'; there are auto, station, series, linear"),
     ({"variables": ["SALT"]}, "no variable SALT; the series has PSAL, TEMP"),
     ({"tail_weight": 3.0}, "extremes are weighed by --method station alone, found series")],
)  # fmt: skip
def test_what_is_not_there_is_refused_with_what_is(tmp_path, how: dict, message: str) -> None:
    with pytest.raises(ConfigInvalid, match=message):
        fill(table(tmp_path / "own.csv"), **how)


def test_values_of_an_earlier_filling_are_kept_and_never_judge(tmp_path) -> None:
    found = fill(table(tmp_path / "own.csv", refilled=True), variables=["TEMP"])
    native = found.native["TEMP"]
    assert (native.decimals, int((~native.mask).sum())) == (2, 30 + 200)
    assert (found.fills["TEMP"].filled.origin[1500:1700] == 0).all()


def test_a_station_s_sensors_help_each_other(tmp_path, monkeypatch) -> None:
    """TEMP and PSAL of the table share one tide: each is filled, mode by mode, in one table."""
    monkeypatch.setattr(contest_draw, "LESSON_GAPS", (20, 105, 140, 160, 20, 10))
    monkeypatch.setattr(contest_draw, "EXAM_GAPS", (12, 12, 12, 8, 6, 4))
    monkeypatch.setattr(_boosting, "ROUNDS", 20)
    filled = fill(table(tmp_path / "own.csv"), method="station")
    rows = filled.fills["TEMP"].gate
    lengths = ["≤24 h", "≤72 h"]  # of its only gap, 10 h while PSAL is alive, and its like
    assert [(row.mode, row.gap_class) for row in rows] == [("sensor", one) for one in lengths]
    assert "kalman_lightgbm" in rows[0].scores
    path = tmp_path / "own.nc"
    path.write_bytes(filled.product())
    with netCDF4.Dataset(path) as out:
        assert out["TEMP_FILLED"].fill_mode == "sensor, sensor"
        assert np.isfinite(out["TEMP_FILLED"][400:430]).all()
        assert (out["TEMP_UPPER"][400:430] > out["TEMP_LOWER"][400:430]).all()


def test_the_best_that_is_installed_is_meant_and_one_is_told_from_the_other(monkeypatch) -> None:
    assert meant("auto") == "station"
    monkeypatch.setattr(fill_file, "find_spec", lambda _name: None)
    assert meant("auto") == "series"
    assert meant("kalman") == "kalman"


def test_a_clock_that_once_fell_back_asks_for_no_decades(filled, tmp_path) -> None:
    path = table(tmp_path / "own.csv")
    head, *rows = path.read_text().splitlines()
    reset = ["1980-01-01T00:00:00Z,15.00,34.00", "1980-01-01T00:20:00Z,15.10,34.10"]
    path.write_text("\n".join([head, *rows[:50], *reset, *rows[50:]]) + "\n")

    again = fill(path)

    for name, gridded in filled.gridded.items():
        assert again.gridded[name].grid.value.size <= gridded.grid.value.size
    received = again.series.time
    assert str(received.min())[:4] == "1980", "the rows are kept, as received"


def test_a_variable_asked_for_that_was_left_alone_says_why(tmp_path) -> None:
    head, *rows = table(tmp_path / "own.csv").read_text().splitlines()
    told = [f"{row},{'bon' if k % 2 else 3}" for k, row in enumerate(rows)]
    (tmp_path / "own.csv").write_text("\n".join([f"{head},AVIS", *told]) + "\n")
    with pytest.raises(ConfigInvalid, match=r"no variable AVIS; column AVIS left alone: 1,440 of"):
        fill(tmp_path / "own.csv", variables=["AVIS"])
    filled = fill(tmp_path / "own.csv", method="linear")
    assert [note[:30] for note in filled.notes] == ["own.csv: column AVIS left alon"]
