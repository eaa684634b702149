"""Chlorophyll a of a float: its own dark count, the quenching of daylight, the factor two.

CHLA_ADJUSTED of the BGC-Argo manual for chlorophyll a, doi:10.13155/35385, test 63, from what the
float itself saw: no reference is needed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import gsw
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from halocline.model.corrected import Corrected
from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray, merge
from halocline.model.profiles import Profiles
from halocline.predict.bgc_cast import BoolArray, Cast, ascents, raw_values
from halocline.predict.sun import elevation

CHLA: Final = "CHLA"
FACTOR: Final = 2.0
"""By which this fluorometer reads too high in the mean of the ocean (doi:10.1002/lom3.10185)."""
FACTOR_SD_SHARE: Final = 1.0
"""Of a corrected value: the same paper's regional factors go from 1 to 6, so that a halved value
is half the truth in one place and three times it in another."""
DARK_FROM: Final = 950.0
"""dbar a profile must reach to say what the sensor reads without chlorophyll."""
SURFACE: Final = 5.0
"""dbar: above, bubbles and the sun make counts jump, and no value there speaks for others. Cycle 24
of float 6903247 has counts from 5 to 277 in its upper 2 dbar, and 56 to 60 in the next 4."""
DARK_WINDOW: Final = 5
DARKS: Final = 5
"""Profiles, the float's first, whose median is its dark."""
DARK_SHARE: Final = 0.25
"""Of the factory's dark count: a float farther off is in doubt."""
MIXED_FROM: Final = 10.0
"""dbar."""
MIXED_TOP: Final = 20.0
"""dbar: a profile that begins deeper does not know the density of the surface."""
MIXED_EXCESS: Final = 0.03
"""kg m-3 of potential density beyond that at 10 dbar, where the mixed layer ends."""
MIXED_SHARE: Final = 0.9
RANGE: Final = (-0.1, 50.0)
"""mg m-3."""
CALIBRATION: Final = re.compile(r"(SCALE_CHLA|DARK_CHLA)\s*=\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)")


@dataclass(frozen=True)
class Quenching:
    """Corrected value at the deepest quenched level; NaN where no mixed layer was found."""

    pressure: float
    value: float


@dataclass(frozen=True)
class ChlorophyllCorrection:
    """corrected = (value − dark) / 2, and under daylight one value down to where quenching ends."""

    dark: float
    """mg m-3 the sensor reads in water without chlorophyll."""
    dark_sd: float
    flag: Flag
    """What a value is worth for its dark: 1, 2 with too few profiles, 3 far from the factory's."""
    quenching: Mapping[tuple[int, str], Quenching]
    """By cycle and direction, ascents under the sun."""
    evidence: Mapping[str, str | float | int]

    def apply(self, profiles: Profiles, name: str, flag: FlagArray) -> Corrected:
        """Parameter `name` corrected; BAD values and those out of range afterwards are missing."""
        value = profiles.variables[name].value.astype(np.float64)
        pressure = profiles.variables["PRES"].value
        found = (value - self.dark) / FACTOR
        worth = np.full(found.shape, self.flag, dtype=np.uint8)
        for row, (cycle, direction) in enumerate(
            zip(profiles.cycle, profiles.direction, strict=True)
        ):
            one = self.quenching.get((int(cycle), str(direction)))
            if one is None:
                continue
            if not np.isfinite(one.pressure):
                worth[row] = Flag.PROBABLY_BAD
                continue
            under = pressure[row] <= one.pressure
            found[row, under] = one.value
            worth[row, under] = merge(worth[row, under], np.full_like(worth[row, under], 5))
        bad = (flag == Flag.BAD) | ((found < RANGE[0]) | (found > RANGE[1]))
        held = np.isfinite(value)
        shown = np.where(held & ~bad, found, np.nan)
        error = np.hypot(self.dark_sd / FACTOR, FACTOR_SD_SHARE * np.abs(shown))
        worth = np.where(held, np.where(bad, np.uint8(Flag.BAD), worth), np.uint8(Flag.MISSING))
        return Corrected(
            shown.astype(np.float32), error.astype(np.float32), self.evidence, flag=worth
        )


@dataclass(frozen=True)
class ChlorophyllFinding:
    """What a float says of its fluorometer."""

    correction: ChlorophyllCorrection | None
    """None where no profile reaches the depth at which the dark is read."""
    evidence: Mapping[str, str | float | int]


def chlorophyll_finding(
    profiles: Profiles, usable: Mapping[str, BoolArray]
) -> ChlorophyllFinding | None:
    """Dark of CHLA and the quenching of each ascent; None without a profile below 950 dbar.

    `usable` (N_PROF, N_LEVELS) by variable: values that may be looked at. Without temperature and
    salinity there is no mixed layer, and ascents under the sun are in doubt.
    """
    if not {"PRES", CHLA} <= set(profiles.variables):
        return None
    casts, values = {}, raw_values(profiles)
    for rows in ascents(profiles):
        one = Cast(values, usable, rows)
        if one.levels(CHLA)[0].size:
            casts[int(profiles.cycle[rows[0]]), str(profiles.direction[rows[0]])] = one
    darks = [dark for one in casts.values() if np.isfinite(dark := _dark(*one.levels(CHLA)))]
    if not darks:
        return None
    dark, sd, flag, evidence = _dark_of_float(np.array(darks[:DARKS]), profiles)
    quenching = {
        key: found
        for key, one in casts.items()
        if key[1] == "A" and (found := _quenching(profiles, one, dark)) is not None
    }
    known = [one.pressure for one in quenching.values() if np.isfinite(one.pressure)]
    evidence |= {
        "correction_factor": FACTOR,
        "correction_ascents_in_daylight": len(quenching),
        "correction_ascents_unquenched": len(known),
    }
    correction = ChlorophyllCorrection(dark, sd, flag, quenching, evidence)
    return ChlorophyllFinding(correction, evidence)


