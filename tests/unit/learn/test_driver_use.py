"""Which drivers a product's estimates had: counted where the year was estimated, nowhere else."""

from dataclasses import replace

import numpy as np
import pytest

from halocline.learn.alignment import onto
from halocline.learn.driver_use import driver_use
from halocline.learn.filling import DriverUse, SeriesFill
from halocline.learn.station import fit_station
from halocline.model.series import Grid
from halocline.products.scores import driver_attributes, driver_summary
from tests.samples.station import START, STEP_S, fewer_lessons, station, without

GAP = (3000, 3200)
YEAR = 2022


@pytest.fixture(scope="module")
def learned():
    """TEMP with a gap of 200 h learned with its neighbour's PSAL, and half of that to fill with."""
    grids = station(seed=3)
    target = {"TEMP": without(grids["TEMP"], GAP)}
    with fewer_lessons():
        model = fit_station(target, seed=1, drivers={"CAPE_PSAL": grids["PSAL"]})
    half = {"CAPE_PSAL": without(grids["PSAL"], (0, 3100))}
    return model, target, half


@pytest.fixture(scope="module")
def filled(learned):
    model, target, half = learned
    return model.variables["TEMP"], model.fill(target, drivers=half)["TEMP"], target["TEMP"], half


def used(filled, *, year: int = YEAR, drivers: dict[str, Grid] | None = None) -> DriverUse | None:
    model, fill, grid, half = filled
    given = half if drivers is None else drivers
    return driver_use(
        fill.filled,
        learned=model.drivers,
        looked_at=model.looks_at_drivers,
        drivers={name: onto(one, grid) for name, one in given.items()},
        inside=grid.time.astype("datetime64[Y]") == np.datetime64(f"{year}", "Y"),
    )


def test_a_driver_is_known_at_the_estimates_at_whose_time_it_has_a_value(filled) -> None:
    found = used(filled)
    assert found is not None
    assert found.known == {"CAPE_PSAL": 0.5}
    model = filled[0]
    assert filled[1].drivers == found, "a fill of one year says the same by itself"
    kinds = [row.method in {"linear", "kalman", "kalman_asinh"} for row in model.gate]
    assert [not one for one in kinds] == list(found.looked_at)
    assert any(found.looked_at)


def test_only_the_span_asked_for_counts(learned) -> None:
    """The driver is known in the second half of the gap alone."""
    model, target, half = learned
    middle = target["TEMP"].time[(GAP[0] + GAP[1]) // 2]
    ages = np.timedelta64(1000, "D")
    spans = {0.0: (middle - ages, middle), 1.0: (middle, middle + ages)}
    for share, span in spans.items():
        used = model.fill(target, drivers=half, counted=span)["TEMP"].drivers
        assert used is not None
        assert used.known == {"CAPE_PSAL": share}
    nowhere = (middle + ages, middle + 2 * ages)
    assert model.fill(target, drivers=half, counted=nowhere)["TEMP"].drivers is None


def test_an_absent_driver_is_named(filled) -> None:
    found = used(filled, drivers={})
    assert found is not None
    assert found.known == {"CAPE_PSAL": 0.0}
    told = driver_attributes(found)
    assert told["fill_drivers"] == told["fill_drivers_absent"] == "CAPE_PSAL"
    assert driver_summary(found) == {"CAPE_PSAL": 0.0}
    assert "fill_drivers_absent" not in driver_attributes(used(filled))


def test_where_nothing_was_looked_at_nothing_is_said(filled) -> None:
    model, fill, grid, _half = filled
    assert used(filled, year=YEAR + 1) is None
    looked_at, learned = model.looks_at_drivers, model.drivers
    whole = replace(fill.filled, origin=np.zeros_like(fill.filled.origin))
    assert driver_use(whole, learned=learned, looked_at=looked_at, drivers={}) is None
    blind = (False,) * len(looked_at)
    assert driver_use(fill.filled, learned=learned, looked_at=blind, drivers={}) is None
    assert driver_use(fill.filled, learned=(), looked_at=looked_at, drivers={}) is None
    assert SeriesFill(fill.filled, fill.gate).drivers is None
    assert (driver_attributes(None), driver_summary(None)) == ({}, {})
    assert grid.start == START
    assert grid.step_s == STEP_S
