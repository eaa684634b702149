"""Argo QC beside experts' flags of delayed-mode files; every table: `tests.bench argo_truth`."""

from dataclasses import fields, replace

import numpy as np
import pytest

from halocline.qc.argo import check, manual
from halocline.suites import load_suite, shipped_suite
from tests.bench._argo_attempts import by_suite
from tests.bench._argo_experts import NOW, load, score, score_all, total

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def floats(shared_data):
    return load(shared_data / "argo")


@pytest.fixture(scope="module")
def refined():
    return load_suite(shipped_suite("argo-refined"))


def test_the_refined_suite_finds_what_experts_found_and_little_else(floats, refined):
    scores = score_all(floats, by_suite(refined))
    temperature, salinity = total(scores["TEMP"]), total(scores["PSAL"])
    assert temperature.bad == 2141
    assert salinity.bad == 3953
    assert temperature.precision >= 0.80
    assert temperature.recall >= 0.55
    assert salinity.precision >= 0.80
    assert salinity.recall >= 0.45


@pytest.mark.parametrize("name", ["manual", "refined"])
def test_one_pressure_spike_does_not_fail_every_deeper_level(floats, refined, name):
    """Spikes of about 6,550 dbar in 200 profiles of float 6900901: no good pressure falls."""
    suite = manual() if name == "manual" else refined
    profiles = floats["6900901"]
    found = score(profiles, by_suite(suite)(profiles), "PRES")
    assert found.fp == 0
    assert found.recall > (0.95 if name == "refined" else 0.4)


def test_a_float_judged_alone_or_with_its_later_cycles_has_the_same_flags(floats, refined):
    profiles = floats["6901613"]
    whole = check(profiles, refined, NOW).variables
    first = check(_rows(profiles, 30), refined, NOW).variables
    for name, checked in first.items():
        np.testing.assert_array_equal(checked.flag, whole[name].flag[:30])


def _rows(profiles, count):
    """The first rows of a float."""

    def cut(value):
        return value[:count] if isinstance(value, np.ndarray) else value

    return replace(
        profiles,
        **{one.name: cut(getattr(profiles, one.name)) for one in fields(profiles)
           if one.name != "variables"},
        variables={
            name: replace(
                variable,
                **{one.name: cut(getattr(variable, one.name)) for one in fields(variable)},
            )
            for name, variable in profiles.variables.items()
        },
    )  # fmt: skip
