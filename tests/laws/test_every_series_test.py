"""Laws every QC test of a series obeys; a new file in qc/series is held to them unedited."""

import contextlib

import numpy as np
import pytest
from pydantic import ValidationError

import halocline.qc.series as package
from halocline.model.checked import Checked
from halocline.model.errors import ContractBroken
from halocline.model.registry import load_all
from halocline.model.series import Series, SeriesVariable
from halocline.qc.series import SeriesSuite, check
from halocline.qc.series._api import (
    COLUMN_TESTS,
    STATION_TESTS,
    Column,
    ColumnTest,
    Example,
    StationExample,
    StationTest,
    column_test,
)
from halocline.qc.series._sentences import SAY, sentence
from tests.samples.thresholds import twisted

load_all(package)
TESTS = COLUMN_TESTS.values()
STATION = STATION_TESTS.values()
FLAGS = {0, 1, 3, 4}
BITS = {
    "gross_range": 1, "spike": 2, "rate_of_change": 3, "stuck_value": 4,
    "dry_station": 5, "climatology": 6, "attenuated_signal": 7, "offset": 8, "cap_value": 9,
    "impossible_date": 10, "position": 11, "dependency": 12, "saturation": 13,
    "twin_salinity": 14, "high_baseline": 15, "time_gap": 16, "drift": 17,
    "fouling": 18, "level_shift": 19,
}  # fmt: skip
START = np.datetime64("2024-06-01T00:00:00")


@pytest.mark.parametrize("test", [*TESTS, *STATION], ids=lambda test: test.name)
def test_a_reader_is_told_in_words_what_it_takes_for_a_fault(test) -> None:
    """Its thresholds as numbers within a sentence, no name of a parameter, and a remedy."""
    params = test.params.model_validate(test.examples[0].params).model_dump()
    told = sentence(test.name, np.array([1.0, 2.0]), params, "")
    raw = [name for name in params if "_" in name and name in told]
    assert (raw, "None" in told, "{{" in told) == ([], False, False)
    assert any(word in told for word in ("where", "check", "give", "look at", "needs"))


def test_no_sentence_is_of_a_test_that_is_none() -> None:
    assert set(SAY) == set(BITS)


def axis(n: int, step_s: int) -> np.ndarray:
    return START + (np.arange(n) * step_s).astype("timedelta64[s]")


def series_of(columns: dict[str, list[float]], time: np.ndarray, **where: float) -> Series:
    variables = {}
    for name, value in columns.items():
        parameter, _, level = name.partition("_LEVEL")
        variables[name] = SeriesVariable(
            value=np.array(value, dtype=float), flag_source=np.ones(time.size, np.uint8),
            parameter=parameter, level=int(level.replace("M", "-") or 1))  # fmt: skip
    latitude, longitude = where.get("latitude", 50.0), where.get("longitude", 1.0)
    position = np.full(time.size, latitude), np.full(time.size, longitude)
    return Series("P", time, *position, variables)


def said(checked: Checked, test: ColumnTest | StationTest) -> list[int]:
    """What one test said, read from the flag and the masks: 9 missing, 0 not judged, 1 passed."""
    done, failed = (
        mask >> np.uint64(test.bit) & np.uint64(1) for mask in (checked.done, checked.failed)
    )
    passed = np.where(done == 1, 1, 0)
    found = np.where(failed == 1, checked.flag, passed)
    return np.where(checked.flag == 9, 9, found).tolist()


def run(test: ColumnTest, params: dict, value: list[float], step_s: int) -> list[int]:
    suite = SeriesSuite.model_validate(
        {"suite": "series", "parameters": {"X": {test.name: params}}}
    )
    return said(check(series_of({"X": value}, axis(len(value), step_s)), suite)["X"], test)


def record(seed: int, n: int = 900) -> Column:
    """A record with irregular stamps, silences, spikes, runs: something for every test."""
    rng = np.random.default_rng(seed)
    time = np.cumsum(rng.choice([1199, 1200, 1201, 2400, 90_000], n, p=[0.1, 0.7, 0.1, 0.09, 0.01]))
    value = np.round(12 + 3 * np.sin(time / 7_000) + 0.2 * rng.normal(size=n), 2)
    value[rng.integers(0, n, 12)] += 9
    value[rng.integers(0, n, 2)] += 50
    for first in (200, 400):
        value[first : first + 90] = value[first]
    return Column(value, time.astype(np.int64) + 1_700_000_000)


def cases(tests: list) -> list:
    return [
        pytest.param(test, example, id=f"{test.name}-{k}")
        for test in tests
        for k, example in enumerate(test.examples)
    ]


@pytest.mark.parametrize(("test", "example"), cases(TESTS))
def test_worked_examples_come_out(test: ColumnTest, example: Example) -> None:
    found = run(test, dict(example.params), list(example.value), example.step_s)
    assert found == list(example.expected), example.reason


