"""Laws every station method of the registry obeys, with no edit here for a new one."""

import numpy as np
import pytest

from halocline.gapfill._api import series_methods, station_methods
from halocline.gapfill._scene import Answers, Points, Scene, points_of
from halocline.gapfill._windowed import Windowed
from halocline.model.estimates import Origin
from halocline.model.gaps import Gaps
from halocline.model.series import Grid
from tests.samples.station import station

METHODS = station_methods()
GAP = Gaps(np.array([700, 2000]), np.array([760, 2200]))


@pytest.fixture(params=METHODS, scope="module")
def method(request):
    return METHODS[request.param]


@pytest.fixture(scope="module")
def scene() -> Scene:
    grids = station(n=3000)
    others = {name: one.value for name, one in grids.items() if name != "TEMP"}
    tide = np.cos(2 * np.pi * np.arange(3000) / 12.42)
    return Scene(grids["TEMP"], others, {"TIDE": tide})


def lessons(scene: Scene, count: int = 120, length: int = 60) -> Points:
    first = np.sort(np.random.default_rng(0).integers(200, 2700, count))
    return points_of(Gaps(first, first + length))


def fitted(method, scene: Scene, points: Points, seed: int = 1):
    base = {name: Windowed(one.fit(scene.grid, seed=0)) for name, one in series_methods().items()}
    return method.fit(scene, points, bases=base, seed=seed)


@pytest.fixture(scope="module")
def filler(method, scene):
    return fitted(method, scene, lessons(scene))


def as_bytes(answers: Answers) -> bytes:
    return answers.value.tobytes() + answers.below.tobytes() + answers.above.tobytes()


def test_method_names_its_source_and_kind(method) -> None:
    assert method.source
    assert method.title
    assert method.origin in {Origin.INTERPOLATED, Origin.MODELLED}
    assert method.name not in series_methods()


def test_every_point_gets_a_value_with_uncertainty(filler, scene) -> None:
    points = points_of(GAP)
    answers = filler(scene, points)
    assert answers.value.shape == (len(points),)
    assert np.isfinite(answers.value).all()
    assert (answers.below > 0).all()
    assert (answers.above > 0).all()


def test_what_a_gap_hides_is_never_looked_at(filler, scene) -> None:
    """Other values inside the gap, the same answers: the law that forbids a leak."""
    points = points_of(GAP)
    value = scene.grid.value.copy()
    for first, stop in zip(GAP.first, GAP.stop, strict=True):
        value[first:stop] = 99.0
    other = Scene(Grid(scene.grid.start, scene.grid.step_s, value), scene.others, scene.drivers)
    one_gap = points.of(points.gap == 1)
    value[GAP.first[0] : GAP.stop[0]] = scene.grid.value[GAP.first[0] : GAP.stop[0]]
    assert as_bytes(filler(scene, one_gap)) == as_bytes(filler(other, points.of(points.gap == 1)))


def test_input_is_untouched(method, scene) -> None:
    before = scene.grid.value.tobytes(), *(one.tobytes() for one in scene.others.values())
    fitted(method, scene, lessons(scene, count=40))(scene, points_of(GAP))
    after = scene.grid.value.tobytes(), *(one.tobytes() for one in scene.others.values())
    assert before == after


def test_same_seed_same_bytes(method, scene, filler) -> None:
    again = fitted(method, scene, lessons(scene))
    assert as_bytes(again(scene, points_of(GAP))) == as_bytes(filler(scene, points_of(GAP)))


def test_a_sensor_that_falls_silent_is_no_error(filler, scene) -> None:
    silent = {name: np.full(one.size, np.nan) for name, one in scene.others.items()}
    answers = filler(Scene(scene.grid, silent, scene.drivers), points_of(GAP))
    assert np.isfinite(answers.value).all()
    assert np.isfinite(filler(scene.alone(), points_of(GAP)).value).all()


def test_few_lessons_still_answer(method, scene) -> None:
    answers = fitted(method, scene, lessons(scene, count=1, length=5))(scene, points_of(GAP))
    assert np.isfinite(answers.value).all()
    assert (answers.below > 0).all()


def test_no_point_no_answer(filler, scene) -> None:
    nothing = points_of(Gaps(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)))
    assert filler(scene, nothing).value.shape == (0,)


@pytest.mark.parametrize("step_s", [600, 10_800, 86_400, 14 * 86_400])
def test_any_step_is_answered(method, scene, step_s: int) -> None:
    """A sensor of ten minutes, a bottle a fortnight: no window may shrink to nothing."""
    grid = Grid(scene.grid.start, step_s, scene.grid.value)
    seldom = Scene(grid, scene.others, scene.drivers)
    gaps = points_of(Gaps(np.array([700, 2000]), np.array([701, 2009])))
    answers = fitted(method, seldom, lessons(seldom, length=6))(seldom, gaps)
    assert np.isfinite(answers.value).all()
    assert (answers.below > 0).all()
