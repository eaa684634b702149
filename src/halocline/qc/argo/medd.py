"""Test 25, MEDD: median with a distance."""

from typing import Final

import numba
import numpy as np
import numpy.typing as npt
from pydantic import PositiveFloat

from halocline.model.estimates import FloatArray
from halocline.model.params import Params
from halocline.qc.argo._api import (
    PRES,
    PSAL,
    TEMP,
    BoolArray,
    Casts,
    Example,
    Verdict,
    argo_test,
    flags_where,
)
from halocline.qc.argo._medd import FEWEST, Curve, outside

DENSITY: Final = "density"
Four = tuple[PositiveFloat, PositiveFloat, PositiveFloat, PositiveFloat]
Six = tuple[float, float, float, float, float, float]


class CurveParams(Params):
    """How a variable may change with depth, and how far it may lie from its curve."""

    slopes: Six
    """Largest slope per dbar above 60, 150, 500, 1000 and 2100 dbar and below."""
    turns: Six
    """Largest slope on both sides of a level where it changes its sign, likewise."""
    rise: float | None = None
    """A larger slope is doubtful at any depth."""
    fall: float | None = None
    """So is a smaller one."""
    scale: tuple[float, float]
    """Bounds of the scale of the variable, which is the range of its curve."""
    distances: Four
    """Largest distance from the curve, in scales, above 500, 1000 and 1500 dbar and below."""


class Medd(Params):
    """Curves of the two variables and of potential density."""

    TEMP: CurveParams
    PSAL: CurveParams
    density: CurveParams
    alone: Four
    """Distances of temperature where there is no salinity."""
    alone_tropics: Four
    """The same within `tropics` of the equator."""
    tropics: float
    """Degrees of latitude."""


MANUAL: Final = {
    "TEMP": {
        "slopes": [5, 3.5, 0.5, 0.15, 0.05, 0.0004],
        "turns": [0.08, 0.08, 0.03, 0.01, 0.003, 0.0004],
        "rise": 0.5,
        "scale": [4, 10],
        "distances": [0.15, 0.15, 0.10, 0.10],
    },
    "PSAL": {
        "slopes": [1, 1, 0.08, 0.02, 0.004, 0.0002],
        "turns": [0.01, 0.01, 0.005, 0.0001, 0.0002, 0.0002],
        "scale": [1, 5],
        "distances": [0.08, 0.08, 0.07, 0.07],
    },
    "density": {
        "slopes": [1.5, 0.07, 0.07, 0.005, 0.005, 0.0004],
        "turns": [0.006, 0.006, 0.001, 0.0004, 0.0004, 0.0004],
        "fall": -0.001,
        "scale": [1, 6],
        "distances": [0.08, 0.08, 0.04, 0.04],
    },
    "alone": [0.22, 0.22, 0.15, 0.10],
    "alone_tropics": [0.60, 0.18, 0.15, 0.10],
    "tropics": 10,
}
TENS: Final = {"PRES": [[10, 20, 30, 40, 50, 60, 70]]}


@argo_test(
    number=25,
    name="medd",
    params=Medd,
    source="Argo QC manual, doi:10.13155/33951, test 25: median with a distance, specification "
    "v1.2; what it leaves open is settled by its 31 reference profiles, all of whose spikes come "
    "out",
    examples=[
        Example(
            value=TENS
            | {"TEMP": [[20, 20, 20, 20, 20, 20, 20]], "PSAL": [[35, 35, 35, 33, 35, 35, 35]]},
            params=MANUAL,
            expected={"TEMP": [[1] * 7], "PSAL": [[1, 1, 1, 4, 1, 1, 1]]},
            reason="2 below the median, more than 0.08 scales of 1, and density with it",
        ),
        Example(
            value=TENS
            | {"TEMP": [[20, 20, 20, 20.5, 20, 20, 20]], "PSAL": [[35, 35, 35, 35.2, 35, 35, 35]]},
            params=MANUAL,
            expected={"TEMP": [[1] * 7], "PSAL": [[1] * 7]},
            reason="0.2 of salinity stand out, but warmth makes up for it: density does not",
        ),
        Example(
            value=TENS | {"TEMP": [[20, 20, 20, 26, 20, np.nan, 20]]},
            params=MANUAL,
            expected={"TEMP": [[1, 1, 1, 4, 1, 9, 1]]},
            reason="without salinity 0.22 scales of 4 °C are the limit",
        ),
        Example(
            value={"PRES": [[10, 20, 30, 40, 50]], "TEMP": [[20, 20, 26, 20, 20]]},
            params=MANUAL,
            expected={"TEMP": [[0] * 5]},
            reason="five levels have no curve",
        ),
        Example(
            value=TENS | {"TEMP": [[20, 20, 20, 26, 20, 20, 20]]},
            facts={"latitude": [np.nan]},
            params=MANUAL,
            expected={"TEMP": [[0] * 7]},
            reason="without a position neither density nor the tropics are known",
        ),
    ],
)
def medd(casts: Casts, params: Medd) -> Verdict:
    """Values far from the profile's median curve, where density lies far from its own too."""
    if not {PRES, TEMP} <= set(casts.value):
        return {}
    deep = casts.usable(PRES) & casts.has_position[:, None]
    usable = {name: deep & casts.usable(name) for name in (TEMP, PSAL) if name in casts.value}
    usable = {name: held & _enough(held) for name, held in usable.items()}
    dense = usable[TEMP] & usable.get(PSAL, False)
    far = {
        name: _outside(casts.value[PRES], casts.value[name], held, deep, distances, curve)
        for name, held in usable.items()
        for curve, distances in [_settings(name, casts, params, dense)]
    }
    suspect = np.any([one.any(axis=1) for one in far.values()], axis=0)
    strange = _density_outside(casts, params, dense & suspect[:, None], deep)
    return {name: flags_where(held, far[name] & strange) for name, held in usable.items()}


