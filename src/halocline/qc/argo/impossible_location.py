"""Test 3, impossible location."""

import numpy as np

from halocline.model.params import Params
from halocline.qc.argo._api import POSITION, Casts, Example, Verdict, argo_test, flags_where


class ImpossibleLocation(Params):
    """Bounds in degrees, both possible."""

    latitude: tuple[float, float]
    longitude: tuple[float, float]


BOUNDS = {"latitude": [-90, 90], "longitude": [-180, 180]}
ONE = {"PRES": [[5.0]]}


@argo_test(
    number=3,
    name="impossible_location",
    params=ImpossibleLocation,
    source="Argo QC manual, doi:10.13155/33951; Coriolis RTQC document, doi:10.13155/49438",
    examples=[
        Example(
            value=ONE,
            facts={"latitude": [-90.0], "longitude": [180.0]},
            params=BOUNDS,
            expected={"POSITION": [1]},
            reason="the bounds themselves are possible",
        ),
        Example(
            value=ONE,
            facts={"latitude": [90.1], "longitude": [0.0]},
            params=BOUNDS,
            expected={"POSITION": [4]},
            reason="north of the pole",
        ),
        Example(
            value=ONE,
            facts={"latitude": [45.0], "longitude": [181.0]},
            params=BOUNDS,
            expected={"POSITION": [4]},
            reason="east of the date line",
        ),
        Example(
            value=ONE,
            facts={"latitude": [np.nan], "longitude": [0.0]},
            params=BOUNDS,
            expected={"POSITION": [9]},
            reason="no position",
        ),
    ],
)
def impossible_location(casts: Casts, params: ImpossibleLocation) -> Verdict:
    """Latitude and longitude on the globe."""
    known = np.isfinite(casts.latitude) & np.isfinite(casts.longitude)
    with np.errstate(invalid="ignore"):
        impossible = known & ~(
            (casts.latitude >= params.latitude[0])
            & (casts.latitude <= params.latitude[1])
            & (casts.longitude >= params.longitude[0])
            & (casts.longitude <= params.longitude[1])
        )
    return {POSITION: flags_where(known, impossible)}
