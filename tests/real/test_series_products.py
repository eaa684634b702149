"""Real stations through the encoder: what the provider sent comes out of plain xarray."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from halocline.learn.filling import SeriesFill
from halocline.model.gridding import to_grid
from halocline.products import coasthf_series, preview_series
from halocline.qc.series import test_names as bit_names
from halocline.sources.coriolis_cotier import decode, in_delivery_order, merge
from tests.samples.products import fill, gates, provenance

pytestmark = pytest.mark.real
RECEIVED = np.datetime64("2026-11-20T00:00:00", "s")
STATIONS = ["6200443", "6200021", "EXIN0002"]


@pytest.fixture(scope="module", params=STATIONS)
def station(request, shared_data):
    folder = shared_data / "coasthf" / "coriolis_cotier_csv"
    paths = sorted(folder.glob(f"*_{request.param}*.csv"))
    read = [decode(path.read_bytes(), path.name, RECEIVED)[0] for path in paths]
    series = merge(in_delivery_order(read))[0]
    return request.param, paths, series


def arguments(code, series):
    gridded, fills = {}, {}
    for name in [one for one in ("TEMP", "PSAL") if one in series.variables]:
        usable = np.isin(series.variables[name].flag_source, [0, 1, 2])
        gridded[name] = to_grid(series, name, usable)
        value = gridded[name].grid.value
        known = np.isfinite(value)
        line = np.interp(np.arange(value.size), np.flatnonzero(known), value[known])
        filled = fill(value, usable=known, guess=line, sd=0.1)
        fills[name] = SeriesFill(filled=filled, gate=gates(name))
    year = int(str(series.time[0])[:4])
    return {
        "series": series,
        "checked": {},
        "gridded": gridded,
        "fills": fills,
        "provenance": provenance("coasthf", code, year),
    }


def by_pandas(paths, column):
    """The last non-missing word on each stamp, read without any of our code."""
    words = {}
    for path in sorted(paths, key=lambda one: ("LATEST" in one.name, one.name)):
        table = pd.read_csv(path, dtype={"QC": str})
        if column in table:
            stamps = pd.to_datetime(table.filter(like="DATE").iloc[:, 0], utc=True)
            for stamp, value in zip(stamps.dt.tz_localize(None), table[column], strict=True):
                words.setdefault(stamp, set()).add(value)
    return words


def test_what_a_station_sent_is_in_its_product(station):
    code, paths, series = station
    one = arguments(code, series)
    content = coasthf_series.encode(**one, tests=bit_names())
    opened = xr.open_dataset(content).load()
    column = "TEMP LEVEL1 (degree_Celsius)"
    words = by_pandas(paths, column)
    held = opened.TEMP.dropna("TIME")
    assert held.size > 300
    for stamp, value in zip(held.TIME.values, held.values, strict=True):
        assert value in words[pd.Timestamp(stamp)]


def test_every_step_of_a_filled_variable_has_a_value_between_its_ends(station):
    code, _, series = station
    one = arguments(code, series)
    content = coasthf_series.encode(**one, tests=bit_names())
    opened = xr.open_dataset(content).load()
    filled = opened.TEMP_FILLED.dropna("TIME")
    step = np.diff(filled.TIME.values) / np.timedelta64(one["gridded"]["TEMP"].grid.step_s, "s")
    assert step.max() <= 1.5
    assert (opened.TEMP_ORIGIN.values == 2).any()


def test_a_station_is_drawn(station):
    code, _, series = station
    assert preview_series.draw(**arguments(code, series))[:4] == b"\x89PNG"
