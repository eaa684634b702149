"""Which value of a level a filled profile is built on."""

import numpy as np
import pytest

from halocline.model.checked import Checked
from halocline.model.estimates import Origin
from halocline.model.profiles import ProfileVariable
from halocline.pipeline.best_value import best_value

NAN = np.nan


def one_level(mode: str, raw: float, adjusted: float, adjusted_flag: int) -> ProfileVariable:
    def box(value: float) -> np.ndarray:
        return np.array([[value]], np.float32)

    return ProfileVariable(
        value=box(raw), flag_source=np.array([[1]], np.uint8), adjusted=box(adjusted),
        adjusted_flag_source=np.array([[adjusted_flag]], np.uint8), adjusted_error=box(0.25),
        mode=np.array([mode]),
    )  # fmt: skip


def checked(flag: int) -> Checked:
    none = np.zeros((1, 1), np.uint64)
    return Checked(flag=np.array([[flag]], np.uint8), failed=none, done=none)


@pytest.mark.parametrize(
    ("mode", "raw", "adjusted", "their_flag", "our_flag", "value", "origin"),
    [
        ("R", 10.0, NAN, 0, 1, 10.0, Origin.MEASURED),
        ("R", 10.0, NAN, 0, 4, NAN, Origin.MISSING),
        ("R", 10.0, 11.0, 1, 1, 10.0, Origin.MEASURED),  # R promises no adjusted value
        ("A", 10.0, 11.0, 1, 1, 11.0, Origin.ADJUSTED),
        ("A", 10.0, 11.0, 1, 4, NAN, Origin.MISSING),  # nobody has looked: our flag counts
        ("A", 10.0, NAN, 9, 1, 10.0, Origin.MEASURED),  # the profile holds no adjusted value
        ("D", 10.0, 11.0, 1, 4, 11.0, Origin.ADJUSTED),  # the expert has the last word
        ("D", 10.0, 11.0, 4, 1, NAN, Origin.MISSING),  # also when he condemns
        ("D", 10.0, NAN, 9, 1, NAN, Origin.MISSING),
        ("", 10.0, NAN, 0, 1, NAN, Origin.MISSING),
    ],
)
def test_best_value(mode, raw, adjusted, their_flag, our_flag, value, origin) -> None:
    found = best_value(one_level(mode, raw, adjusted, their_flag), checked(our_flag),
                       usable=frozenset({1, 2}))  # fmt: skip
    np.testing.assert_array_equal(found.value, [[value]])
    assert found.origin.tolist() == [[origin]]
    has_error = origin is Origin.ADJUSTED
    assert np.isfinite(found.error).tolist() == [[has_error]]
