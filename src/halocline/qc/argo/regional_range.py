"""Test 7, regional range."""

import numpy as np

from halocline.model.params import Params
from halocline.qc.argo._api import (
    BoolArray,
    Casts,
    Example,
    Verdict,
    argo_test,
    as_stored,
    flags_where,
)
from halocline.qc.argo._names import thresholds_of


class Region(Params):
    """A sea as boxes, and what its water can be."""

    boxes: tuple[tuple[float, float, float, float], ...]
    """South, north, west, east, degrees; borders inside."""
    ranges: dict[str, tuple[float, float]]
    """Bounds by parameter, both possible."""


class RegionalRange(Params):
    """Seas by name."""

    regions: dict[str, Region]


SEAS = {
    "regions": {
        "red_sea": {"boxes": [[15, 30, 35, 40]], "ranges": {"TEMP": [21, 40], "PSAL": [2, 41]}},
        "mediterranean": {"boxes": [[30, 40, -5, 40]], "ranges": {"TEMP": [10, 40]}},
    }
}


@argo_test(
    number=7,
    name="regional_range",
    params=RegionalRange,
    source="Argo QC manual, doi:10.13155/33951; boxes of the Coriolis chain v6.5, "
    "doi:10.17882/45589",
    examples=[
        Example(
            value={"PRES": [[5, 10]], "TEMP": [[21, 20.9]], "PSAL": [[40.5, 41.1]]},
            facts={"latitude": [20.0], "longitude": [38.0]},
            params=SEAS,
            expected={"TEMP": [[1, 4]], "PSAL": [[1, 4]]},
            reason="the Red Sea is nowhere colder than 21 °C nor saltier than 41",
        ),
        Example(
            value={"PRES": [[5, 10]], "TEMP": [[10, np.nan]], "PSAL": [[38, 38]]},
            facts={"latitude": [40.0], "longitude": [-5.0]},
            params=SEAS,
            expected={"TEMP": [[1, 9]], "PSAL": [[0, 0]]},
            reason="a corner of the Mediterranean's box; of salinity this suite says nothing there",
        ),
        Example(
            value={"PRES": [[5]], "TEMP": [[4]]},
            params=SEAS,
            expected={"TEMP": [[0]]},
            reason="the Atlantic is no region of the test",
        ),
        Example(
            value={"PRES": [[5]], "TEMP": [[4]]},
            facts={"latitude": [np.nan], "longitude": [38.0]},
            params=SEAS,
            expected={"TEMP": [[0]]},
            reason="no position, no region",
        ),
    ],
)
def regional_range(casts: Casts, params: RegionalRange) -> Verdict:
    """Values that the Red Sea or the Mediterranean does not hold."""
    verdict = {}
    inside = {name: _inside(casts, region) for name, region in params.regions.items()}
    if not any(rows.any() for rows in inside.values()):
        return {}
    for name, value in casts.value.items():
        judged = np.zeros(value.shape, dtype=bool)
        outside = judged.copy()
        for region, rows in inside.items():
            bounds = thresholds_of(name, params.regions[region].ranges)
            if bounds is None:
                continue
            here = rows[:, None] & casts.present(name)
            with np.errstate(invalid="ignore"):
                wrong = (value < as_stored(bounds[0])) | (value > as_stored(bounds[1]))
            judged |= here
            outside |= here & wrong
        if judged.any():
            verdict[name] = flags_where(judged, outside)
    return verdict


def _inside(casts: Casts, region: Region) -> BoolArray:
    """(N_PROF,) rows in one of the region's boxes."""
    found = np.zeros(casts.n_prof, dtype=bool)
    latitude, longitude = casts.latitude, casts.longitude
    with np.errstate(invalid="ignore"):
        for south, north, west, east in region.boxes:
            along = (latitude >= south) & (latitude <= north)
            found |= along & (longitude >= west) & (longitude <= east)
    return found & casts.has_position
