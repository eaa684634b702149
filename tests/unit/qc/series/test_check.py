"""Running a suite: stages, masks, who overrides whom."""

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from halocline.model.series import Series, SeriesVariable
from halocline.qc.series import SeriesSuite, check

RANGE = {"gross_range": {"sensor": [0, 40]}}
SPIKE = {"floor": 2.0, "noise_factor": 5, "reference_step_s": 1200, "noise_h": 24, "max_gap_h": 2}


def series(value: list[float], *, platform: str = "S", source: int = 1) -> Series:
    n = len(value)
    time = np.datetime64("2024-06-01T00:00:00") + (np.arange(n) * 1200).astype("timedelta64[s]")
    variable = SeriesVariable(np.array(value), np.full(n, source, np.uint8), "TEMP", 1)
    return Series(platform, time, np.zeros(n), np.zeros(n), {"TEMP": variable})


def suite(**blocks: object) -> SeriesSuite:
    return SeriesSuite.model_validate({"suite": "series", **blocks})


def test_masks_tell_judged_from_failed_from_not_run() -> None:
    checked = check(series([10, 99, np.nan]), suite(parameters={"TEMP": RANGE}))["TEMP"]
    assert checked.flag.tolist() == [1, 4, 9]
    assert checked.done.tolist() == [2, 2, 0]
    assert checked.failed.tolist() == [0, 2, 0]
    assert checked.done.dtype == np.uint64


def test_a_value_out_of_range_does_not_condemn_its_neighbours() -> None:
    blocks = {"TEMP": {**RANGE, "rate_of_change": {"per_hour": 6, "shortest_s": 600,
                                                   "max_gap_h": 2}}}  # fmt: skip
    checked = check(series([10, 10, 999, 10, 10]), suite(parameters=blocks))["TEMP"]
    assert checked.flag.tolist() == [1, 1, 4, 1, 1]
    assert (checked.done[2], checked.done[3]) == (0b10, 0b1010)


def test_a_variable_without_thresholds_is_not_evaluated() -> None:
    assert check(series([10, 99]), suite())["TEMP"].flag.tolist() == [0, 0]


def test_the_provider_s_flags_change_nothing() -> None:
    value = [10, 10, 30, 10, 10, 99]
    rules = suite(parameters={"TEMP": {**RANGE, "spike": SPIKE}})
    good, bad = (check(series(value, source=s), rules)["TEMP"].flag.tolist() for s in (1, 4))
    assert good == bad == [1, 1, 4, 1, 1, 4]


def test_the_more_particular_block_wins_as_a_whole_and_null_turns_a_test_off() -> None:
    narrow, off = {"gross_range": {"sensor": [0, 5]}}, {"gross_range": None}
    rules = suite(
        parameters={"any": RANGE, "PSAL": narrow},
        stations={"A": {"parameters": {"TEMP": narrow}}, "B": {"parameters": {"any": off}}},
    )

    def flags(platform: str) -> list[int]:
        return check(series([10.0], platform=platform), rules)["TEMP"].flag.tolist()

    assert (flags("S"), flags("A"), flags("B")) == ([1], [4], [0])


@pytest.mark.parametrize(
    "blocks",
    [{"parameters": {"TEMP": {"spyke": SPIKE}}},
     {"parameters": {"TEMP": {"spike": {**SPIKE, "treshold": 1}}}},
     {"parameters": {"TEMP": {"gross_range": {"sensor": [4, 1]}}}},
     {"station": {"dry": {}}}],
)  # fmt: skip
def test_unknown_or_senseless_thresholds_are_refused(blocks: dict) -> None:
    with pytest.raises(ValidationError):
        suite(**blocks)


def test_a_value_nobody_measured_is_neither_judged_nor_judges() -> None:
    stuck = {"stuck_value": {"bad_h": 2, "min_values": 4, "max_gap_h": 6}}
    depth = [25.7, 25.7, 3.0, 25.7, 25.7, 3.0, 25.7, 25.7, 25.7, np.nan]
    measured = series(depth)
    source = np.where(np.array(depth) == 3.0, 7, 1).astype(np.uint8)
    source[[8, 9]] = 8
    variable = replace(measured.variables["TEMP"], flag_source=source)
    rules = suite(parameters={"TEMP": stuck})
    assert check(measured, rules)["TEMP"].flag.tolist() == [0] * 9 + [9]  # never four in a row
    told = check(replace(measured, variables={"TEMP": variable}), rules)["TEMP"]
    assert told.flag.tolist() == [4, 4, 7, 4, 4, 7, 4, 4, 8, 9]
    assert (told.done > 0).tolist() == (told.flag == 4).tolist()


def test_no_test_of_the_station_sees_a_value_nobody_measured() -> None:
    salt = replace(series([30, 30]).variables["TEMP"], parameter="PSAL")
    oxygen = replace(salt, parameter="DOX1", value=np.array([6.0, 6.0]))
    nominal = replace(salt, flag_source=np.array([1, 7], np.uint8))
    rules = suite(station={"dependency": {"needs": {"DOX1": ["PSAL"]}, "missing": 4}})
    station = replace(series([30, 30]), variables={"PSAL": nominal, "DOX1": oxygen})
    checked = check(station, rules)
    assert checked["DOX1"].flag.tolist() == [0, 4]
    assert (checked["PSAL"].flag.tolist(), checked["PSAL"].failed.tolist()) == ([0, 7], [0, 0])
