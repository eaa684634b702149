"""The tide as a driver: against sinusoids of the textbook's speeds."""

from dataclasses import replace

import numpy as np
import pytest
import utide

from halocline.learn import tide
from halocline.learn.alignment import onto
from halocline.learn.model_files import card, from_files, to_files, version_of
from halocline.learn.station import StationModel
from halocline.learn.tide import analysed, predicted_tide, tide_name, told, told_over
from halocline.learn.variable_model import scene_of
from halocline.model.errors import ConfigInvalid
from halocline.model.series import Grid

SPEEDS = {"M2": 28.9841042, "S2": 30.0, "K1": 15.0410686, "O1": 13.9430356}
"""Degrees an hour (Pugh and Woodworth 2014, table 4.1)."""
HEIGHTS = {"M2": 2.5, "S2": 0.8, "K1": 0.1, "O1": 0.08}
START = np.datetime64("2007-03-01T00:00:00")


def level(days: int, *, step_s: int = 1200) -> tuple[Grid, np.ndarray]:
    """A level with noise and weather, unknown for the middle third, and the tide in it."""
    hours = np.arange(days * 86400 // step_s) * step_s / 3600
    truth = sum(
        HEIGHTS[name] * np.cos(np.radians(speed * hours + 40 * place))
        for place, (name, speed) in enumerate(SPEEDS.items())
    )
    rng = np.random.default_rng(0)
    value = 5.0 + truth + 0.1 * np.sin(2 * np.pi * hours / 130) + 0.05 * rng.normal(size=hours.size)
    value[hours.size // 3 : 2 * hours.size // 3] = np.nan
    return Grid(START, step_s, value), truth


@pytest.mark.parametrize(("days", "step_s"), [(120, 1200), (120, 3600), (400, 7200)])
def test_the_tide_is_known_where_the_level_is_not(days: int, step_s: int) -> None:
    measured, truth = level(days, step_s=step_s)
    told = predicted_tide(measured, latitude=float("nan"))
    assert told.time.tobytes() == measured.time.tobytes()
    unknown = ~np.isfinite(measured.value)
    away = told.value - 5.0 - truth
    assert np.sqrt(np.mean(away[unknown] ** 2)) < 0.1 * np.std(truth)


def test_a_latitude_asks_for_nodal_corrections() -> None:
    measured, _truth = level(120, step_s=3600)
    plain, corrected = (predicted_tide(measured, latitude=one) for one in (float("nan"), 50.7))
    assert 0 < np.abs(plain.value - corrected.value).max() < 0.2


def test_a_short_record_tells_no_tide() -> None:
    few, daily = level(40)[0], level(400, step_s=86400)[0]
    few.value[1:-1] = np.nan
    for measured, words in (
        (level(20)[0], "960 levels over 20 days"),
        (few, "2 levels over 40 days"),
        (daily, "over 399 days, one in 24 h: wanted 29 days and 232 levels or more, one in 3 h"),
    ):
        with pytest.raises(ConfigInvalid, match=words):
            predicted_tide(measured, latitude=50.7)


def test_no_place_is_no_latitude() -> None:
    nowhere, unknown = (predicted_tide(level(40)[0], latitude=one) for one in (0.0, float("nan")))
    assert nowhere.value.tobytes() == unknown.value.tobytes()


def test_what_is_not_installed_is_said(monkeypatch) -> None:
    monkeypatch.setattr(tide, "find_spec", lambda _name: None)
    with pytest.raises(ConfigInvalid, match=r"pip install 'halocline\[learn\]'"):
        predicted_tide(level(40)[0], latitude=50.7)


def test_a_level_does_not_see_the_tide_told_from_itself() -> None:
    measured, _truth = level(40)
    drivers = {tide_name("SLEV"): measured, "other": measured}
    grids = {"SLEV": measured, "TEMP": measured}
    assert set(scene_of("SLEV", grids, drivers).drivers) == {"other"}
    assert set(scene_of("TEMP", grids, drivers).drivers) == {"other", "tide_of_SLEV"}


@pytest.mark.parametrize("latitude", [float("nan"), 50.7, -3.0])
def test_what_is_stored_tells_what_analysis_and_prediction_tell_at_once(latitude: float) -> None:
    """Against UTide's own hands: its analysis given to its reconstruction, a year later too."""
    measured, _truth = level(120, step_s=3600)
    known, nodal = np.isfinite(measured.value), bool(np.isfinite(latitude))
    days = (measured.time - tide.EPOCH).astype(np.int64) / 86400
    at_once = utide.solve(
        days[known], measured.value[known], lat=latitude if nodal else 0.0, nodal=nodal,
        trend=False, method="ols", conf_int="none", epoch="2000-01-01", verbose=False,
    )  # fmt: skip
    model = StationModel({}, tide=analysed(measured, name="SLEV", latitude=latitude))
    stored = from_files(to_files(model)).tide
    assert stored is not None
    for shift in (0, 365):
        later = replace(measured, start=START + np.timedelta64(shift, "D"))
        wanted = utide.reconstruct(days + shift, at_once, epoch="2000-01-01", verbose=False)["h"]
        assert np.abs(told(stored, later).value - wanted).max() < 1e-9
    assert np.ptp(wanted) > 5


def test_a_step_has_one_height_whatever_else_is_asked() -> None:
    found = analysed(level(40, step_s=3600)[0], name="SLEV", latitude=50.7)
    year = told_over(found, start=START, stop=START + np.timedelta64(430, "D"))
    week = told_over(
        found, start=START + np.timedelta64(200, "D"), stop=START + np.timedelta64(207, "D")
    )
    first = np.flatnonzero(year.time == week.start)[0]
    assert year.value[first : first + week.value.size].tobytes() == week.value.tobytes()
    for one in (year, week):
        since = int((one.start - tide.EPOCH).astype(np.int64))
        assert since % (tide.BLOCK * tide.STEP_S) == 0, "blocks begin at fixed times"
    assert year.start <= START
    assert year.time[-1] >= START + np.timedelta64(430, "D")
    askew = Grid(START + np.timedelta64(180, "s"), 1020, np.zeros(5000))
    assert np.abs(onto(year, askew) - told(found, askew).value).max() < 0.004


def test_of_a_long_record_the_last_years_are_analysed(monkeypatch) -> None:
    """A gauge that was set anew: the mean told is that of its present datum."""
    measured, _truth = level(120, step_s=3600)
    measured.value[: 60 * 24] += 3.0
    whole = analysed(measured, name="SLEV", latitude=50.7)
    monkeypatch.setattr(tide, "LONGEST_DAYS", 40.0)
    recent = analysed(measured, name="SLEV", latitude=50.7)
    assert (whole.days, recent.days) == (pytest.approx(120, abs=0.1), pytest.approx(40, abs=0.1))
    assert whole.mean > 6.0
    assert recent.mean == pytest.approx(5.0, abs=0.1)


def test_the_tide_is_part_of_a_models_version_and_card() -> None:
    found = analysed(level(120, step_s=3600)[0], name="SLEV", latitude=float("nan"))
    moved = replace(found, phase=(found.phase[0] + 1e-6, *found.phase[1:]))
    models = [StationModel({}), StationModel({}, tide=found), StationModel({}, tide=moved)]
    assert len({version_of(to_files(one)) for one in models}) == 3
    stored = from_files(to_files(models[1])).tide
    assert stored is not None
    assert repr(stored) == repr(found)
    assert "# Tide of SLEV" in card(models[1])
    assert "| M2 | 2.5" in card(models[1])
    assert "Tide" not in card(models[0])
