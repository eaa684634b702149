import numpy as np
import pytest

from halocline.learn.hidden_gaps import TARGET, plant_gaps
from halocline.model.gaps import GAP_CLASSES_H, class_of


def plant(present: np.ndarray, native: np.ndarray | None = None, *, gap_class: int, seed: int = 1):
    native = np.ones_like(present) if native is None else native
    return plant_gaps(
        present, native, gap_class=gap_class, step_h=1 / 3, rng=np.random.default_rng(seed)
    )


@pytest.fixture(scope="module")
def year() -> np.ndarray:
    present = np.ones(26280, dtype=bool)
    for first, length in ((500, 1), (3000, 7), (9000, 51), (9200, 51), (15000, 300)):
        present[first : first + length] = False
    return present


@pytest.mark.parametrize("gap_class", range(3))
def test_gaps_are_of_their_class_and_known_on_both_sides(year, gap_class: int) -> None:
    hidden = plant(year, gap_class=gap_class)
    assert len(hidden) >= TARGET[gap_class] // 2
    for first, stop in zip(hidden.first, hidden.stop, strict=True):
        assert class_of((stop - first) / 3) == gap_class
        assert year[first - 1]
        assert year[stop]
        assert year[first:stop].mean() >= 0.7


@pytest.mark.parametrize("gap_class", range(3))
def test_gaps_of_a_pass_are_disjoint(year, gap_class: int) -> None:
    hidden = plant(year, gap_class=gap_class)
    for number in np.unique(hidden.in_pass):
        here = hidden.in_pass == number
        assert (hidden.first[here][1:] > hidden.stop[here][:-1]).all()
        assert np.sum((hidden.stop - hidden.first)[here]) <= max(
            0.2 * year.size, (hidden.stop - hidden.first)[here].max()
        )


def test_halves_are_even(year) -> None:
    hidden = plant(year, gap_class=1)
    assert abs(2 * int(hidden.half.sum()) - len(hidden)) <= 2


def test_own_lengths_are_drawn_too(year) -> None:
    hidden = plant(year, gap_class=1)
    assert (
        np.mean(hidden.stop - hidden.first == 51) > 0.2
    )  # half of the lengths are those of the series' own gaps


def test_filled_values_never_judge(year) -> None:
    native = np.ones_like(year)
    native[:13000] = False
    hidden = plant(year, native, gap_class=0)
    assert hidden.first.min() > 13000


def test_same_seed_same_gaps(year) -> None:
    first, second = plant(year, gap_class=2), plant(year, gap_class=2)
    np.testing.assert_array_equal(first.first, second.first)
    np.testing.assert_array_equal(first.half, second.half)
    assert plant(year, gap_class=2, seed=2).first.tolist() != first.first.tolist()


@pytest.mark.parametrize("n", [0, 1, 2, 10, 100])
@pytest.mark.parametrize("gap_class", range(len(GAP_CLASSES_H)))
def test_short_series_give_few_gaps_or_none(n: int, gap_class: int) -> None:
    hidden = plant(np.ones(n, dtype=bool), gap_class=gap_class)
    assert (hidden.stop <= n).all()
    assert len(hidden) <= n


def test_an_empty_series_gives_none() -> None:
    assert len(plant(np.zeros(5000, dtype=bool), gap_class=0)) == 0
