"""Laws every QC test of Argo profiles obeys; a new file in qc/argo is held to them unedited."""

import contextlib
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

import halocline.qc.argo as package
from halocline.model.checked import Checked
from halocline.model.errors import ContractBroken
from halocline.model.flags import Flag
from halocline.model.profiles import Profiles, ProfileVariable
from halocline.model.registry import load_all
from halocline.qc.argo import ArgoSuite, check
from halocline.qc.argo._api import ARGO_TESTS, OURS, ArgoTest, Example, argo_test
from halocline.suites import load_suite, shipped_suite, suite_digest
from tests.samples.thresholds import twisted

load_all(package)
TESTS = ARGO_TESTS.values()
NOW = 27000.0
NUMBERS = {
    "platform_identification": 1, "impossible_date": 2, "impossible_location": 3,
    "position_on_land": 4, "impossible_speed": 5, "global_range": 6, "regional_range": 7,
    "pressure_increasing": 8, "spike": 9, "gradient": 11, "digit_rollover": 12, "stuck_value": 13,
    "density_inversion": 14, "grey_list": 15, "gross_sensor_drift": 16, "frozen_profile": 18,
    "deepest_pressure": 19, "near_surface_salinity": 21, "near_surface_air": 22, "deep_float": 23,
    "rbr_salinity": 24, "medd": 25, "cell_temperature": 26, "raw_ph": 56, "raw_oxygen": 57,
    "raw_nitrate": 59, "backscattering": 62, "raw_chlorophyll": 63, "stuck_pressure": 48,
    "pressure_spike": 49, "inversion_culprit": 50, "bottom_salinity": 51,
}  # fmt: skip


def variable(value: np.ndarray, *, flag: int = 1) -> ProfileVariable:
    value = value.astype(np.float32)
    return ProfileVariable(
        value=value,
        flag_source=np.full(value.shape, flag, np.uint8),
        adjusted=np.full_like(value, np.nan),
        adjusted_flag_source=np.full(value.shape, 9, np.uint8),
        adjusted_error=np.full_like(value, np.nan),
        mode=np.full(value.shape[0], "R"),
    )


def profiles_of(value: dict, **facts) -> Profiles:
    arrays = {name: np.array(rows, dtype=float) for name, rows in value.items()}
    n = next(iter(arrays.values())).shape[0]
    known = {
        "platform": "6900001",
        "cycle": np.arange(1, n + 1, dtype=np.int32),
        "direction": np.full(n, "A"),
        "scheme": np.full(n, "Primary sampling: discrete []"),
        "juld": np.full(n, 26000.0),
        "juld_location": np.full(n, 26000.0),
        "latitude": np.full(n, 45.0),
        "longitude": np.full(n, -20.0),
    }
    given = {
        name: np.asarray(fact) if isinstance(fact, list) else fact for name, fact in facts.items()
    }
    return Profiles(
        mode=np.full(n, "R"),
        juld_flag_source=np.ones(n, np.uint8),
        position_flag_source=np.ones(n, np.uint8),
        date_update=np.full(n, np.datetime64("2023-01-01T00:00:00", "s")),
        source_file=np.full(n, "x"),
        variables={name: variable(array) for name, array in arrays.items()},
        **(known | given),
    )


def alone(test: ArgoTest, params: dict) -> ArgoSuite:
    return ArgoSuite.model_validate({"suite": "argo", test.name: params})


def said(checked: Checked, test: ArgoTest) -> np.ndarray:
    """What one test said, read from the flag and the masks: 9 missing, 0 not judged, 1 passed."""
    done, failed = (
        mask >> np.uint64(test.number) & np.uint64(1) for mask in (checked.done, checked.failed)
    )
    found = np.where(failed == 1, checked.flag, np.where(done == 1, 1, 0))
    return np.where(checked.flag == Flag.MISSING, 9, found)


