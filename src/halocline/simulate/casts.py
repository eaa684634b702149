"""What the sensors of one float report, beside what was true."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.simulate.argo_format import BGC
from halocline.simulate.faults import Fault
from halocline.simulate.fleet import Float, Track
from halocline.simulate.ocean import true_water

Codes = npt.NDArray[np.uint8]
NOISE: Final = {
    "PRES": 0.0, "TEMP": 0.002, "PSAL": 0.003, "DOXY": 1.2, "NITRATE": 0.5, "CHLA": 0.015,
    "BBP700": 2e-5,
}  # fmt: skip
DECIMALS: Final = {
    "PRES": 1,
    "TEMP": 3,
    "PSAL": 3,
    "DOXY": 3,
    "NITRATE": 2,
    "CHLA": 4,
    "BBP700": 6,
}
FAULTY_SHARE: Final = 0.12
"""Of the profiles, besides floats that drift; real-time tests fail about as many."""


@dataclass(frozen=True)
class Casts:
    """All casts of a float, primary sampling; arrays (n, levels) by parameter, NaN where missing.

    `fault` holds codes of Fault; `date_fault` and `position_fault` (n,); `drift` (n,) is the
    error of salinity a drifting cell adds.
    """

    plan: Float
    track: Track
    true: dict[str, FloatArray]
    value: dict[str, FloatArray]
    fault: dict[str, Codes]
    date_fault: Codes
    position_fault: Codes
    drift: FloatArray

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names, PRES first."""
        return tuple(self.value)


def observe(plan: Float, path: Track, *, rng: np.random.Generator) -> Casts:
    """Measure the true ocean along `path`, then break a known part of it."""
    n = path.cycle.size
    pressure = _levels(plan, n, rng=rng)
    water = true_water(
        plan.region,
        pressure=pressure,
        latitude=path.latitude,
        longitude=path.longitude,
        day=path.juld,
        rng=rng,
    )
    true = {"PRES": pressure, "TEMP": water.temp, "PSAL": water.psal}
    if plan.kind == "bgc":
        true |= {name: water.bgc[name] for name in BGC}
    drift = np.zeros(n)
    if plan.drifts:
        drift = 0.006 * np.clip(path.cycle - 0.55 * (n - 2), 0, None)
    value = {name: v + NOISE[name] * rng.standard_normal(v.shape) for name, v in true.items()}
    value["PSAL"] += drift[:, None]
    fault = {name: np.zeros(pressure.shape, np.uint8) for name in true}
    fault["PSAL"][drift > 0.02] = Fault.SALINITY_DRIFT
    casts = Casts(
        plan, _copy(path), true, value, fault, np.zeros(n, np.uint8), np.zeros(n, np.uint8), drift
    )
    _lose_levels(casts, rng=rng)
    for cast in np.flatnonzero(rng.random(n) < FAULTY_SHARE):
        _break(casts, int(cast), rng=rng)
    for name, v in value.items():
        value[name] = np.round(v, DECIMALS[name])
    return casts


def _copy(path: Track) -> Track:
    return Track(path.cycle, path.juld.copy(), path.latitude.copy(), path.longitude.copy())


def _levels(plan: Float, n: int, *, rng: np.random.Generator) -> FloatArray:
    """Pressures (n, levels): fine above the thermocline, coarse below, offsets by cast."""
    parts = [np.arange(5, 100, 5), np.arange(100, 300, 10), np.arange(300, 1000, 25),
             np.arange(1000, 2001, 50)]  # fmt: skip
    if plan.kind == "deep":
        bottom = 4001 if plan.number % 12 == 2 else 5901
        parts.append(np.arange(2100, bottom, 100))
    base = np.concatenate(parts).astype(np.float64)
    room = np.gradient(base)
    offset = 0.2 * room * rng.uniform(-1, 1, (n, base.size))
    return np.asarray(np.round(base + offset, 1), dtype=np.float64)


def _lose_levels(casts: Casts, *, rng: np.random.Generator) -> None:
    """Take values away: single ones, and a hole of a few levels in every eighth cast."""
    n, levels = casts.value["PRES"].shape
    for name in casts.parameters[1:]:
        casts.value[name][rng.random((n, levels)) < 0.004] = np.nan
    for cast in np.flatnonzero(rng.random(n) < 0.125):
        start, length = int(rng.integers(5, levels - 16)), int(rng.integers(3, 12))
        for name in casts.parameters[1:]:
            casts.value[name][cast, start : start + length] = np.nan


def _break(casts: Casts, cast: int, *, rng: np.random.Generator) -> None:
    """Put one fault of a kind drawn at random into a cast."""
    kind = Fault(int(rng.choice([1, 1, 1, 2, 3, 3, 5, 6, 7, 8, 9])))
    if kind is Fault.WRONG_DATE:
        casts.date_fault[cast] = kind
        casts.track.juld[cast] -= 10950.0 + 3650.0 * rng.random()
    elif kind is Fault.WRONG_POSITION:
        casts.position_fault[cast] = kind
        casts.track.latitude[cast] = 91.0 + 80 * rng.random()
    elif kind is Fault.PRESSURE_SPIKE:
        level = int(rng.integers(8, casts.value["PRES"].shape[1] - 8))
        casts.value["PRES"][cast, level] += 600 * (1 + rng.random())
        casts.fault["PRES"][cast, level] = kind
    else:
        _break_value(casts, cast, kind, rng=rng)


def _break_value(casts: Casts, cast: int, kind: Fault, *, rng: np.random.Generator) -> None:
    name = "TEMP" if rng.random() < 0.5 else "PSAL"
    value, levels = casts.value[name][cast], casts.value[name].shape[1]
    sign = 1.0 if rng.random() < 0.5 else -1.0
    level = int(rng.integers(8, levels - 8))
    where = slice(level, level + 1)
    if kind is Fault.SPIKE:
        value[where] += sign * (7.0 if name == "TEMP" else 1.3) * (1 + 0.5 * rng.random())
    elif kind is Fault.STUCK:
        where = slice(0, levels)
        value[where] = value[np.flatnonzero(np.isfinite(value))[0]]
    elif kind is Fault.INVERSION:
        # lighter water from here down to a little below: warmer, or fresher
        where = slice(level, level + 4)
        value[where] += 1.2 if name == "TEMP" else -0.25
    elif kind is Fault.OUT_OF_RANGE:
        value[where] = (45.0 if name == "TEMP" else 43.0) if sign > 0 else -3.5
    elif kind is Fault.ROLLOVER:
        where = slice(level, level + 5)
        value[where] -= 16.384 if name == "TEMP" else 8.192
    kept = np.isfinite(value[where])
    codes = casts.fault[name][cast, where]
    codes[kept] = kind
