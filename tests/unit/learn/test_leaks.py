"""Twins: channels of one sensor, by name and by what they do."""

import numpy as np

from halocline.learn.leaks import find_twins

RNG = np.random.default_rng(2)
WALK = np.cumsum(RNG.normal(size=1500))
OTHER = np.cumsum(RNG.normal(size=1500))


def test_a_channel_computed_from_another_is_its_twin_under_any_name() -> None:
    noisy = 0.8 * WALK + 0.24 + RNG.normal(0, 0.02, WALK.size)
    found = find_twins({"A": WALK, "B": noisy, "C": OTHER, "D": -3 * WALK})
    assert {(one.first, one.second) for one in found} == {("A", "B"), ("A", "D"), ("B", "D")}


def test_a_family_is_known_by_its_parameters() -> None:
    values = {"DOX1_LEVEL3": WALK, "OSAT": OTHER, "TEMP": OTHER[::-1]}
    codes = {"DOX1_LEVEL3": "DOX1", "OSAT": "OSAT", "TEMP": "TEMP"}
    found = find_twins(values, parameters=codes)
    assert [(one.first, one.second, one.found_by) for one in found] == [
        ("DOX1_LEVEL3", "OSAT", "name")]  # fmt: skip


def test_sensors_that_share_a_season_are_no_twins() -> None:
    season = np.sin(np.arange(1500) / 200)
    found = find_twins({"A": season * 9 + RNG.normal(size=1500), "B": season * 9 - RNG.normal(
        size=1500)})  # fmt: skip
    assert found == []


def test_few_or_constant_values_say_nothing() -> None:
    short = np.where(np.arange(1500) < 150, WALK, np.nan)
    assert find_twins({"A": short, "B": short, "C": np.zeros(1500), "D": np.zeros(1500)}) == []
