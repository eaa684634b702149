import dataclasses

import numpy as np
import pytest

from halocline.gapfill import _boosting
from halocline.gapfill._api import StationMethod, series_methods
from halocline.gapfill._scene import Answers, at
from halocline.learn.contest import Contest, contest
from halocline.learn.exam import FINE_H
from halocline.learn.members import BLENDED, ON_THE_LINE
from halocline.learn.model_files import ModelOutdated, from_files, to_files, version_of
from halocline.learn.station import fill_station, fit_station
from halocline.learn.variable_model import modes_of, scene_of
from halocline.model.errors import ConfigInvalid, ContractBroken
from halocline.model.estimates import Origin
from halocline.model.gaps import Gaps
from halocline.model.series import Grid
from halocline.uncertainty.band import tails_of
from tests.samples.station import STORM, fewer_lessons, station, without

OUTAGE = (2000, 2100)
"""All sensors lost together."""
ALONE = (STORM[0] - 100, STORM[0] + 100)
"""TEMP lost alone, with a storm inside."""
SHORT = (1500, 1503)


@pytest.fixture(scope="module")
def small():
    with fewer_lessons():
        yield


@pytest.fixture(scope="module")
def truth() -> dict[str, Grid]:
    return station(storm=True)


@pytest.fixture(scope="module")
def grids(truth) -> dict[str, Grid]:
    return {
        "TEMP": without(truth["TEMP"], OUTAGE, ALONE, SHORT, (4990, 5000)),
        "PSAL": without(truth["PSAL"], OUTAGE),
        "TURB": without(truth["TURB"], OUTAGE),
    }


@pytest.fixture(scope="module")
def model(small, grids):
    return fit_station(grids, seed=5, variables=["TEMP"])


@pytest.fixture(scope="module")
def filled(model, grids):
    return model.fill(grids)["TEMP"]


def test_measured_values_stay_bit_for_bit(filled, grids) -> None:
    known = np.isfinite(grids["TEMP"].value)
    assert filled.filled.value[known].tobytes() == grids["TEMP"].value[known].tobytes()
    assert (filled.filled.origin[known] == Origin.MEASURED).all()


def test_every_gap_between_values_is_filled_with_an_interval(filled) -> None:
    f = filled.filled
    for first, stop in (OUTAGE, ALONE, SHORT):
        assert np.isfinite(f.value[first:stop]).all()
        assert (f.lower[first:stop] <= f.value[first:stop]).all()
        assert (f.upper[first:stop] >= f.value[first:stop]).all()
    assert (f.origin[4990:] == Origin.MISSING).all()


