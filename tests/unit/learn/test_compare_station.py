"""Methods that see the station are compared in both modes, on the same hidden gaps."""

from dataclasses import replace

import numpy as np
import pytest

from halocline.gapfill import _boosting
from halocline.gapfill._api import StationMethod, series_methods, station_methods
from halocline.gapfill._scene import Answers
from halocline.learn import compare_station
from halocline.learn.compare import Station, compare_variable, parts_of
from halocline.learn.learning_curve import learning_curve
from halocline.model.estimates import Origin
from tests.samples.station import station

GRIDS = station()
GRID = GRIDS["TEMP"]
NATIVE = np.isfinite(GRID.value)
OTHERS = {name: GRIDS[name].value for name in ("PSAL", "TURB")}
SINGLES = {name: series_methods()[name] for name in ("linear", "kalman", "kalman_asinh")}
LENGTH_H = 24.0


@pytest.fixture(scope="module")
def small():
    """Fewer lessons and trees: the mechanism, not the skill."""
    patch = pytest.MonkeyPatch()
    patch.setattr(compare_station, "LESSON_GAPS", 80)
    patch.setattr(_boosting, "ROUNDS", 40)
    yield
    patch.undo()


def cell(mode: str, learners=None):
    known = station_methods() if learners is None else learners
    (found,) = compare_variable(
        "TEMP", GRID, NATIVE, lengths_h=(LENGTH_H,), mode=mode, methods=SINGLES, seed=5,
        station=Station(OTHERS, known),
    )  # fmt: skip
    return found


@pytest.fixture(scope="module")
def both(small):
    return {mode: cell(mode) for mode in ("sensor", "station")}


def test_every_station_method_is_scored_in_both_modes(both) -> None:
    for found in both.values():
        methods = {one.method for one in found.skills}
        assert methods == {*SINGLES, *station_methods(), "blend"}
        assert len({one.n_points for one in found.skills}) == 1


def test_the_mode_decides_what_a_learner_sees_and_nothing_else(both) -> None:
    told = {mode: {one.method: one for one in found.skills} for mode, found in both.items()}
    assert both["sensor"].test_starts == both["station"].test_starts
    assert told["sensor"]["linear"].rmse == told["station"]["linear"].rmse
    for method in ("lightgbm", "kalman_lightgbm"):
        assert told["sensor"][method].rmse < 0.7 * told["station"][method].rmse


def test_a_learner_sees_the_first_half_only(small) -> None:
    fitted, asked = [], []

    def fit(scene, lessons, *, bases, seed, weight=None):
        fitted.append((scene, lessons))

        def filler(scene, points):
            asked.append(scene)
            return Answers(*[np.ones(len(points))] * 3)

        return filler

    spy = {"spy": StationMethod("spy", "", Origin.MODELLED, "", fit)}
    fit_part = parts_of(GRID).fit
    for mode, others in (("sensor", set(OTHERS)), ("station", set())):
        fitted.clear()
        asked.clear()
        cell(mode, spy)
        ((scene, lessons),) = fitted
        assert np.isnan(scene.grid.value[~fit_part]).all()
        assert fit_part[lessons.step].all()
        assert (lessons.length == LENGTH_H).all()
        assert {frozenset(one.others) for one in (*asked, scene)} == {frozenset(others)}


def test_a_learning_curve_has_the_station_methods(small) -> None:
    short = replace(GRID, value=GRID.value[:3000])
    others = {name: one[:3000] for name, one in OTHERS.items()}
    points = learning_curve(
        "TEMP", short, np.isfinite(short.value), lengths_h=(LENGTH_H,), methods=SINGLES, seed=5,
        mode="sensor", station=Station(others, {"lightgbm": station_methods()["lightgbm"]}),
    )  # fmt: skip
    assert {one.method for one in points} == {*SINGLES, "lightgbm"}
    assert sorted({one.history_days for one in points}) == [30, 91]
