"""Whatever numbers come: missing stays missing, input is left alone, order does not matter."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from halocline.qc import argo
from halocline.qc.argo import ArgoSuite
from halocline.suites import load_suite, shipped_suite

REFINED = load_suite(shipped_suite("argo-refined"))
ODD = st.sampled_from([np.nan, np.inf, -np.inf, 99999.0, -0.0, 0.0, 3e38, 1e-40, -999.0])
NUMBER = st.one_of(ODD, st.floats(-10, 3000, width=32))
NOW = np.datetime64("2024-01-01")


@st.composite
def floats(draw):
    """A float of up to four profiles of up to eight levels; some numbers are absurd."""
    shape = (draw(st.integers(1, 4)), draw(st.integers(0, 8)))

    def numbers(usual):
        return arrays(np.float64, shape, elements=st.one_of(usual, NUMBER))

    pressure = draw(numbers(st.floats(0, 2000, width=32)))
    if draw(st.booleans()):
        pressure = np.sort(pressure, axis=1)
    each = arrays(np.float64, shape[0], elements=st.one_of(st.floats(-90, 90), ODD))
    return {
        "pres": pressure,
        "temp": draw(numbers(st.floats(-2, 30, width=32))),
        "psal": draw(numbers(st.floats(30, 40, width=32))),
        "doxy": draw(numbers(st.floats(0, 400, width=32))),
        "latitude": draw(each),
        "longitude": draw(each),
        "juld": draw(arrays(np.float64, shape[0], elements=st.floats(10_000, 30_000))),
        "cycle": np.array(draw(st.permutations(range(shape[0])))) + 1,
        "direction": np.array(draw(st.lists(st.sampled_from("AD"), min_size=shape[0],
                                            max_size=shape[0]))),
    }  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(floats())
def test_missing_stays_missing_and_what_is_judged_is_present(given_float):
    before = {name: np.array(one) for name, one in given_float.items()}
    flags = argo.check_arrays(**given_float, suite=REFINED, now=NOW, platform="6900001")
    for name, checked in flags.variables.items():
        with np.errstate(over="ignore"):
            held = np.isfinite(given_float[name.lower()].astype(np.float32))
        assert ((checked.flag == 9) == ~held).all()
        assert not checked.done[~held].any()
        assert not (checked.failed & ~checked.done).any()
        assert np.isin(checked.flag, [0, 1, 2, 3, 4, 5, 8, 9]).all()
    for name, one in before.items():
        np.testing.assert_array_equal(one, given_float[name])


@settings(max_examples=40, deadline=None)
@given(floats(), st.randoms(use_true_random=False))
def test_profiles_in_any_order_have_the_same_flags(given_float, random):
    order = list(range(len(given_float["cycle"])))
    random.shuffle(order)
    turned = {name: one[order] for name, one in given_float.items()}
    first, second = (
        argo.check_arrays(**one, suite=REFINED, now=NOW) for one in (given_float, turned)
    )
    for name, checked in first.variables.items():
        np.testing.assert_array_equal(checked.flag[order], second.variables[name].flag)
        np.testing.assert_array_equal(checked.failed[order], second.variables[name].failed)


ALONE = ArgoSuite.model_validate(
    {"suite": "argo", **{test.name: params for test, params in REFINED.tests()
                         if not test.needs_history}}
)  # fmt: skip
"""Tests that look at one profile."""


@settings(max_examples=30, deadline=None)
@given(floats())
def test_profiles_one_by_one_have_the_flags_they_have_together(given_float):
    together = argo.check_arrays(**given_float, suite=ALONE, now=NOW)
    for row in range(len(given_float["cycle"])):
        one = {name: value[[row]] for name, value in given_float.items()}
        alone = argo.check_arrays(**one, suite=ALONE, now=NOW)
        for name, checked in together.variables.items():
            np.testing.assert_array_equal(checked.flag[[row]], alone.variables[name].flag)
            np.testing.assert_array_equal(checked.failed[[row]], alone.variables[name].failed)


@settings(max_examples=20, deadline=None)
@given(floats())
def test_the_order_of_arrays_in_memory_changes_nothing(given_float):
    turned = {name: np.asfortranarray(one) for name, one in given_float.items()}
    first, second = (
        argo.check_arrays(**one, suite=REFINED, now=NOW) for one in (given_float, turned)
    )
    for name, checked in first.variables.items():
        np.testing.assert_array_equal(checked.flag, second.variables[name].flag)
        np.testing.assert_array_equal(checked.done, second.variables[name].done)
