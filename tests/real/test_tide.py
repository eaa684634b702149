"""The tide of the Canary gauges: what one half of a record tells of the other."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from halocline.learn.tide import analysed, told, told_over
from halocline.model.series import latitude_of
from halocline.pipeline.series_grids import grids_of
from halocline.qc.series import check
from halocline.sources.series_file import read_series
from halocline.suites import SeriesSuite, load_suite, shipped_suite

pytestmark = pytest.mark.real
RECEIVED = np.datetime64("2026-11-01T00:00:00")


def test_seven_years_tell_the_tide_of_the_seven_after(shared_data: Path) -> None:
    folder = shared_data / "coasthf/copernicus_insitu_nc/tg_2020"
    series = read_series([folder / "IR_TS_TG_LaPalmaTG.nc"], received=RECEIVED).series
    suite = load_suite(shipped_suite("coasthf"))
    assert isinstance(suite, SeriesSuite)
    level = grids_of(series, check(series, suite))["SLEV"].grid
    later = np.arange(level.value.size) >= level.value.size // 2
    past = replace(level, value=np.where(later, np.nan, level.value))
    tide = analysed(past, name="SLEV", latitude=latitude_of(series))
    assert tide.days > 2400
    assert tide.constituents[:3] == ("M2", "S2", "N2")
    away = (level.value - told(tide, level).value)[later]
    measured = level.value[later]
    # Measured: 5.1 cm of 53 cm; what is left is weather and the mean level.
    assert np.nanstd(away) < 0.06 < 0.45 < np.nanstd(measured)
    year = told_over(tide, start=level.time[-1] - np.timedelta64(365, "D"), stop=level.time[-1])
    step = np.flatnonzero(year.time == level.time[-1])[0]
    assert abs(year.value[step] - told(tide, level).value[-1]) < 1e-9
