"""What a ramp does to the regression that it is judged by, and to the memory of a record."""

import numpy as np
import pytest

from halocline.qc.series._departure import Explained, memory_of, news

N = 800


def walk(rng: np.random.Generator, *, memory: float, scatter: float) -> np.ndarray:
    """Levels (N,) of a given scatter that remember the day before."""
    level = np.zeros(N)
    new = rng.normal(0, scatter * np.sqrt(1 - memory**2), N)
    for k in range(1, N):
        level[k] = memory * level[k - 1] + new[k]
    return level


@pytest.fixture
def station() -> Explained:
    """A sensor that is half of another, which swings with the season, and weather of its own."""
    rng = np.random.default_rng(5)
    days = np.arange(N)
    other = 5 * np.sin(2 * np.pi * days / 365.25) + walk(rng, memory=0.8, scatter=1.0)
    target = 12 + other / 2 + walk(rng, memory=0.95, scatter=0.4)
    design = np.column_stack([np.ones(N), other])
    return Explained("TEMP", days, target, design, np.ones(N, dtype=bool))


def drifted(one: Explained) -> tuple[Explained, np.ndarray]:
    """Up by 5 in 60 days twice, clean at once; and the days without that."""
    target, clean = one.target.copy(), np.ones(N, dtype=bool)
    for first in (60, 420):
        target[first : first + 60] += np.linspace(0, 5, 60)
        clean[first : first + 60] = False
    return Explained(one.parameter, one.days, target, one.design, one.usable), clean


def test_days_far_from_a_ramp_depart_as_without_it(station: Explained) -> None:
    other, clean = drifted(station)
    by_levels, by_news = (
        np.ptp((after(other.usable) - after_none(station.usable))[clean])
        for after, after_none in (
            (other.departure, station.departure),
            (other.departure_by_news, station.departure_by_news),
        )
    )
    assert by_news < 0.5, "a ramp is one step among 800 days of news"
    assert by_levels > 2 * by_news, "of the levels it is an eighth"


def test_missing_days_let_memory_fade(station: Explained) -> None:
    day = np.array([0, 1, 3])
    found = news(np.array([1.0, 1.0, 1.0]), day, memory=0.5)
    np.testing.assert_allclose(found, [0.5 / np.sqrt(0.75), 0.75 / np.sqrt(1 - 0.0625)])


@pytest.mark.parametrize("memory", [0.8, 0.97])
def test_a_record_tells_its_memory_whether_a_ramp_is_in_it_or_not(memory: float) -> None:
    level = walk(np.random.default_rng(8), memory=memory, scatter=1.0)
    level[::9] = np.nan
    assert abs(memory_of(level) - memory) < 0.06
    level[300:360] += np.linspace(0, 5, 60)
    assert abs(memory_of(level) - memory) < 0.06


@pytest.mark.parametrize("level", [[], [np.nan], [1.0, np.nan], [2.0, 2.0, 2.0]])
def test_a_record_that_tells_no_memory_has_the_usual_one(level: list[float]) -> None:
    assert memory_of(np.array(level)) == 0.9
