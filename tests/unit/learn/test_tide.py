"""The tide as a driver: against sinusoids of the textbook's speeds."""

import numpy as np
import pytest

from halocline.learn import tide
from halocline.learn.station import scene_of
from halocline.learn.tide import predicted_tide, tide_name
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
    measured, _truth = level(20)
    with pytest.raises(ConfigInvalid, match="over 20 days: wanted 29 days or more"):
        predicted_tide(measured, latitude=50.7)


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
