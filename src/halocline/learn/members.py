"""Which methods a station is filled with together, by mode and length."""

from typing import Final

from halocline.learn.blend import MIXED
from halocline.model.gaps import GAP_CLASSES_H

BLENDED: Final = (*MIXED, "kalman_lightgbm", "kalman_asinh_lightgbm")
"""Members of every mixture of a station. The others of the registries are left out for their cost
or their score; `halocline compare` has all."""
ON_THE_LINE: Final = "lightgbm"
"""Trees on the straight line, a member too of short gaps beside living sensors: what these say of
a few hours needs no smoother, and where the smoothers err together it errs alone. 1 % less error
there (leave a year out, five draws), no more and no less elsewhere, where it is not learned."""
LEARNED: Final = (*BLENDED, ON_THE_LINE)
SPREAD: Final = {"kalman_lightgbm": 1 / 3, "kalman_asinh_lightgbm": 2 / 3}
"""Methods whose spreads the blend carries, and how much of each. That of the second grows with the
distance from the median: beyond the 95th percentile it covers 3 to 8 points more; the mean of both
has the better Winkler score in most cells (leave a year out)."""


def members_of(mode: str, length_h: float) -> tuple[str, ...]:
    """Methods mixed in a mode, "sensor" or "station", for gaps of up to so many hours."""
    short = mode == "sensor" and length_h <= GAP_CLASSES_H[0]
    return LEARNED if short else BLENDED
