"""Counts against counts made by hand."""

import numpy as np

from halocline.gapfill.vertical import VerticalScore
from halocline.model.checked import Checked
from halocline.model.estimates import Filled
from halocline.products.scores import gate_summary
from halocline.products.statistics import (
    _variable,
    statistics_of_profiles,
    statistics_of_series,
)
from tests.samples.products import gates, small_float, small_station


def test_one_variable_counted_by_hand():
    nan = np.nan
    value = np.array([1.0, 2.0, 3.0, 4.0, nan, nan])
    none = np.zeros(6, dtype=np.uint64)
    checked = Checked(flag=np.array([1, 1, 3, 4, 9, 9], dtype=np.uint8), failed=none, done=none)
    filled = Filled(
        value=np.array([1.0, 2.0, 3.1, 4.1, 5.1, nan]),
        origin=np.array([0, 0, 2, 3, 3, 9], dtype=np.uint8),
        sd=np.array([nan, nan, 1, 1, 1, nan]),
        lower=np.array([nan, nan, 2, 3, 4, nan]),
        upper=np.array([nan, nan, 4, 5, 6, nan]),
    )
    found = _variable(
        value=value,
        checked=checked,
        filled=filled,
        gate=[gate_summary(row) for row in gates("TEMP")],
    )
    assert found.n_values == 4
    assert found.flags == {"1": 2, "3": 1, "4": 1}
    assert found.n_flagged == 2
    assert found.origins == {"measured": 2, "interpolated": 1, "modelled": 2, "missing": 1}
    assert found.n_filled == 3
    assert [one["method"] for one in found.gate] == ["kalman", "kalman", "linear"]


def test_a_float_counts_every_variable():
    sample = small_float()
    found = statistics_of_profiles(
        profiles=sample.profiles, flags=sample.flags, filled=sample.filled, fill_method="pchip"
    )
    row = found.row()
    expected = sum(int(np.isfinite(one.value).sum()) for one in sample.profiles.variables.values())
    assert row["n_profiles"] == sample.profiles.n_prof
    assert row["n_values"] == expected
    assert row["n_flagged"] == sum(
        int((one.flag == 4).sum()) for one in sample.flags.variables.values()
    )
    assert row["n_filled"] == sum(int((one.origin == 2).sum()) for one in sample.filled.values())


def test_a_station_counts_its_year_only():
    arguments = small_station().arguments()
    arguments.pop("tests")
    found = statistics_of_series(**arguments)
    inside = arguments["series"].time >= np.datetime64("2024-01-01")
    value = arguments["series"].variables["TEMP"].value
    assert not inside.all()
    assert found.variables["TEMP"].n_values == int(np.isfinite(value[inside]).sum())
    assert found.row()["n_profiles"] == 0


def test_scores_of_vertical_filling_are_kept_beside_the_counts():
    sample = small_float()
    score = VerticalScore(120, 5, 0.0123456789, 0.001, 0.9, 0.05, calibrated=True)
    found = statistics_of_profiles(
        profiles=sample.profiles,
        flags=sample.flags,
        filled=sample.filled,
        fill_method="pchip",
        scores={"TEMP": score},
    )
    row = found.variables["TEMP"].gate[0]
    assert (row["method"], row["calibrated"]) == ("pchip", True)
    assert row["scores"]["pchip"]["rmse"] == 0.0123457
    assert found.variables["PSAL"].gate == []
