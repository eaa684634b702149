"""A hand on the sensor and the weather: what is called a jump, and when it was."""

import numpy as np
import pytest

from halocline.qc.series._jumps import Jumps, jumps

PER_HOUR = 3
N = 20 * 24 * PER_HOUR
JUMP = 10 * 24 * PER_HOUR + 1
"""Twenty minutes past an hour: the hour before it holds a value of each level."""


@pytest.fixture
def level() -> np.ndarray:
    """Twenty days at 20 min of a tide and noise, up by 1 at JUMP."""
    rng = np.random.default_rng(3)
    tide = 0.2 * np.sin(2 * np.pi * np.arange(N) / (12.42 * PER_HOUR))
    return 10 + tide + rng.normal(0, 0.05, N) + (np.arange(N) >= JUMP)


def found(value: np.ndarray, *, factor: float = 2.5) -> Jumps:
    held = np.isfinite(value)
    return jumps(value[held], (np.arange(N) * 1200)[held], floor=0.7, factor=factor, sudden=0.6,
                 silence_h=12)  # fmt: skip


def test_a_jump_is_told_by_its_size_and_its_first_value(level: np.ndarray) -> None:
    one = found(level)
    assert one.time_s.tolist() == [JUMP * 1200]
    assert one.step == pytest.approx([1], abs=0.05)


def test_a_storm_that_takes_three_hours_is_no_jump(level: np.ndarray) -> None:
    level -= np.arange(N) >= JUMP
    level[JUMP:] += np.clip((np.arange(N - JUMP) + 1) / 9, 0, 1)
    assert found(level).step.size == 0


@pytest.mark.parametrize("out_h", [3, 8])
def test_a_jump_after_a_silence_is_found_whatever_the_tide_did(
    level: np.ndarray, out_h: int
) -> None:
    level[JUMP : JUMP + out_h * PER_HOUR] = np.nan
    assert found(level).time_s.tolist() == [(JUMP + out_h * PER_HOUR) * 1200]


def test_a_loss_the_day_before_does_not_hide_a_jump(level: np.ndarray) -> None:
    level[JUMP - 29 * PER_HOUR : JUMP - 21 * PER_HOUR] = np.nan
    assert found(level).time_s.tolist() == [JUMP * 1200]


def test_nothing_of_a_day_or_less_is_a_jump() -> None:
    assert jumps(np.ones(30), np.arange(30) * 1200, floor=0.1, factor=1, sudden=0.6,
                 silence_h=12).step.size == 0  # fmt: skip
