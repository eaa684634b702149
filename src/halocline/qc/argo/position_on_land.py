"""Test 4, position on land."""

from typing import Literal

import numpy as np

from halocline.model.params import Params
from halocline.qc.argo._api import POSITION, Casts, Example, Verdict, argo_test, flags_where
from halocline.qc.argo._land import is_land


class PositionOnLand(Params):
    """Which mask tells land from water."""

    mask: Literal["globe_5min"]
    """The packaged one: cells of 5 arc-minutes, land only where all of a cell is."""


MASK = {"mask": "globe_5min"}


@argo_test(
    number=4,
    name="position_on_land",
    params=PositionOnLand,
    source="Argo QC manual, doi:10.13155/33951; mask derived from GLOBE, doi:10.7289/V52R3PMS. "
    "Coarser than the 15 arc-second bathymetry of the Coriolis chain: within 9 km of water a "
    "position on land passes",
    examples=[
        Example(
            value={"PRES": [[5.0], [5.0], [5.0]]},
            facts={"latitude": [45.0, 48.85, 43.3], "longitude": [-20.0, 2.35, 5.35]},
            params=MASK,
            expected={"POSITION": [1, 4, 1]},
            reason="the open Atlantic; Paris; Marseille, in a cell that holds a piece of sea",
        ),
        Example(
            value={"PRES": [[5.0], [5.0]]},
            facts={"latitude": [48.85, -90.0], "longitude": [362.35, -180.0]},
            params=MASK,
            expected={"POSITION": [4, 4]},
            reason="Paris again, once around the globe; the South Pole",
        ),
        Example(
            value={"PRES": [[5.0], [5.0]]},
            facts={"latitude": [np.nan, 95.0], "longitude": [2.35, 2.35]},
            params=MASK,
            expected={"POSITION": [9, 0]},
            reason="no position; one that is nowhere",
        ),
    ],
)
def position_on_land(casts: Casts, params: PositionOnLand) -> Verdict:
    """The position lies in a cell of the globe that holds no water."""
    known = np.isfinite(casts.latitude) & np.isfinite(casts.longitude)
    on_globe = known & (np.abs(np.where(known, casts.latitude, 0.0)) <= 90)
    return {POSITION: flags_where(on_globe, on_globe & is_land(casts.latitude, casts.longitude))}