def _enough(held: BoolArray) -> BoolArray:
    return np.asarray(held.sum(axis=1) >= FEWEST)[:, None]


def _settings(name: str, casts: Casts, params: Medd, dense: BoolArray) -> tuple[Curve, FloatArray]:
    """Curve of a variable and its distances in each row, (N_PROF, 4)."""
    wanted: CurveParams = getattr(params, name)
    distances = np.tile(np.array(wanted.distances), (casts.n_prof, 1))
    if name == TEMP:
        alone = ~dense.any(axis=1)
        with np.errstate(invalid="ignore"):
            tropical = np.abs(casts.latitude) < params.tropics
        distances[alone & ~tropical] = params.alone
        distances[alone & tropical] = params.alone_tropics
    return _curve(wanted), distances


def _curve(wanted: CurveParams) -> Curve:
    return Curve(
        np.array(wanted.slopes),
        np.array(wanted.turns),
        np.inf if wanted.rise is None else wanted.rise,
        -np.inf if wanted.fall is None else wanted.fall,
        float(wanted.scale[0]),
        float(wanted.scale[1]),
    )


def _density_outside(casts: Casts, params: Medd, wanted: BoolArray, deep: BoolArray) -> BoolArray:
    """Where potential density lies far from its curve, and where it is not known."""
    strange = ~wanted
    rows = np.flatnonzero(wanted.any(axis=1))
    if not rows.size:
        return strange
    where = np.flatnonzero(wanted)
    pressure = casts.value[PRES]
    density = np.full(pressure.shape, np.nan)
    density.reshape(-1)[where] = casts.water.density(where, 0.0)
    known = wanted & np.isfinite(density) & _enough(np.isfinite(density))
    distances = np.tile(np.array(params.density.distances), (casts.n_prof, 1))
    return strange | _outside(pressure, density, known, deep, distances, _curve(params.density))


@numba.njit(cache=True)
def _outside(  # noqa: PLR0917 - numba is called by position
    pressure: FloatArray, value: FloatArray, held: BoolArray, deep: BoolArray,
    distances: FloatArray, curve: Curve,
) -> BoolArray:  # fmt: skip
    """(N_PROF, N_LEVELS) values far from the curve of their profile.

    numba keeps compiled code by the file of the caller: after a change of `_medd` alone, this file
    has to change too, or what was compiled before is run.
    """
    out = np.zeros(value.shape, dtype=np.bool_)
    for row in range(value.shape[0]):
        if not held[row].any():
            continue
        place = np.flatnonzero(deep[row])
        if not _rises(pressure[row], place):
            place = place[np.argsort(pressure[row][place], kind="mergesort")]
        levels = np.flatnonzero(held[row][place])
        own = place[levels]
        far = outside(pressure[row][own], value[row][own], levels, distances[row], curve)
        for k in range(own.size):
            out[row, own[k]] = far[k]
    return out


@numba.njit(cache=True)
def _rises(pressure: FloatArray, place: npt.NDArray[np.int64]) -> bool:
    sorted_so_far = True
    for k in range(1, place.size):
        sorted_so_far &= pressure[place[k]] >= pressure[place[k - 1]]
    return sorted_so_far