def test_lessons_at_the_extremes_can_count_for_more(small, grids) -> None:
    seen = []

    def fit(scene, lessons, *, bases, seed, weight=None):
        seen.append((at(scene.grid.value, lessons.step), weight))
        return lambda scene, points: Answers(*[np.ones(len(points))] * 3)

    spy = {"spy": StationMethod("spy", "", Origin.MODELLED, "", fit)}
    scene = scene_of("TEMP", grids, {})
    native = np.isfinite(scene.grid.value)
    singles = {"linear": series_methods()["linear"]}
    for tail_weight in (1.0, 4.0):
        setting = Contest(scene, native, singles, spy, 5, tail_weight=tail_weight)
        contest("TEMP", setting, asked=[("station", 1)])
    low, high = tails_of(scene.grid.value)
    plain, weighed = seen[: len(seen) // 2], seen[len(seen) // 2 :]
    assert all(weight is None for _, weight in plain)
    for truth, weight in weighed:
        assert (weight == np.where((truth < low) | (truth > high), 4.0, 1.0)).all()
        assert 0 < np.mean(weight > 1) < 0.3


def test_lengths_shorter_than_a_step_are_not_contested(grids) -> None:
    """A value a day knows no gap of six hours."""
    seldom = {name: Grid(one.start, 86_400, one.value) for name, one in grids.items()}
    scene = scene_of("TEMP", seldom, {})
    setting = Contest(
        scene, np.isfinite(scene.grid.value), {"linear": series_methods()["linear"]}, {}, 5
    )
    cells = contest("TEMP", setting, asked=[("station", 0), ("station", 1), ("station", 2)])
    assert [FINE_H[cell.length_class] for cell in cells] == [24.0, 72.0, 240.0, 720.0]
    assert all(len(cell.hidden) for cell in cells)


def test_a_storm_the_other_sensors_saw_is_not_flattened(filled, truth) -> None:
    """Planted: 4 degrees colder for a day and a half inside 200 missing hours; a line sees none."""
    inside = slice(*ALONE)
    told, true = filled.filled.value[inside], truth["TEMP"].value[inside]
    line = np.linspace(truth["TEMP"].value[ALONE[0] - 1], truth["TEMP"].value[ALONE[1]], true.size)
    depth = (line - true).max()
    assert depth > 3
    assert (line - told).max() > 0.6 * depth
    assert abs(int(np.argmin(told)) - int(np.argmin(true))) <= 6
    held = (true >= filled.filled.lower[inside]) & (true <= filled.filled.upper[inside])
    assert held[np.argsort(true)[:20]].mean() >= 0.5


def test_the_gate_says_mode_length_and_why(filled) -> None:
    rows = filled.gate
    assert [row.mode for row in rows] == ["sensor"] * len(FINE_H) + ["station"] * len(FINE_H)
    assert [row.gap_class for row in rows][:2] == ["≤1 h", "≤6 h"]
    sensor = {row.gap_class: row for row in rows if row.mode == "sensor"}
    assert sensor["≤240 h"].reason == "won"
    assert sensor["≤240 h"].scores["kalman_lightgbm"].ratio < 0.6
    assert {*BLENDED, "blend"} == set(sensor["≤72 h"].scores)


def test_trees_on_the_line_are_mixed_where_a_living_sensor_spans_hours(filled) -> None:
    mixed = {(row.mode, row.gap_class) for row in filled.gate if ON_THE_LINE in row.scores}
    assert mixed == {("sensor", "≤1 h"), ("sensor", "≤6 h")}


def test_an_outage_is_filled_without_the_other_sensors(model, grids) -> None:
    """What the others say inside an outage they share cannot matter: they say nothing."""
    scene = scene_of("TEMP", grids, {}, model=model.variables["TEMP"])
    gaps = Gaps(
        np.array([SHORT[0], OUTAGE[0], ALONE[0]]), np.array([SHORT[1], OUTAGE[1], ALONE[1]])
    )
    assert modes_of(gaps, scene).tolist() == [True, False, True]


def test_same_seed_same_bytes(model, filled, grids, small) -> None:
    again = fit_station(grids, seed=5, variables=["TEMP"]).fill(grids)["TEMP"]
    assert again.filled.value.tobytes() == filled.filled.value.tobytes()
    assert again.filled.upper.tobytes() == filled.filled.upper.tobytes()
    assert again.gate == filled.gate


def test_a_later_grid_is_filled_without_fitting_again(model, grids, monkeypatch) -> None:
    def refuse(*_args: object, **_changes: object) -> None:
        raise AssertionError("a model was fitted again")

    monkeypatch.setattr(_boosting, "grow", refuse)
    later = {
        name: dataclasses.replace(
            grid, start=grid.start + np.timedelta64(1900, "h"), value=grid.value[1900:4900]
        )
        for name, grid in grids.items()
    }
    found = model.fill(later)["TEMP"].filled
    inside = slice(ALONE[0] - 1900, ALONE[1] - 1900)
    assert np.isfinite(found.value[inside]).all()


def test_another_step_is_refused(model, grids) -> None:
    other = {name: dataclasses.replace(grid, step_s=1800) for name, grid in grids.items()}
    with pytest.raises(ConfigInvalid, match="fit the station again"):
        model.fill(other)


def test_a_nearly_empty_variable_is_left_missing(small) -> None:
    value = np.full(300, np.nan)
    value[[5, 60, 200]] = 3.0
    grids = {"TEMP": Grid(np.datetime64("2024-01-01T00:00:00"), 3600, value)}
    found = fit_station(grids, seed=1).fill(grids)["TEMP"]
    assert np.isnan(found.filled.value).sum() == 297
    assert {row.reason for row in found.gate} == {"not judged"}


def test_a_model_survives_its_files_bit_for_bit(model, filled, grids) -> None:
    files = to_files(model)
    again = from_files(files)
    found = again.fill(grids)["TEMP"]
    assert found.filled.value.tobytes() == filled.filled.value.tobytes()
    assert found.filled.lower.tobytes() == filled.filled.lower.tobytes()
    assert to_files(again) == files
    assert version_of(files) == version_of(to_files(again))
    assert "| TEMP | station | ≤72 h |" in files["card.md"].decode()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (b'"straight":', b'"most":'),
        (b'"method":"blend","reason"', b'"method":"blend_halfway","reason"'),
    ],
)
def test_a_model_of_another_version_is_refused_with_what_to_do(model, ours, theirs) -> None:
    files = to_files(model)
    changed = files["model.json"].replace(ours, theirs)
    assert changed != files["model.json"]
    with pytest.raises(ModelOutdated, match="learn the station anew"):
        from_files(files | {"model.json": changed})


def test_a_file_that_names_an_unknown_kind_is_refused(model) -> None:
    files = to_files(model)
    files["model.json"] = files["model.json"].replace(b'"kind":"StateSpace"', b'"kind":"Popen"')
    with pytest.raises(ContractBroken, match="Popen"):
        from_files(files)


def test_what_no_gap_asks_for_is_not_learned_and_changes_no_byte(filled, grids) -> None:
    own = fill_station(grids, seed=5, variables=["TEMP"])["TEMP"]
    for part in ("value", "origin", "lower", "upper", "sd"):
        ours, theirs = getattr(own.filled, part), getattr(filled.filled, part)
        assert ours.tobytes() == theirs.tobytes(), part
    assert {(row.mode, row.gap_class) for row in own.gate} == {
        ("sensor", "≤240 h"), ("sensor", "≤720 h"),  # ALONE
        ("station", "≤240 h"), ("station", "≤720 h"),  # OUTAGE
        ("sensor", "≤1 h"), ("sensor", "≤6 h"),  # SHORT
    }  # fmt: skip
