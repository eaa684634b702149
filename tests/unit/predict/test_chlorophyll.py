"""Chlorophyll of floats whose dark, scale and quenching are known."""

from dataclasses import replace

import numpy as np
import pytest

from halocline.model.profiles import Profiles
from halocline.predict.chlorophyll import chlorophyll_finding
from halocline.sources.argo_gdac.decode import decode
from halocline.sources.argo_gdac.metadata import Metadata
from halocline.sources.argo_gdac.rectangle import rectangle
from tests.unit.sources.argo_gdac.sample import WMO, Profile, profile_file

PRESSURE = [5.0 * k for k in range(1, 201)]
NOON, MIDNIGHT = 25_700.55, 25_700.05
SCALE, DARK = 0.0073, 50.0
WORDS = f"SCALE_CHLA={SCALE}, DARK_CHLA={DARK:g}"
MIXED_TO = 50.0


def a_float(*, above=2.0, cycles=5, juld=NOON, mixed_to=MIXED_TO, deepest=1000.0, words=WORDS,
            direction="A", bloom=1.0) -> Profiles:  # fmt: skip
    """A float at 45° N 20° W: 1 mg m-3 down to 100 dbar, none below, half of it lost above 30.

    above: counts the dark lies above the factory's. Water is mixed to `mixed_to`.
    """
    pressure = [one for one in PRESSURE if one <= deepest]
    # Warmer by 0.001 °C/dbar: potential density never grows within the layer.
    temp = [(15.0 if one <= mixed_to else 10.0) + 0.001 * one for one in pressure]
    true = [bloom * (0.5 if one < 30 else 1.0) if one <= 100 else 0.0 for one in pressure]
    seen = [2 * one + above * SCALE for one in true]
    rows = [
        Profile({"PRES": pressure, "TEMP": temp, "PSAL": [35.0] * len(pressure), "CHLA": seen},
                cycle=cycle + 1, juld=juld + 10 * cycle, direction=direction)
        for cycle in range(cycles)
    ]  # fmt: skip
    profiles = rectangle(WMO, decode(profile_file(*rows), "x.nc"), Metadata(WMO))
    return replace(profiles, calibration={"CHLA": words} if words else {})


def found(profiles):
    usable = {name: np.isfinite(one.value) for name, one in profiles.variables.items()}
    return chlorophyll_finding(profiles, usable)


def corrected(profiles, flag=None):
    ones = np.ones(profiles.variables["CHLA"].value.shape, np.uint8)
    return found(profiles).correction.apply(profiles, "CHLA", ones if flag is None else flag)


def test_the_dark_goes_and_the_rest_is_halved():
    profiles = a_float(juld=MIDNIGHT)
    out = corrected(profiles)
    pressure = profiles.variables["PRES"].value
    # By hand: 2 · 1 + 2 counts · 0.0073 was seen; less the dark, halved: 1.
    assert out.value[pressure > 100] == pytest.approx(0.0, abs=1e-6)
    assert out.value[(pressure >= 30) & (pressure <= 100)] == pytest.approx(1.0, abs=1e-6)
    assert out.value[pressure < 30] == pytest.approx(0.5, abs=1e-6), "no quenching at night"
    assert out.evidence["correction_dark_count"] == pytest.approx(52.0)
    assert (out.flag[np.isfinite(pressure)] == 1).all(), "52 is within 25 % of 50"


def test_by_day_the_mixed_layer_is_filled_upwards_from_its_maximum():
    profiles = a_float()
    out = corrected(profiles)
    pressure = profiles.variables["PRES"].value
    # Levels 5 dbar apart: medians of 5; the first whole one at 1 mg m-3 has its centre at 30 dbar
    # or deeper, and 0.9 · 55 dbar = 49.5 ends the search.
    top = pressure <= 30
    assert out.value[top] == pytest.approx(1.0, abs=1e-6)
    assert (out.flag[pressure < 30] == 5).all()
    assert (out.flag[pressure > 50] == 1).all()
    assert out.evidence["correction_ascents_in_daylight"] == 5


def test_a_descent_is_not_unquenched():
    out = corrected(a_float(direction="D"))
    assert (out.flag[np.isfinite(out.value)] == 1).all()


def test_by_day_without_a_mixed_layer_a_profile_is_in_doubt():
    out = corrected(a_float(mixed_to=2000.0))
    assert (out.flag[np.isfinite(out.value)] == 3).all()
    assert out.evidence["correction_ascents_unquenched"] == 0


@pytest.mark.parametrize(
    ("above", "cycles", "words", "flag"),
    [
        (12.4, 5, WORDS, 1),  # 62.4 is within 25 % of 50
        (13.0, 5, WORDS, 3),
        (-13.0, 5, WORDS, 3),
        (13.0, 4, WORDS, 2),  # too few profiles to say
        (2.0, 9, "", 2),  # no factory's dark to compare with
    ],
)  # fmt: skip
def test_the_flag_says_what_the_dark_is_worth(above, cycles, words, flag):
    out = corrected(a_float(above=above, cycles=cycles, words=words, juld=MIDNIGHT))
    assert set(out.flag[np.isfinite(out.value)].tolist()) == {flag}


def test_only_the_first_five_deep_profiles_make_the_dark():
    early, late = a_float(above=2.0, cycles=5), a_float(above=8.0, cycles=5)
    values = np.concatenate([early.variables["CHLA"].value, late.variables["CHLA"].value])
    both = a_float(cycles=10)
    chla = replace(both.variables["CHLA"], value=values)
    profiles = replace(both, variables={**both.variables, "CHLA": chla})
    assert found(profiles).evidence["correction_dark_count"] == pytest.approx(52.0)


def test_without_a_deep_profile_nothing_is_said():
    assert found(a_float(deepest=945.0)) is None


def test_bad_missing_and_absurd_values():
    profiles = a_float(juld=MIDNIGHT, bloom=51.0)
    flag = np.ones(profiles.variables["CHLA"].value.shape, np.uint8)
    flag[0, -1] = 4
    value = profiles.variables["CHLA"].value
    value[1, -1] = np.nan
    out = corrected(profiles, flag)
    assert np.isnan(out.value[0, -1])
    assert out.flag[0, -1] == 4
    assert out.flag[1, -1] == 9
    assert np.isnan(out.value[0, 10]), "51 is beyond 50 mg m-3"
    assert out.flag[0, 10] == 4


def test_the_error_holds_the_factor_and_the_dark():
    out = corrected(a_float(juld=MIDNIGHT, words=""))
    deep, bright = out.error[0, -1], out.error[0, 10]
    # By hand: equal darks without a count's rounding have no spread; the factor is in doubt by all
    # of the corrected value.
    assert deep == pytest.approx(0.0, abs=1e-6)
    assert bright == pytest.approx(1.0, abs=1e-5)
    # A whole count is 0.0073 wide: 0.0073 / sqrt(12) / 2 = 0.00105.
    assert corrected(a_float(juld=MIDNIGHT)).error[0, -1] == pytest.approx(0.00105, abs=1e-5)


def test_profiles_stay_as_they_are():
    profiles = a_float()
    before = profiles.variables["CHLA"].value.copy()
    corrected(profiles)
    np.testing.assert_array_equal(profiles.variables["CHLA"].value, before)
