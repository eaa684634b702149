"""Test 62 against the worked profiles of its authors (data outside the project)."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from halocline.qc.argo import backscattering as module
from halocline.qc.argo.backscattering import PARAMS, Backscattering

pytestmark = pytest.mark.real
THRESHOLDS = Backscattering.model_validate(PARAMS)
NOT_RECEIVED, NOT_EVALUATED = 9, 0


def judged(code: str, case: dict) -> np.ndarray:
    pressure, value, smooth = (
        np.array(case[name], dtype=float) for name in ("PRES", "BBP", "BBPmf1")
    )
    if code in ("A", "A2"):
        return module.negative(pressure, value, THRESHOLDS)
    if code == "B":
        return module.noisy(pressure, value, smooth, THRESHOLDS)
    if code == "C":
        return module.high_deep(pressure, smooth, THRESHOLDS)
    if code == "E":
        return module.holes(pressure, THRESHOLDS)
    return module.hooked(pressure, value, float(case["PARK_PRES"]), THRESHOLDS)


def test_every_worked_profile_comes_out(shared_data: Path) -> None:
    text = (shared_data / "argo" / "bbp" / "BBP_RTQC_example_tests.json").read_text()
    cases = [json.loads(one) for one in json.loads(text)]
    for case in cases:
        expected = np.array(case["output"]["flags_out"])
        ours = judged(case["code"], case["input"]).astype(float)
        theirs = np.where(expected == NOT_RECEIVED, NOT_EVALUATED, expected)
        np.testing.assert_array_equal(ours, theirs, err_msg=f"{case['code']} {case['specifics']}")
    counted = Counter(case["code"] for case in cases)
    assert counted == {"A": 1, "A2": 1, "B": 2, "C": 1, "E": 10, "G": 1}
