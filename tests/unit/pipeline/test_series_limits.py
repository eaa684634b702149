"""What a sensor can read: in the unit of the thresholds, or as its own record has it."""

import numpy as np
import pytest

from halocline.learn.filling import Limits
from halocline.model.flags import start_flags
from halocline.model.series import Series, SeriesVariable
from halocline.pipeline.series_limits import FEWEST, limits_of, own_limits
from halocline.qc.series import SeriesSuite
from halocline.suites import load_suite, shipped_suite
from tests.unit.pipeline.test_fill_file import STEPS, fill, table

INF = np.inf
SPREAD = np.linspace(0.0, 1.0, FEWEST)


def limits(value, *, name: str = "X", units: str = "") -> Limits | None:
    value = np.asarray(value, dtype=np.float64)
    return own_limits(value, SeriesVariable(value, start_flags(value), name, 1, units))


@pytest.mark.parametrize(
    ("value", "units", "wanted"),
    [
        (SPREAD**3 * 6e5, "cells/L", Limits(0.0, INF)),  # lowest is 0
        (np.where(SPREAD < 0.9, 0.0, SPREAD), "mm", Limits(0.0, INF)),  # median is 0
        (0.01 + SPREAD, "ug/L", Limits(0.0, INF)),
        (0.01 + SPREAD, "", None),  # a temperature in a mild winter, as far as anybody knows
        (0.2 + SPREAD, "", None),  # keeps away from 0
        (SPREAD - 0.001, "", None),  # has been below it
        (SPREAD[:-1], "", None),  # too short to tell
        (20 * SPREAD, "°C", None),  # 0 ends no temperature
        (40 + 60 * SPREAD, "%", Limits(-INF, 100.0)),
        (100 * SPREAD, "%", Limits(0.0, 100.0)),
        (40 + 61 * SPREAD, "%", None),  # oxygen may be above
    ],
)
def test_a_record_tells_where_it_ends(value, units, wanted) -> None:
    assert limits(value, units=units) == wanted


def test_a_share_may_be_told_by_its_name() -> None:
    assert limits(40 + 60 * SPREAD, name="HUMID_PCT") == Limits(-INF, 100.0)


def test_estimates_of_rain_and_humidity_stay_where_they_can_be(tmp_path) -> None:
    head, *rows = table(tmp_path / "own.csv").read_text().splitlines()
    rng = np.random.default_rng(4)
    rain = np.where(rng.uniform(size=STEPS) < 0.9, 0.0, rng.gamma(1.0, 3.0, STEPS))
    humid = 100 - np.abs(rng.normal(scale=6, size=STEPS))
    gap = np.arange(STEPS) // 40 % 12 == 5
    cells = [
        "," if gone else f"{mm:.1f},{share:.1f}"
        for mm, share, gone in zip(rain, humid, gap, strict=True)
    ]
    told = [f"{row},{cell}" for row, cell in zip(rows, cells, strict=True)]
    (tmp_path / "own.csv").write_text("\n".join([f"{head},RAIN (mm),Humid (%)", *told]) + "\n")
    fills = fill(tmp_path / "own.csv", method="linear").fills
    for name in ("RAIN", "Humid"):
        filled = fills[name].filled
        estimated = np.isfinite(filled.lower)
        assert estimated.sum() > 100
        assert (filled.lower[estimated] < filled.upper[estimated]).any()
        if name == "RAIN":
            assert filled.lower[estimated].min() == 0
        else:
            assert filled.upper[estimated].max() == 100


def test_thresholds_of_the_suite_have_the_last_word(tmp_path) -> None:
    """DOX1 may read -0.1, though this record ends at 0."""
    head, *rows = table(tmp_path / "own.csv").read_text().splitlines()
    told = [f"{row},{(k % 700) / 100:.2f}" for k, row in enumerate(rows)]
    (tmp_path / "own.csv").write_text("\n".join([f"{head},DOX1 (ml/l),OWN (ml/l)", *(
        f"{row},{row.rsplit(',', 1)[1]}" for row in told)]) + "\n")  # fmt: skip
    found = fill(tmp_path / "own.csv", method="linear")
    limits = limits_of(found.series, load_suite(shipped_suite("coasthf")), found.gridded)
    assert limits["DOX1"] == Limits(-0.1, 13.8)
    assert limits["OWN"] == Limits(0.0, INF)


@pytest.mark.parametrize(
    ("units", "limits"), [("S/m", {"CNDC": Limits(0, 7.5)}), ("", {"CNDC": Limits(0, 7.5)}),
                          ("mS/cm", {})],
)  # fmt: skip
def test_limits_in_another_unit_are_none(units: str, limits: dict[str, Limits]) -> None:
    suite = load_suite(shipped_suite("coasthf"))
    assert isinstance(suite, SeriesSuite)
    variable = SeriesVariable(np.full(3, 42.0), np.ones(3, np.uint8), "CNDC", 1, units)
    time = np.datetime64("2024-06-01T00:00:00") + np.arange(3) * np.timedelta64(3600, "s")
    series = Series("S", time, np.full(3, 50.0), np.full(3, 1.0), {"CNDC": variable})
    assert limits_of(series, suite, {}) == limits
