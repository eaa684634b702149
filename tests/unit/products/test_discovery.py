"""Extents and credits."""

import numpy as np
import pytest

from halocline.products.discovery import Coverage, global_attributes
from tests.samples.products import provenance


def coverage(longitude, *, time=()):
    return Coverage(
        time=np.array(time, dtype="datetime64[s]"),
        latitude=np.array([-5.0, np.nan, 7.25]),
        longitude=np.array(longitude, dtype=np.float64),
        vertical=np.empty(0),
        vertical_units="decibar",
    ).attributes()


@pytest.mark.parametrize(
    ("longitude", "west", "east"),
    [
        ([-15.0, -12.5, -14.0], -15.0, -12.5),
        ([179.0, -179.5, 178.0], 178.0, -179.5),
        ([5.0], 5.0, 5.0),
        ([359.0, 2.0], -1.0, 2.0),
    ],
)
def test_longitudes_are_the_shortest_arc(longitude, west, east):
    found = coverage(longitude)
    assert (found["geospatial_lon_min"], found["geospatial_lon_max"]) == (west, east)


def test_extents_leave_out_what_is_missing():
    found = coverage([np.nan], time=["2024-03-01T00:00:00", "NaT", "2023-03-01T12:00:00"])
    assert (found["geospatial_lat_min"], found["geospatial_lat_max"]) == (-5.0, 7.25)
    assert "geospatial_lon_min" not in found
    assert "geospatial_vertical_min" not in found
    assert found["time_coverage_start"] == "2023-03-01T12:00:00Z"
    assert found["time_coverage_end"] == "2024-03-01T00:00:00Z"


@pytest.mark.parametrize(("network", "words"), [("argo", "10.17882/42182"), ("coasthf", "ILICO")])
def test_every_product_credits_its_providers(network, words):
    found = global_attributes(
        title="t",
        summary="s",
        feature_type="profile",
        parameters=["TEMP", "UNKNOWN"],
        coverage=Coverage(
            time=np.empty(0, dtype="datetime64[s]"),
            latitude=np.empty(0),
            longitude=np.empty(0),
            vertical=np.empty(0),
            vertical_units="m",
        ),
        provenance=provenance(network, "X", 2024 if network == "coasthf" else 0),
    )
    assert words in found["citation"] + found["acknowledgement"]
    assert found["keywords"].endswith("WATER TEMPERATURE")
    assert "2026-11-20T04:05:06Z" in found["history"]
