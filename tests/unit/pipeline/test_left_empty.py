"""What stays empty is said to be, with the reason."""

import numpy as np
import pytest

from halocline.model.estimates import Filled, Origin
from halocline.model.series import Series, SeriesVariable
from halocline.pipeline.fill_file import FilledFile, fill_files
from halocline.pipeline.left_empty import (
    AT_AN_END,
    LONG,
    NO_STEP,
    ONE_VALUE,
    UNKNOWN,
    left_empty,
    why_not_filled,
)
from halocline.qc.series import SeriesSuite, check
from halocline.suites import load_suite, shipped_suite
from tests.samples.bottles import write_bottles

HOUR_S = 3600


def filled(origin: list[int]) -> Filled:
    origins = np.array(origin, dtype=np.uint8)
    value = np.where(origins == Origin.MISSING, np.nan, 1.0)
    nothing = np.full(origins.size, np.nan)
    return Filled(value=value, origin=origins, sd=nothing, lower=nothing, upper=nothing)


def fill(path, **how) -> FilledFile:
    suite = load_suite(shipped_suite("coasthf"))
    now = np.datetime64("2026-01-01T00:00:00")
    return fill_files([path], suite=suite, now=now, seed=7, method="series", **how)


def test_each_reason_is_counted_in_steps() -> None:
    long = [Origin.MISSING] * 721
    origin = [9, 9, 0, *long, 0, 0, 9, 9, 9, 0, 9]
    assert left_empty(filled(origin), step_s=HOUR_S) == {LONG: 721, AT_AN_END: 3, UNKNOWN: 3}


@pytest.mark.parametrize(("steps", "reason"), [(720, UNKNOWN), (721, LONG)])
def test_thirty_days_are_not_yet_long(steps: int, reason: str) -> None:
    assert left_empty(filled([0, *[9] * steps, 0]), step_s=HOUR_S) == {reason: steps}


def test_nothing_empty_nothing_said() -> None:
    assert left_empty(filled([0, 0, 0]), step_s=HOUR_S) == {}


def test_a_spring_nobody_went_out_is_told_of(tmp_path) -> None:
    told = fill(write_bottles(tmp_path / "bottles.csv")).left_empty()
    assert told["TEMP"][LONG] >= 5
    assert set(told["TEMP"]) == {LONG}


def test_bottles_of_fifteen_years_are_good_and_their_gaps_filled(tmp_path) -> None:
    found = fill(write_bottles(tmp_path / "bottles.csv"))
    for name in ("TEMP", "chla"):
        assert found.statistics()[name].n_flagged == 0
        assert found.statistics()[name].n_filled >= 20
    assert {row.gap_class for row in found.gate()} == {"≤720 h"}
    assert all(row.calibrated for row in found.gate())


@pytest.mark.parametrize(
    ("head", "cells", "why"),
    [("HCDT (degree)", ["10", "20", "30", "40"], "a direction"),
     ("TEMP (degree_Celsius)", ["99", "99", "98", "99"], "no usable value")],
)  # fmt: skip
def test_a_variable_that_cannot_be_filled_says_why(tmp_path, head, cells, why) -> None:
    rows = [f"2024-06-01T00:{20 * k:02d}:00Z,{one},34.{k}" for k, one in enumerate(cells[:3])]
    rows.append(f"2024-06-01T01:00:00Z,{cells[3]},34.9")
    (tmp_path / "own.csv").write_text("\n".join([f"time,{head},PSAL (psu)", *rows]) + "\n")
    found = fill(tmp_path / "own.csv")
    (name,) = set(found.series.variables) - {"PSAL"}
    assert name not in found.fills
    assert found.why_not(name) == why


def test_a_logger_of_ten_seconds_has_no_step(tmp_path) -> None:
    rows = [f"2024-06-01T00:{k // 6:02d}:{10 * (k % 6):02d}Z,{12 + k % 5}" for k in range(60)]
    (tmp_path / "own.csv").write_text("\n".join(["time,depth_of_my_own", *rows]) + "\n")
    found = fill(tmp_path / "own.csv")
    assert found.why_not("depth_of_my_own") == NO_STEP


def test_a_single_value_is_no_matter_of_its_step() -> None:
    """Where no test doubts what stands alone, as `time_gap` of the shipped suite does."""
    time = np.datetime64("2024-06-01T00:00:00") + np.arange(3) * np.timedelta64(1200, "s")
    value = np.array([np.nan, 5.5, np.nan])
    nitrate = SeriesVariable(value, np.array([9, 0, 9], np.uint8), "nitrate", 1)
    series = Series("S", time, np.zeros(3), np.zeros(3), {"nitrate": nitrate})
    checked = check(series, SeriesSuite(suite="series"))
    assert why_not_filled("nitrate", series=series, checked=checked) == ONE_VALUE


def test_a_value_a_week_of_known_parameters_is_judged_and_filled(tmp_path) -> None:
    """Tests that look at days, or at ten of them, find none beside another."""
    time = np.datetime64("2005-01-03") + 7 * np.arange(520).astype("timedelta64[D]")
    rng = np.random.default_rng(2)
    warm = 13 + 5 * np.sin(np.arange(520) / 8.3) + 0.3 * rng.normal(size=520)
    salt = 34 + 0.3 * np.sin(np.arange(520) / 8.3) + 0.1 * rng.normal(size=520)
    rows = [f"{t},{a:.2f},{b:.2f}" for t, a, b in zip(time, warm, salt, strict=True)]
    kept = [row for k, row in enumerate(rows) if k % 9]
    (tmp_path / "own.csv").write_text("\n".join(["date,TEMP,PSAL", *kept]) + "\n")
    found = fill(tmp_path / "own.csv")
    for name in ("TEMP", "PSAL"):
        assert found.statistics()[name].n_flagged == 0
        assert found.statistics()[name].n_filled >= 50