def _dark(pressure: FloatArray, value: FloatArray) -> float:
    """Least smoothed value of a profile that reaches deep enough, else NaN."""
    deep = pressure > SURFACE
    if pressure[-1] < DARK_FROM or deep.sum() < DARK_WINDOW:
        return np.nan
    return float(np.median(sliding_window_view(value[deep], DARK_WINDOW), axis=1).min())


def _dark_of_float(
    darks: FloatArray, profiles: Profiles
) -> tuple[float, float, Flag, dict[str, str | float | int]]:
    """Dark, its standard deviation, what it is worth, and the evidence."""
    dark = float(np.median(darks))
    sd = 1.4826 * float(np.median(np.abs(darks - dark))) / np.sqrt(darks.size)
    evidence: dict[str, str | float | int] = {
        "correction_reference": "the float's own deep values and mixed layers, doi:10.13155/35385",
        "correction_dark": round(dark, 5),
        "correction_dark_profiles": int(darks.size),
    }
    flag = Flag.PROBABLY_GOOD
    words = dict(CALIBRATION.findall(profiles.calibration.get(CHLA, "")))
    if {"SCALE_CHLA", "DARK_CHLA"} <= set(words):
        scale, factory = float(words["SCALE_CHLA"]), float(words["DARK_CHLA"])
        counts = dark / scale + factory
        # Counts are whole: no median knows the dark better than the rounding of one.
        sd = float(np.hypot(sd, scale / np.sqrt(12)))
        evidence |= {
            "correction_dark_count": round(counts, 2),
            "correction_dark_count_factory": factory,
            "correction_scale": scale,
        }
        if darks.size == DARKS:
            near = abs(counts - factory) <= DARK_SHARE * factory
            flag = Flag.GOOD if near else Flag.PROBABLY_BAD
    evidence["correction_dark_sd"] = round(sd, 5)
    return dark, sd, flag, evidence


def _quenching(profiles: Profiles, cast: Cast, dark: float) -> Quenching | None:
    """Where the light of this ascent quenches down to; None in the dark.

    An ascent whose place or time is not known is taken for one by day without a mixed layer.
    """
    row = cast.rows[0]
    above = elevation(
        float(profiles.juld[row]), float(profiles.latitude[row]), float(profiles.longitude[row])
    )
    if above <= 0:
        return None
    depth = _mixed_layer(profiles, cast) if np.isfinite(above) else np.nan
    pressure, value = cast.levels(CHLA)
    inside = int(np.searchsorted(pressure, MIXED_SHARE * depth, side="right"))
    smooth = _smoothed(pressure, value)[:inside] if np.isfinite(depth) else np.empty(0)
    smooth[pressure[: smooth.size] <= SURFACE] = np.nan
    if not np.isfinite(smooth).any():
        return Quenching(np.nan, np.nan)
    place = int(np.nanargmax(smooth))
    return Quenching(float(pressure[place]), (float(smooth[place]) - dark) / FACTOR)


def _mixed_layer(profiles: Profiles, cast: Cast) -> float:
    """Pressure of the first level denser than 10 dbar by the threshold; NaN where there is none."""
    if not {"TEMP", "PSAL"} <= set(profiles.variables):
        return np.nan
    row = cast.rows[0]
    pressure, temp = cast.levels("TEMP")
    if not pressure.size or pressure[0] > MIXED_TOP:
        return np.nan
    place = float(profiles.longitude[row]), float(profiles.latitude[row])
    psal = gsw.SA_from_SP(np.maximum(cast.at("PSAL", pressure), 0.0), pressure, *place)
    density = gsw.sigma0(psal, gsw.CT_from_t(psal, temp, pressure))
    known = np.isfinite(density)
    if not known.any():
        return np.nan
    pressure, density = pressure[known], density[known]
    heavy = density - np.interp(MIXED_FROM, pressure, density) > MIXED_EXCESS
    below = np.flatnonzero(heavy & (pressure > MIXED_FROM))
    return float(pressure[below[0]]) if below.size else np.nan


def _smoothed(pressure: FloatArray, value: FloatArray) -> FloatArray:
    """Running median over 11, 7 or 5 levels as they lie close or far; NaN at the ends."""
    step = float(np.median(np.diff(pressure))) if pressure.size > 1 else np.inf
    half = 5 if step <= 1 else 3 if step < 3 else 2
    smooth = np.full(value.shape, np.nan)
    if value.size > 2 * half:
        smooth[half:-half] = np.median(sliding_window_view(value, 2 * half + 1), axis=1)
    return smooth
