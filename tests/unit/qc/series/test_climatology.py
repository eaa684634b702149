"""The range of a season as it is learned: who teaches, which months are known, how wide."""

import numpy as np
import pytest

from halocline.qc.series.climatology import ClimatologyParams, learn_climatology, limits_at

DAYS = np.arange(np.datetime64("2021-01-01"), np.datetime64("2024-01-01"))
TIME_S = DAYS.astype("datetime64[s]").astype(np.int64)
MONTH = DAYS.astype("datetime64[M]").astype(int) % 12
IN_2021 = DAYS.astype("datetime64[Y]") == np.datetime64("2021")
ALL = np.ones(DAYS.size, dtype=bool)


def learn(value: np.ndarray, usable: np.ndarray = ALL, **how) -> ClimatologyParams | None:
    return learn_climatology(value=value[usable], time_s=TIME_S[usable], **how)


def test_each_side_gets_room_by_its_own_distance_from_the_median() -> None:
    """Four values of five are 34 and one is 30: nothing above the median, 4 below it."""
    value = np.where(np.arange(DAYS.size) % 5 == 0, 30.0, 34.0)
    found = learn(value)
    assert found is not None
    assert set(found.high) == {34.0}
    assert set(found.low) == {26.0}  # 30 - (34 - 30)
    narrow = learn(value, margin=0.0)
    assert narrow is not None
    assert set(narrow.low) == {30.0}


def test_a_month_needs_days_in_two_years() -> None:
    usable = (MONTH != 4) | IN_2021
    found = learn(np.full(DAYS.size, 10.0), usable)
    assert found is not None
    assert [k for k, one in enumerate(found.low) if one is None] == [4]
    few = (MONTH != 4) | (np.arange(DAYS.size) % 3 == 0)
    found = learn(np.full(DAYS.size, 10.0), few)
    assert found is not None
    assert found.low[4] is None
    assert learn(np.full(DAYS.size, 10.0), IN_2021) is None


@pytest.mark.parametrize(("date", "share"), [("2023-01-16T09:00", 0.0), ("2023-01-31T20:15", 0.5)])
def test_limits_run_straight_between_the_middles_of_months(date: str, share: float) -> None:
    params = ClimatologyParams(low=(0.0,) * 12, high=(10.0, 20.0, *[20.0] * 10))
    at = np.array([np.datetime64(date, "s").astype(np.int64)])
    low, high = limits_at(params, at)
    assert low[0] == 0.0
    assert high[0] == pytest.approx(10 + 10 * share, abs=0.2)
