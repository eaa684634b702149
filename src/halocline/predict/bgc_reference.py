"""BGC sensors against a reference: nitrate at depth, oxygen at the surface.

First level of adjustment: one gain for oxygen, then an offset of nitrate, constant or drifting.
Practice: BGC-Argo QC manuals for oxygen, doi:10.13155/46542, and nitrate, doi:10.13155/84370.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import gsw
import numpy as np

from halocline.model.corrected import Correction
from halocline.model.estimates import FloatArray
from halocline.model.profiles import Profiles
from halocline.predict.bgc_cast import BoolArray, Cast, ascents, raw_values
from halocline.predict.canyon_b import Committee, nitrate

DEEP_LAYER: Final = (1000.0, 1500.0)
"""dbar where nitrate hardly changes; a float that stays above is compared in its deepest part."""
DEEPEST_PART: Final = 200.0
SHALLOWEST: Final = 500.0
"""dbar: above, the reference says little."""
LEAST_LEVELS: Final = 2
GOOD: Final = (1, 2)
"""The provider's flags of an adjusted value he stands behind."""
SURFACE: Final = 10.0
"""dbar."""
SATURATION_SD: Final = 0.03
"""Spread of surface saturation about 100 % over a year, open ocean (doi:10.1029/2010JC006441)."""
LEAST_ASCENTS: Final = 3
"""Their scatter is part of the error of the gain: few ascents widen it."""
DOUBT: Final = 1.645
"""Standard deviations of the reference an error must exceed to be corrected: 90 %, both sides."""


@dataclass(frozen=True)
class Finding:
    """What comparison with the reference says of one parameter."""

    correction: Correction | None
    """None where the error cannot be told from that of the reference."""
    evidence: Mapping[str, str | float | int]


def oxygen_finding(profiles: Profiles, usable: Mapping[str, BoolArray]) -> Finding | None:
    """Gain of DOXY that makes the surface saturated on average; None with too few ascents.

    `usable` (N_PROF, N_LEVELS) by variable: values that may be compared.
    """
    if not {"PRES", "TEMP", "PSAL", "DOXY"} <= set(profiles.variables):
        return None
    ratios, values = [], raw_values(profiles)
    for rows in ascents(profiles):
        cast = Cast(values, usable, rows)
        pres, doxy = cast.levels("DOXY")
        near = (pres <= SURFACE) & (doxy > 0)
        if not near.any():
            continue
        psal, temp = cast.at("PSAL", pres[near]), cast.at("TEMP", pres[near])
        sound = np.isfinite(psal) & np.isfinite(temp)
        if sound.any():
            full = gsw.O2sol_SP_pt(psal[sound], temp[sound])
            ratios.append(float(np.median(full / doxy[near][sound])))
    if len(ratios) < LEAST_ASCENTS:
        return None
    gain = float(np.median(ratios))
    scatter = 1.4826 * float(np.median(np.abs(np.array(ratios) - gain))) / np.sqrt(len(ratios))
    sd = float(np.hypot(scatter, SATURATION_SD))
    evidence: dict[str, str | float | int] = {
        "correction_reference": "saturation at the surface, GSW O2sol_SP_pt",
        "correction_gain": round(gain, 5),
        "correction_gain_sd": round(sd, 5),
        "correction_ascents": len(ratios),
        "correction_layer": f"0-{SURFACE:g} dbar",
    }
    if abs(gain - 1) <= DOUBT * sd:
        return Finding(None, evidence)
    return Finding(Correction(gain, 0.0, 0.0, 0.0, 0.0, sd, evidence), evidence)


