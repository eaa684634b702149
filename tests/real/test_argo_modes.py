"""Adjusted and delayed-mode values of real floats: carried as received, and built upon."""

import shutil

import netCDF4
import numpy as np
import pytest

from halocline.pipeline.catalogue import published
from tests.samples.main_job import network_of, run_once
from tests.stores_fixtures import folder_bucket

pytestmark = pytest.mark.real
DAY = "2026-11-21T00:00:00Z"
FLOATS = {"csiro/5900865": "D", "kordi/2901780": "A", "meds/4902549": "R"}


@pytest.fixture(scope="module")
def products(shared_data, tmp_path_factory):
    """Bytes of each float's product and the folder its files lie in."""
    folder = tmp_path_factory.mktemp("modes")
    for wmo in FLOATS:
        shutil.copytree(shared_data / "argo" / "gdac" / "dac" / wmo, folder / "gdac" / "dac" / wmo)
    store = folder_bucket(folder / "store")
    run_once(network_of(argo=folder / "gdac"), store, received=DAY)
    return {
        row.platform: store.get(f"{row.path}/product.nc") for row in published(store)
    }, folder / "gdac" / "dac"


def received(folder, source, cycle, direction):
    """The rows of one cycle in the file its product's row came from."""
    opened = netCDF4.Dataset(folder / source)
    opened.set_auto_mask(False)
    mine = (opened["CYCLE_NUMBER"][:] == cycle) & (opened["DIRECTION"][:] == direction)
    return opened, int(np.flatnonzero(mine)[0])


@pytest.mark.parametrize("wmo", sorted(FLOATS))
def test_the_provider_s_adjusted_values_are_carried_as_received(products, wmo):
    content, folder = products[0][wmo.split("/")[1]], products[1]
    compared = 0
    with netCDF4.Dataset("product.nc", memory=content) as product:
        product.set_auto_mask(False)
        assert FLOATS[wmo].encode() in product["DATA_MODE"][:]
        for row in range(0, len(product.dimensions["N_PROF"]), 7):
            cycle, direction = product["CYCLE_NUMBER"][row], product["DIRECTION"][row]
            if row and product["CYCLE_NUMBER"][row - 1] == cycle:
                continue  # a further sampling scheme, or the ascent after a descent
            theirs, place = received(folder, product["SOURCE_FILE"][row], cycle, direction)
            with theirs:
                for name in ("PRES", "TEMP", "PSAL"):
                    size = min(product[name].shape[1], theirs[name].shape[1])
                    for suffix in ("", "_ADJUSTED", "_ADJUSTED_ERROR"):
                        np.testing.assert_array_equal(
                            product[name + suffix][row, :size], theirs[name + suffix][place, :size]
                        )
                    held = theirs[f"{name}_ADJUSTED"][place, :size] < 99_999
                    flags = theirs[f"{name}_ADJUSTED_QC"][place, :size][held].astype(int)
                    ours = product[f"{name}_ADJUSTED_QC"][row, :size][held]
                    np.testing.assert_array_equal(ours, flags)
                    compared += 1
    assert compared >= 6


@pytest.mark.parametrize("wmo", sorted(FLOATS))
def test_the_best_estimate_says_what_it_is_built_on(products, wmo):
    with netCDF4.Dataset("product.nc", memory=products[0][wmo.split("/")[1]]) as product:
        product.set_auto_mask(False)
        for name in ("TEMP", "PSAL"):
            held = {
                suffix: product[f"{name}{suffix}"][:]
                for suffix in ("", "_ADJUSTED", "_ADJUSTED_QC", "_FILLED", "_ORIGIN", "_SD", "_QC")
            }
            error = product[f"{name}_ADJUSTED_ERROR"][:]
            mode = product[f"{name}_DATA_MODE"][:]
            adjusted, measured = held["_ORIGIN"] == 1, held["_ORIGIN"] == 0
            np.testing.assert_array_equal(held["_FILLED"][adjusted], held["_ADJUSTED"][adjusted])
            np.testing.assert_array_equal(held["_FILLED"][measured], held[""][measured])
            assert np.isin(held["_ADJUSTED_QC"][adjusted], [1, 2]).all()
            known = adjusted & (error < 99_999)
            np.testing.assert_array_equal(held["_SD"][known], error[known])
            rows = np.broadcast_to(mode[:, None], adjusted.shape)
            assert set(rows[adjusted].tolist()) <= {b"A", b"D"}
            assert not np.isin(held["_QC"][measured], [3, 4]).any()
            if FLOATS[wmo] == "D":
                assert adjusted.sum() > 0.9 * (rows == b"D").sum() * 0.5
                assert not measured[rows == b"D"].any(), "raw values of an expert's profile"
            if FLOATS[wmo] == "R":
                assert not adjusted.any()
                assert measured.any()
