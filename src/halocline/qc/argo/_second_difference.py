"""A level beside the mean of its neighbours: what tests 9 and 11 look at."""

import numpy as np

from halocline.model.params import Params
from halocline.qc.argo._api import PRES, Casts, Verdict, flags_where
from halocline.qc.argo._levels import half_step, second_difference
from halocline.qc.argo._names import thresholds_of


class SizeByDepth(Params):
    """Threshold above and below `deep_from` dbar, in the unit of the parameter."""

    shallow: float
    deep: float


class SizesByDepth(Params):
    """Thresholds by parameter."""

    deep_from: float
    """dbar."""
    sizes: dict[str, SizeByDepth]


def too_large(casts: Casts, params: SizesByDepth, *, less_step: bool) -> Verdict:
    """Levels farther from the mean of their neighbours than the threshold.

    `less_step`: half the neighbours' own difference is taken off first.
    """
    if PRES not in casts.value:
        return {}
    verdict = {}
    deep = casts.value[PRES] >= params.deep_from
    for name, value in casts.value.items():
        size = thresholds_of(name, params.sizes)
        if size is None:
            continue
        usable = casts.usable(name) & casts.usable(PRES)
        held = np.where(usable, value, 0.0)
        judged, out = second_difference(held, usable)
        if less_step:
            out -= half_step(held)
        limit = np.where(deep, size.deep, size.shallow)
        verdict[name] = flags_where(judged, judged & (out > limit))
    return verdict