def nitrate_finding(
    profiles: Profiles,
    usable: Mapping[str, BoolArray],
    committee: Committee,
    oxygen: Finding | None = None,
) -> Finding | None:
    """Offset of NITRATE from CANYON-B at depth; None where no profile reaches deep enough.

    Oxygen comes first: the provider's adjusted value where he calls it good, else the raw one with
    the gain that `oxygen` found. Raw oxygen 14 % low makes the reference 3 µmol/kg too high.
    """
    if not {"PRES", "TEMP", "PSAL", "DOXY", "NITRATE"} <= set(profiles.variables):
        return None
    values, kept, words = _best_oxygen(profiles, usable, oxygen)
    found = [
        one
        for rows in ascents(profiles)
        if (one := _deep(profiles, Cast(values, kept, rows), committee)) is not None
    ]
    if not found:
        return None
    days, offsets, sds = (np.array(column) for column in zip(*found, strict=True))
    offset, drift, origin, scatter = _line(days, offsets)
    error = float(np.hypot(np.median(sds), scatter))
    evidence: dict[str, str | float | int] = {
        "correction_reference": "CANYON-B, doi:10.3389/fmars.2018.00328, weights "
        + committee.digest[:12],
        "correction_offset": round(offset, 4),
        "correction_drift_per_year": round(drift * 365.25, 4),
        "correction_offset_sd": round(error, 4),
        "correction_profiles": len(found),
        "correction_profile_offsets": " ".join(f"{one:.2f}" for one in offsets),
        "correction_oxygen": words,
    }
    if abs(offset) <= DOUBT * error:
        return Finding(None, evidence)
    return Finding(Correction(1.0, offset, drift, origin, error, 0.0, evidence), evidence)


def _best_oxygen(
    profiles: Profiles, usable: Mapping[str, BoolArray], oxygen: Finding | None
) -> tuple[dict[str, FloatArray], dict[str, BoolArray], str]:
    """Values and where they may be used, with the best oxygen there is, and which it is."""
    values, doxy = raw_values(profiles), profiles.variables["DOXY"]
    adjusted = np.isfinite(doxy.adjusted) & np.isin(doxy.adjusted_flag_source, GOOD)
    gain = oxygen.correction.gain if oxygen and oxygen.correction else 1.0
    values["DOXY"] = np.where(adjusted, doxy.adjusted, gain * values["DOXY"])
    # A profile the provider adjusted is used as adjusted or not at all.
    settled = np.asarray(adjusted.any(axis=1))[:, None]
    kept = {**usable, "DOXY": np.where(settled, adjusted, usable["DOXY"])}
    words = []
    if settled.any():
        words.append("as adjusted by the provider")
    held = np.asarray(np.isfinite(doxy.value).any(axis=1))[:, None]
    if (held & ~settled).any():
        words.append(f"raw with gain {gain:.4f}")
    return values, kept, ", ".join(words)


def _deep(
    profiles: Profiles, cast: Cast, committee: Committee
) -> tuple[float, float, float] | None:
    """Day, reference minus sensor in the deep layer, and the reference's sd; None without one."""
    pres, sensor = cast.levels("NITRATE")
    day, latitude, longitude = (
        float(array[cast.rows[0]])
        for array in (profiles.juld, profiles.latitude, profiles.longitude)
    )
    if not pres.size or not np.isfinite([day, latitude, longitude]).all():
        return None
    top, bottom = DEEP_LAYER
    if pres[-1] < top + DEEPEST_PART:
        top, bottom = max(pres[-1] - DEEPEST_PART, SHALLOWEST), float(pres[-1])
    layer = (pres >= top) & (pres <= bottom)
    if layer.sum() < LEAST_LEVELS:
        return None
    deep = pres[layer]
    reference = nitrate(
        committee,
        latitude=np.full(deep.shape, latitude),
        longitude=np.full(deep.shape, longitude),
        pres=deep,
        temp=cast.at("TEMP", deep),
        psal=cast.at("PSAL", deep),
        doxy=cast.at("DOXY", deep),
    )
    known = np.isfinite(reference.value)
    if known.sum() < LEAST_LEVELS:
        return None
    offset = float(np.median(reference.value[known] - sensor[layer][known]))
    return day, offset, float(np.median(reference.sd[known]))


def _line(days: FloatArray, offsets: FloatArray) -> tuple[float, float, float, float]:
    """Offset and drift at a middle day, and the scatter about them; a drift only if BIC asks."""
    origin = float(np.median(days))
    middle = float(np.median(offsets))
    still = offsets - middle
    scatter = float(np.sqrt(np.mean(still**2))) if offsets.size > 1 else 0.0
    if offsets.size < 4:
        return middle, 0.0, origin, scatter
    slope, at_origin = np.polyfit(days - origin, offsets, 1)
    moving = offsets - at_origin - slope * (days - origin)
    n, floor = offsets.size, 1e-12
    # One parameter more must lower n·log(variance) by more than log(n).
    gain = n * np.log((np.mean(still**2) + floor) / (np.mean(moving**2) + floor))
    if gain <= np.log(n):
        return middle, 0.0, origin, scatter
    return float(at_origin), float(slope), origin, float(np.sqrt(np.mean(moving**2)))