@pytest.mark.parametrize(("test", "example"), cases(STATION))
def test_worked_stations_come_out(test: StationTest, example: StationExample) -> None:
    suite = SeriesSuite.model_validate(
        {"suite": "series", "station": {test.name: dict(example.params)}}
    )
    n = len(next(iter(example.value.values())))
    time = np.datetime64(example.start) + (np.arange(n) * example.step_s).astype("timedelta64[s]")
    latitude, longitude = example.position
    series = series_of({name: list(v) for name, v in example.value.items()}, time,
                       latitude=latitude, longitude=longitude)  # fmt: skip
    found = check(series, suite)
    for name, expected in example.expected.items():
        assert said(found[name], test) == list(expected), f"{name}: {example.reason}"


@pytest.mark.parametrize(("test", "example"), cases([*TESTS, *STATION]))
def test_a_threshold_nothing_can_be_judged_by_is_refused_with_the_suite(
    test: ColumnTest | StationTest, example: Example | StationExample
) -> None:
    """Else it stops a station in the night: warnings are errors here."""
    value = example.value if isinstance(example, StationExample) else {"X": example.value}
    time = axis(len(next(iter(value.values()))), example.step_s)
    series = series_of({name: list(one) for name, one in value.items()}, time)
    for key, threshold in example.params.items():
        for other in twisted(threshold):
            block = {test.name: {**example.params, key: other}}
            room = {"station": block} if isinstance(test, StationTest) else {
                "parameters": {"X": block}
            }  # fmt: skip
            with contextlib.suppress(ValidationError):
                check(series, SeriesSuite.model_validate({"suite": "series", **room}))


@pytest.mark.parametrize("test", [*TESTS, *STATION], ids=lambda test: test.name)
def test_a_test_says_where_it_comes_from_and_shows_pass_fail_and_missing(test: ColumnTest) -> None:
    assert test.source
    assert len(test.examples) >= 3
    rows = [e.expected.values() if isinstance(e.expected, dict) else [e.expected]
            for e in test.examples]  # fmt: skip
    shown = {flag for row in rows for flags in row for flag in flags}
    assert shown & {3, 4}
    assert {1, 9} <= shown


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_only_a_test_that_vouches_makes_a_value_good(test: ColumnTest) -> None:
    column = record(2)
    series = series_of({"X": column.value.tolist()}, column.time_s.astype("datetime64[s]"))
    block = {"X": {test.name: dict(test.examples[0].params)}}
    suite = SeriesSuite.model_validate({"suite": "series", "parameters": block})
    checked = check(series, suite)["X"]
    assert (1 in checked.flag) == test.vouches
    assert checked.done.any()


def test_bits_never_move() -> None:
    assert {test.name: test.bit for test in [*TESTS, *STATION]} == BITS


def test_a_bit_is_never_given_twice() -> None:
    with pytest.raises(ContractBroken, match="belongs to gross_range"):
        column_test(name="other", bit=1, params=TESTS[0].params, reach_s=lambda _: 0.0,
                    source="none", examples=[])  # fmt: skip


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
@pytest.mark.parametrize("n", [0, 1, 2, 3, 5])
def test_short_records_are_judged_or_not_but_never_break(test: ColumnTest, n: int) -> None:
    params = test.params.model_validate(test.examples[0].params)
    flag = test.function(Column(np.arange(n) * 1.0, np.arange(n) * 1200), params)
    assert flag.shape == (n,)
    assert flag.dtype == np.uint8
    assert set(flag.tolist()) <= FLAGS


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_inputs_stay_untouched(test: ColumnTest) -> None:
    column = record(1)
    before = column.value.copy(), column.time_s.copy()
    flag = test.function(column, test.params.model_validate(test.examples[0].params))
    assert set(np.unique(flag).tolist()) <= FLAGS
    np.testing.assert_array_equal(column.value, before[0])
    np.testing.assert_array_equal(column.time_s, before[1])


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
@pytest.mark.parametrize("seed", range(4))
def test_a_value_is_judged_by_what_is_within_reach(test: ColumnTest, seed: int) -> None:
    column = record(seed)
    params = test.params.model_validate(test.examples[0].params)
    whole = test.function(column, params)
    reach = test.reach_s(params)
    for k in np.random.default_rng(seed).integers(0, column.value.size, 25):
        near = np.abs(column.time_s - column.time_s[k]) <= reach
        part = test.function(Column(column.value[near], column.time_s[near]), params)
        assert part[np.flatnonzero(near).searchsorted(k)] == whole[k], k


def test_the_record_makes_every_test_speak() -> None:
    for test in TESTS:
        params = test.params.model_validate(test.examples[0].params)
        flags = np.concatenate([test.function(record(s), params) for s in range(3)])
        assert {3, 4} & set(flags.tolist()), f"{test.name} finds nothing: its laws prove little"
