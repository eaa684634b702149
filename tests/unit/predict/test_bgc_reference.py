"""A sensor's error is found where there is one, and nothing is found where there is none."""

import gsw
import numpy as np
import pytest

from halocline.model.profiles import Profiles
from halocline.predict.bgc_reference import nitrate_finding, oxygen_finding
from halocline.predict.canyon_b import Committee, _Network, nitrate, nitrate_committee
from halocline.sources.argo_gdac.decode import decode
from halocline.sources.argo_gdac.metadata import Metadata
from halocline.sources.argo_gdac.rectangle import rectangle
from tests.unit.sources.argo_gdac.sample import WMO, Parameter, Profile, profile_file

PRESSURE = [5.0, 50.0, 200.0, 500.0, 900.0, 1050.0, 1200.0, 1400.0, 1800.0]
TRUTH = 5.0


@pytest.fixture
def always_five() -> Committee:
    """A reference that says 5 ± 0.5 everywhere."""
    layers = ((np.zeros((2, 7)), np.zeros(2)), (np.zeros((1, 2)), np.zeros(1)))
    member = _Network(layers, noise=0.24, evidence=1.0)
    return Committee(
        members=(member, member),
        mean=np.array([0.0] * 7 + [TRUTH]),
        sd=np.ones(8),
        spread=np.array([1.0, 0.0]),
        digest="0" * 64,
    )


def a_float(*, nitrate=0.0, drift=0.0, oxygen=1.0, cycles=6, adjusted=None, seed=1) -> Profiles:
    """A float whose sensors are off: µmol/kg, µmol/kg a year, a factor; with noise."""
    rng = np.random.default_rng(seed)
    temp, psal = np.full(9, 15.0), np.full(9, 35.0)
    full = gsw.O2sol_SP_pt(psal, temp)
    profiles = []
    for cycle in range(cycles):
        year = cycle * 100 / 365.25
        doxy = full / oxygen * (1 + rng.normal(0, 0.005, 9))
        given = Parameter(list(doxy))
        if adjusted is not None:
            given.adjusted, given.adjusted_flag, given.mode = list(doxy * adjusted), "1" * 9, "A"
        values = TRUTH + nitrate + drift * year + rng.normal(0, 0.1, 9)
        profiles.append(Profile(
            {"PRES": PRESSURE, "TEMP": list(temp), "PSAL": list(psal), "DOXY": given,
             "NITRATE": list(values)}, cycle=cycle + 1, juld=25_000.0 + 100 * cycle))  # fmt: skip
    return rectangle(WMO, decode(profile_file(*profiles), "x.nc"), Metadata(WMO))


def usable(profiles):
    return {name: np.isfinite(one.value) for name, one in profiles.variables.items()}


def test_an_offset_is_recovered(always_five):
    profiles = a_float(nitrate=4.5)
    found = nitrate_finding(profiles, usable(profiles), always_five)
    assert found.correction.offset == pytest.approx(-4.5, abs=0.1)
    assert found.correction.drift == 0
    variable = profiles.variables["NITRATE"]
    flag = np.ones(variable.value.shape, np.uint8)
    flag[0, 0] = 4
    corrected = found.correction.apply(profiles, "NITRATE", flag)
    assert np.isnan(corrected.value[0, 0])
    assert np.nanmedian(corrected.value) == pytest.approx(TRUTH, abs=0.1)
    assert np.nanmin(corrected.error) >= 0.49
    assert corrected.evidence["correction_profiles"] == 6


def test_a_float_without_error_is_left_alone(always_five):
    for seed in range(5):
        profiles = a_float(seed=seed)
        found = nitrate_finding(profiles, usable(profiles), always_five)
        assert found.correction is None
        assert abs(found.evidence["correction_offset"]) < 0.2
        assert oxygen_finding(profiles, usable(profiles)).correction is None


def test_a_drift_is_told_from_an_offset(always_five):
    profiles = a_float(nitrate=3.0, drift=2.0, cycles=10)
    found = nitrate_finding(profiles, usable(profiles), always_five).correction
    assert found.drift * 365.25 == pytest.approx(-2.0, abs=0.2)
    corrected = found.apply(profiles, "NITRATE", np.ones((10, 9), np.uint8))
    assert np.abs(np.median(corrected.value, axis=1) - TRUTH).max() < 0.2


def test_an_oxygen_gain_is_recovered():
    profiles = a_float(oxygen=1.14)
    found = oxygen_finding(profiles, usable(profiles)).correction
    assert found.gain == pytest.approx(1.14, abs=0.01)
    assert found.error_share >= 0.03


def test_the_provider_s_adjusted_oxygen_comes_first(always_five):
    profiles = a_float(oxygen=1.14, adjusted=1.14)
    said = nitrate_finding(profiles, usable(profiles), always_five).evidence["correction_oxygen"]
    assert said == "as adjusted by the provider"
    raw = a_float(oxygen=1.14)
    oxygen = oxygen_finding(raw, usable(raw))
    said = nitrate_finding(raw, usable(raw), always_five, oxygen).evidence["correction_oxygen"]
    assert said.startswith("raw with gain 1.1")


def test_nothing_is_said_without_deep_levels_or_ascents(always_five):
    shallow = a_float(nitrate=4.5)
    masks = usable(shallow)
    masks["NITRATE"] = masks["NITRATE"] & (shallow.variables["PRES"].value < 400)
    assert nitrate_finding(shallow, masks, always_five) is None
    few = a_float(oxygen=1.14, cycles=2)
    assert oxygen_finding(few, usable(few)) is None


def a_real_ocean(offset, *, cycles=6):
    """A float at 45° N 20° W whose nitrate is CANYON-B's own, off by `offset`, with noise."""
    rng = np.random.default_rng(7)
    pressure = np.array(PRESSURE)
    temp, psal = 4 + 10 * np.exp(-pressure / 500), 35 + 0.6 * np.exp(-pressure / 500)
    rows = []
    for cycle in range(cycles):
        doxy = 0.8 * gsw.O2sol_SP_pt(psal, temp)
        doxy[0] /= 0.8
        true = nitrate(
            nitrate_committee(), latitude=np.full(9, 45.0), longitude=np.full(9, -20.0),
            pres=pressure, temp=temp, psal=psal, doxy=doxy,
        ).value  # fmt: skip
        rows.append(Profile(
            {"PRES": PRESSURE, "TEMP": list(temp), "PSAL": list(psal),
             "DOXY": list(doxy * (1 + rng.normal(0, 0.005, 9))),
             "NITRATE": list(true + offset + rng.normal(0, 0.2, 9))},
            cycle=cycle + 1, juld=25_000.0 + 10 * cycle))  # fmt: skip
    return rectangle(WMO, decode(profile_file(*rows), "x.nc"), Metadata(WMO))


@pytest.mark.skipif(nitrate_committee() is None, reason="the weights of CANYON-B are not installed")
@pytest.mark.parametrize("offset", [0.0, 0.5, 4.5, -3.0])
def test_canyon_b_leaves_a_sound_float_alone_and_finds_an_offset(offset):
    profiles = a_real_ocean(offset)
    masks = usable(profiles)
    oxygen = oxygen_finding(profiles, masks)
    assert oxygen.correction is None
    found = nitrate_finding(profiles, masks, nitrate_committee(), oxygen)
    assert found.evidence["correction_offset"] == pytest.approx(-offset, abs=0.3)
    # Half a µmol/kg cannot be told from the error of CANYON-B, 1 µmol/kg there.
    assert (found.correction is not None) == (abs(offset) > 1.7)
