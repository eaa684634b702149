"""A comparison keeps apart what fits, what calibrates and what judges."""

from dataclasses import replace

import numpy as np
import pytest

from halocline.gapfill._api import SeriesMethod, series_methods
from halocline.learn.compare import Cell, compare_variable, hide_in, parts_of
from halocline.learn.learning_curve import learning_curve
from halocline.model.estimates import Estimate, Origin
from halocline.model.series import Grid

N = 3 * 24 * 200
RNG = np.random.default_rng(3)
STEP = np.arange(N)
VALUE = np.round(15 + np.sin(STEP / 5.93) + 0.1 * np.cumsum(RNG.normal(0, 0.2, N)), 3)
GRID = Grid(np.datetime64("2023-01-01T00:00:00"), 1200, VALUE)
NATIVE = np.isfinite(VALUE)
SOME = {name: series_methods()[name] for name in ("linear", "pchip")}


def cells(grid: Grid = GRID, native: np.ndarray = NATIVE, methods=SOME, **how) -> list[Cell]:
    plan = {"lengths_h": (6.0, 72.0), "mode": "station", "seed": 5} | how
    return compare_variable("TEMP", grid, native, methods=methods, **plan)


@pytest.fixture(scope="module")
def found() -> list[Cell]:
    return cells()


def test_every_cell_ranks_every_method_on_the_same_gaps(found: list[Cell]) -> None:
    assert [cell.length_h for cell in found] == [6.0, 72.0]
    for cell in found:
        assert {one.method for one in cell.skills} == {*SOME, "blend"}
        assert len({one.n_points for one in cell.skills}) == 1
        rmse = [one.rmse for one in cell.skills]
        assert rmse == sorted(rmse)
        starts = np.array(cell.test_starts, dtype="datetime64[s]")
        assert (starts >= GRID.time[parts_of(GRID).test][0]).all()
    assert [cell.skills for cell in cells()] == [cell.skills for cell in found]


def test_a_length_shorter_than_the_step_has_no_cell() -> None:
    """One missing day is a gap of a day, whatever is asked for."""
    daily = Grid(GRID.start, 86_400, VALUE)
    assert [cell.length_h for cell in cells(daily, lengths_h=(6.0, 24.0, 72.0))] == [24.0, 72.0]


def test_methods_see_the_first_half_and_nothing_hidden() -> None:
    seen = []

    def fit(grid: Grid, *, seed: int):
        seen.append(grid)

        def filler(masked: Grid) -> Estimate:
            seen.append(masked)
            return Estimate(np.full(masked.value.size, 1.0), np.ones(masked.value.size))

        return filler

    spy = SeriesMethod("spy", "", Origin.MODELLED, "", fit)
    cells(methods=SOME | {"spy": spy}, lengths_h=(72.0,))
    parts = parts_of(GRID)
    assert seen[0].value.size == parts.fit.sum()
    hidden = [np.isnan(one.value) for one in seen[1:]]
    assert all(one.any() and not one[parts.fit].any() for one in hidden)


def test_values_of_an_earlier_filling_are_never_scored() -> None:
    native = NATIVE.copy()
    native[RNG.uniform(size=N) < 0.2] = False
    worse = replace(GRID, value=np.where(native, VALUE, VALUE + 1e3))
    best = {one.method: one.rmse for one in cells(worse, native)[0].skills}
    assert best["linear"] < 1e3 / 4, "linear reads its edges, which are native"


def test_gaps_lie_inside_their_part() -> None:
    part = parts_of(GRID).calibrate
    rng = np.random.default_rng(0)
    gaps = hide_in(part, GRID, NATIVE, length_h=72.0, rng=rng)
    assert len(gaps) > 10
    assert all(part[first - 1] and part[stop] for first, stop in zip(gaps.first, gaps.stop,
                                                                      strict=True))  # fmt: skip


def test_a_length_without_room_is_left_out() -> None:
    assert [cell.length_h for cell in cells(lengths_h=(6.0, 1440.0))] == [6.0]


def steady(error: float):
    """A method that errs by as much everywhere, on a record of zeros."""

    def filler(masked: Grid) -> Estimate:
        return Estimate(np.full(masked.value.size, error), np.ones(masked.value.size))

    return filler


def of_halves(before: float, after: float):
    """A method that errs by `before` in the gaps that calibrate and by `after` in those tested."""
    place = parts_of(FLAT).test

    def filler(masked: Grid) -> Estimate:
        return Estimate(np.where(place, after, before), np.ones(masked.value.size))

    return filler


FLAT = replace(GRID, value=np.zeros(N))


def always(name: str, filler) -> SeriesMethod:
    return SeriesMethod(name, "", Origin.MODELLED, "", lambda grid, *, seed: filler)


def test_the_mixture_is_learned_on_the_gaps_that_calibrate_and_asked_in_later_ones() -> None:
    methods = {
        "linear": always("linear", steady(1.0)),
        "kalman": always("kalman", of_halves(-1.0, -3.0)),
    }
    (cell,) = cells(FLAT, methods=methods, lengths_h=(6.0,))
    assert cell.weights == {"linear": pytest.approx(0.5), "kalman": pytest.approx(0.5)}
    told = {one.method: one.rmse for one in cell.skills}
    assert told["blend"] == pytest.approx(1.0)  # (1 - 3) / 2: had it known, it would be nearer 0
    points = learning_curve(
        "TEMP", FLAT, NATIVE, lengths_h=(6.0,), methods=methods, seed=5,
        weights={6.0: cell.weights},
    )  # fmt: skip
    mixed = [one.rmse for one in points if one.method == "blend"]
    assert mixed == pytest.approx([1.0, 1.0])


def test_only_what_fill_would_mix_is_mixed() -> None:
    methods = {
        "linear": always("linear", steady(1.0)),
        "pchip": always("pchip", steady(-1.0)),
    }
    (cell,) = cells(FLAT, methods=methods, lengths_h=(6.0,))
    assert cell.weights == {"linear": 1.0}
