import numpy as np
import pytest

from halocline.learn.exam import FINE_H, draw, join, length_classes_of
from halocline.learn.folds import FOLDS, fold_of_steps
from halocline.model.series import Grid

RNG = np.random.default_rng


def drawn(length_class: int, where=None, count: int = 50):
    present = np.ones(4000, dtype=bool)
    present[1000:1020] = False
    native = present.copy()
    native[2000:2500] = False
    where = present if where is None else where
    return native & where, draw(
        present, native, where=where, length_class=length_class, step_h=1.0, count=count,
        points_a_gap=8, rng=RNG(1),
    )  # fmt: skip


@pytest.mark.parametrize("length_class", range(1, len(FINE_H)))
def test_gaps_have_the_lengths_of_their_class_and_known_edges(length_class: int) -> None:
    known, found = drawn(length_class)
    hours = found.gaps.length.astype(float)
    assert hours.size > 20
    assert (length_classes_of(hours) == length_class).all()
    assert known[found.gaps.first - 1].all()
    assert known[found.gaps.stop].all()
    assert known[found.points.step].all()
    assert np.bincount(found.points.gap).max() <= 8
    assert (
        (found.points.step >= found.points.first) & (found.points.step < found.points.stop)
    ).all()


def test_gaps_stay_in_the_part_they_are_drawn_from() -> None:
    where = np.zeros(4000, dtype=bool)
    where[1100:1900] = True
    _, found = drawn(3, where)
    assert found.gaps.first.min() > 1100
    assert found.gaps.stop.max() < 1900


def test_joined_parts_number_their_gaps_on() -> None:
    parts = [drawn(2)[1], drawn(3)[1]]
    hidden, points = join(parts, rng=RNG(2))
    assert len(hidden) == sum(one.gaps.first.size for one in parts)
    assert (hidden.first[points.gap] == points.first).all()
    assert (hidden.stop[points.gap] == points.stop).all()
    assert 0.4 < hidden.half.mean() < 0.6


def test_years_take_turns_where_there_are_several() -> None:
    grid = Grid(np.datetime64("2005-01-01T00:00:00"), 86400, np.ones(1461))
    fold = fold_of_steps(grid)
    years = grid.time.astype("datetime64[Y]").astype(int) + 1970
    assert {(int(y), int(f)) for y, f in zip(years, fold, strict=True)} == {
        (2005, 0), (2006, 1), (2007, 2), (2008, 0)}  # fmt: skip


def test_one_year_is_cut_into_equal_stretches() -> None:
    value = np.ones(3000)
    value[:1500] = np.nan
    fold = fold_of_steps(Grid(np.datetime64("2005-01-01T00:00:00"), 3600, value))
    assert (np.diff(fold) >= 0).all()
    counts = np.bincount(fold[1500:], minlength=FOLDS)
    assert counts.max() - counts.min() <= 2