def cast(seed: int, *, n_prof: int = 5, n_levels: int = 60) -> Profiles:
    """A float with spikes, stuck profiles, inversions, holes: something for every test."""
    rng = np.random.default_rng(seed)
    pressure = np.sort(rng.uniform(-1, 2050, (n_prof, n_levels)), axis=1)
    temperature = 4 + 16 * np.exp(-pressure / 500) + rng.normal(0, 0.05, pressure.shape)
    salinity = 35 + 0.5 * np.exp(-pressure / 300) + rng.normal(0, 0.02, pressure.shape)
    pressure[0, 20], temperature[1, 30], salinity[1, 31] = 1990, 35, 1.5
    temperature[2] = temperature[2, 0]
    for array in (pressure, temperature, salinity):
        array[rng.random(array.shape) < 0.03] = np.nan
    temperature[3, 40:] = salinity[3, 40:] = pressure[3, 40:] = np.nan
    values = {"PRES": pressure, "TEMP": temperature, "PSAL": salinity}
    return profiles_of(values, park_and_profile_pressure=np.full(n_prof, 2000.0))


def shipped() -> ArgoSuite:
    found = load_suite(shipped_suite("argo"))
    assert isinstance(found, ArgoSuite)
    return found


def thresholds(test: ArgoTest) -> dict:
    refined = load_suite(shipped_suite("argo-refined"))
    return (getattr(shipped(), test.name) or getattr(refined, test.name)).model_dump()


def examples() -> list:
    return [
        pytest.param(test, example, id=f"{test.name}-{k}")
        for test in TESTS
        for k, example in enumerate(test.examples)
    ]


@pytest.mark.parametrize(("test", "example"), examples())
def test_worked_examples_come_out(test: ArgoTest, example: Example):
    facts = dict(example.facts)
    greylist = facts.pop("greylist", None)
    found = check(
        profiles_of(dict(example.value), **facts),
        alone(test, dict(example.params)),
        NOW,
        greylist=greylist,
    )
    judged = found.variables | {"POSITION": found.position, "JULD": found.juld}
    for name, expected in example.expected.items():
        assert said(judged[name], test).tolist() == list(expected), f"{name}: {example.reason}"


@pytest.mark.parametrize(("test", "example"), examples())
def test_a_threshold_nothing_can_be_judged_by_is_refused_with_the_suite(
    test: ArgoTest, example: Example
):
    """Else it stops a float in the night: warnings are errors here."""
    facts = dict(example.facts)
    greylist = facts.pop("greylist", None)
    profiles = profiles_of(dict(example.value), **facts)
    for key, threshold in example.params.items():
        for other in twisted(threshold):
            with contextlib.suppress(ValidationError):
                suite = alone(test, {**example.params, key: other})
                check(profiles, suite, NOW, greylist=greylist)


def test_a_number_once_given_is_never_given_to_another():
    assert {test.name: test.number for test in TESTS}.items() >= NUMBERS.items()
    with pytest.raises(ContractBroken, match="belongs to spike"):
        argo_test(number=9, name="other", params=TESTS[0].params, source="", examples=[])


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_every_test_has_a_passing_and_a_failing_example_and_a_source(test: ArgoTest):
    flags = {
        flag
        for example in test.examples
        for rows in example.expected.values()
        for flag in np.ravel(np.asarray(rows)).tolist()
    }
    assert 1 in flags
    assert flags & {3, 4}
    assert test.source


def test_the_shipped_suite_runs_every_test_of_the_manual_and_no_other():
    manual = {test.name for test in TESTS if test.number not in OURS}
    assert {test.name for test, _ in shipped().tests()} == manual


@pytest.mark.parametrize("name", ["argo", "argo-refined"])
def test_every_shipped_suite_has_a_digest(name: str):
    assert len(suite_digest(load_suite(shipped_suite(name)))) == 64


def test_the_refined_suite_is_the_manual_s_but_for_what_it_names():
    refined = load_suite(shipped_suite("argo-refined"))
    assert isinstance(refined, ArgoSuite)
    differs = {test.name for test in TESTS
               if getattr(refined, test.name) != getattr(shipped(), test.name)}  # fmt: skip
    ours = {test.name for test in TESTS if test.number in OURS}
    assert differs == ours | {"density_inversion", "digit_rollover", "gross_sensor_drift"}
    assert ours <= {test.name for test, _ in refined.tests()}


def test_every_shipped_suite_has_a_digest_of_its_own():
    digests = {name: suite_digest(load_suite(shipped_suite(name)))
               for name in ("argo", "argo-refined", "coasthf")}  # fmt: skip
    assert len(set(digests.values())) == 3


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_provider_s_flags_and_adjusted_values_change_nothing(seed):
    honest = cast(seed)
    rng = np.random.default_rng(seed)
    scrambled = replace(
        honest,
        juld_flag_source=rng.integers(0, 10, honest.n_prof).astype(np.uint8),
        position_flag_source=rng.integers(0, 10, honest.n_prof).astype(np.uint8),
        variables={
            name: replace(
                one,
                flag_source=rng.integers(0, 10, one.value.shape).astype(np.uint8),
                adjusted=rng.normal(size=one.value.shape).astype(np.float32),
                adjusted_flag_source=rng.integers(0, 10, one.value.shape).astype(np.uint8),
                mode=rng.choice(["R", "A", "D"], honest.n_prof),
            )
            for name, one in honest.variables.items()
        },
    )
    first, second = (check(one, shipped(), NOW) for one in (honest, scrambled))
    assert (first.juld_flag == second.juld_flag).all()
    assert (first.position_flag == second.position_flag).all()
    for name, one in first.variables.items():
        for field in ("flag", "failed", "done"):
            assert (getattr(one, field) == getattr(second.variables[name], field)).all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_values_are_left_as_they_are(seed):
    profiles, same = cast(seed), cast(seed)
    check(profiles, shipped(), NOW)
    for name, one in profiles.variables.items():
        np.testing.assert_array_equal(one.value, same.variables[name].value)


def test_a_flag_says_missing_where_and_only_where_nothing_was_received():
    profiles = cast(1)
    found = check(profiles, shipped(), NOW)
    for name, one in profiles.variables.items():
        missing = found.variables[name].flag == Flag.MISSING
        assert (missing == ~np.isfinite(one.value)).all()
        assert not found.variables[name].done[missing].any()


def test_a_failed_bit_is_a_done_bit_and_a_bad_flag_has_a_failed_bit():
    found = check(cast(1), shipped(), NOW)
    for checked in found.variables.values():
        assert not (checked.failed & ~checked.done).any()
        bad = np.isin(checked.flag, [3, 4])
        assert (bad == (checked.failed != 0)).all()


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
@pytest.mark.parametrize(
    "value",
    [
        {"PRES": [[np.nan]], "TEMP": [[np.nan]], "PSAL": [[np.nan]]},
        {"PRES": [[5.0]], "TEMP": [[10.0]], "PSAL": [[35.0]]},
        {"PRES": [[5.0, 10.0]], "TEMP": [[10.0, 9.0]], "PSAL": [[35.0, 35.1]]},
        {"PRES": [[5.0, 10.0, 15.0]], "TEMP": [[10.0, 9.0, 8.0]]},
        {"PRES": [[5.0, 10.0]], "TEMP": [[10.0, 9.0]], "PSAL": [[np.nan, np.nan]]},
        {"PRES": [[5.0, 10.0]]},
        {"TEMP": [[5.0, 10.0]]},
        {"PRES": [[np.inf, 1e30]], "TEMP": [[-np.inf, 1e30]], "PSAL": [[-1e30, np.nan]]},
        {"PRES": np.zeros((2, 0)), "TEMP": np.zeros((2, 0)), "PSAL": np.zeros((2, 0))},
    ],
    ids=[
        "nothing",
        "one level",
        "two levels",
        "no salinity",
        "salinity all missing",
        "pressure only",
        "no pressure",
        "absurd",
        "no level",
    ],
)
def test_odd_profiles_are_judged_or_left_but_never_break(test: ArgoTest, value):
    profiles = profiles_of(value)
    found = check(profiles, alone(test, thresholds(test)), NOW)
    for name, one in profiles.variables.items():
        assert found.variables[name].flag.shape == one.value.shape
