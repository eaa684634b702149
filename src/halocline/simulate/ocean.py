"""The true state of the twin open ocean: five regions, seasons, eddies, always stable density.

Winter columns are typical values read off climatologies to about 0.3 °C and 0.1 in salinity: the
aim is the shape of each region (thermocline, salinity extremes), not its state on a day.
"""

from dataclasses import dataclass
from typing import Final

import gsw
import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.special import expit

from halocline.model.estimates import FloatArray

MIN_GRADIENT: Final = 4e-6
"""Least increase of density, kg/m³ per dbar: clear of rounding at 0.001 °C in the deep sea."""


@dataclass(frozen=True)
class Region:
    """Winter column as (dbar, °C, practical salinity), season of the surface, drift."""

    name: str
    latitude: float
    longitude: float
    ocean: str
    warming_c: float
    """Summer surface above winter, °C."""
    column: tuple[tuple[float, float, float], ...]
    heave_dbar: float = 18.0
    """Standard deviation of the vertical displacement of the thermocline by eddies."""
    spread: tuple[float, float] = (3.0, 6.0)


REGIONS: Final = (
    Region("subtropical", 28.0, -42.0, "A", 6.0, (
        (0, 20.6, 36.95), (120, 20.0, 36.95), (200, 18.3, 36.6), (400, 15.3, 36.0),
        (600, 12.3, 35.5), (800, 9.4, 35.2), (1000, 7.4, 35.12), (1500, 4.7, 35.05),
        (2000, 3.7, 34.98), (3000, 2.9, 34.93), (4000, 2.5, 34.9), (6200, 2.4, 34.87))),
    Region("mediterranean", 40.8, 5.5, "A", 11.5, (
        (0, 13.4, 37.95), (60, 13.35, 38.0), (150, 13.3, 38.25), (300, 13.6, 38.52),
        (450, 13.55, 38.58), (700, 13.3, 38.54), (1000, 13.1, 38.5), (2000, 13.15, 38.48),
        (6200, 13.8, 38.48)), 9.0, (0.7, 1.5)),
    Region("southern", -51.5, 68.0, "I", 2.8, (
        (0, 2.1, 33.8), (90, 2.0, 33.82), (180, 1.5, 34.05), (350, 2.2, 34.35), (600, 2.3, 34.55),
        (1000, 2.2, 34.68), (1500, 1.9, 34.73), (2000, 1.5, 34.74), (3000, 0.9, 34.71),
        (4000, 0.5, 34.69), (6200, 0.4, 34.67)), 22.0),
    Region("tropical", 1.0, -22.0, "A", 2.2, (
        (0, 25.6, 35.6), (35, 25.4, 35.8), (70, 20.5, 36.15), (110, 16.5, 35.75),
        (200, 13.8, 35.3), (400, 9.0, 34.8), (600, 6.7, 34.6), (800, 5.3, 34.52),
        (1000, 4.7, 34.62), (1500, 4.2, 34.92), (2000, 3.5, 34.96), (3000, 2.7, 34.92),
        (4000, 2.2, 34.88), (6200, 1.9, 34.8)), 12.0, (1.5, 5.0)),
    Region("subpolar", 57.5, -36.0, "A", 5.5, (
        (0, 5.9, 34.83), (200, 5.8, 34.86), (500, 4.9, 34.88), (900, 3.9, 34.87),
        (1500, 3.5, 34.89), (2000, 3.2, 34.91), (3000, 2.4, 34.92), (4000, 1.9, 34.9),
        (6200, 1.8, 34.89)), 24.0),
)  # fmt: skip


@dataclass(frozen=True)
class Water:
    """True profiles, (n, levels): °C, practical salinity, and the biogeochemical ones by name."""

    temp: FloatArray
    psal: FloatArray
    bgc: dict[str, FloatArray]


def season(region: Region, day: FloatArray) -> FloatArray:
    """0 at the coldest surface (mid-March, mid-September in the south), 1 at the warmest."""
    coldest = 75.0 if region.latitude > 0 else 258.0
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * (day - coldest) / 365.25))


def true_water(
    region: Region,
    *,
    pressure: FloatArray,
    latitude: FloatArray,
    longitude: FloatArray,
    day: FloatArray,
    rng: np.random.Generator,
) -> Water:
    """Temperature, salinity and biogeochemistry at `pressure` (n, levels) for n casts of one float.

    `day` (n,) counts from any 1 January. Eddies displace the column, red in time from cast to
    cast; fine structure follows density surfaces, as intrusions do.
    """
    casts = day.size
    eddy = _red(rng, casts, memory=0.8)[:, None]
    second = _red(rng, casts, memory=0.6)[:, None]
    moved = pressure + region.heave_dbar * (
        eddy * np.sin(np.pi * np.clip(pressure / 1400, 0, 1)) * 2
        + second * np.sin(2 * np.pi * np.clip(pressure / 1800, 0, 1))
    )
    depth, temp_c, psal = (np.array(axis) for axis in zip(*region.column, strict=True))
    moved = np.clip(moved, 0, 6200)
    temp = PchipInterpolator(depth, temp_c)(moved)
    salt = PchipInterpolator(depth, psal)(moved)
    warm = season(region, day)[:, None]
    mixed = (22 + 90 * (1 - warm) ** 2) * (1 + 0.2 * _red(rng, casts, memory=0.3)[:, None])
    cap = expit((mixed - pressure) / (7 + 0.18 * mixed))
    temp += (region.warming_c * warm + 0.5 * _red(rng, casts, memory=0.7)[:, None]) * cap
    temp += -0.35 * (np.abs(latitude) - abs(region.latitude))[:, None] * np.exp(-pressure / 500)
    salt += 0.08 * _red(rng, casts, memory=0.7)[:, None] * cap
    fine = _fine_structure(rng, pressure)
    temp, salt = temp + 0.06 * fine, salt + 0.012 * fine
    salt = stable_salinity(temp, salt, pressure, latitude=latitude, longitude=longitude)
    return Water(temp, salt, _bgc(temp, salt, pressure, warm=warm, mixed=mixed, rng=rng))


def stable_salinity(
    temp: FloatArray,
    psal: FloatArray,
    pressure: FloatArray,
    *,
    latitude: FloatArray,
    longitude: FloatArray,
) -> FloatArray:
    """Salinity raised below each inversion by as little as makes the column stable.

    Two neighbouring levels are compared at the pressure between them (TEOS-10); what one step
    lacks is added to it and to every level below, so the other steps keep their own difference.
    Pressures (n, levels) increase.
    """
    salt = psal.copy()
    sa_per_sp = 35.16504 / 35.0
    for _ in range(3):
        sa = gsw.SA_from_SP(salt, pressure, longitude[:, None], latitude[:, None])
        ct = gsw.CT_from_t(sa, temp, pressure)
        middle = 0.5 * (pressure[:, 1:] + pressure[:, :-1])
        step = gsw.rho(sa[:, 1:], ct[:, 1:], middle) - gsw.rho(sa[:, :-1], ct[:, :-1], middle)
        lack = np.clip(MIN_GRADIENT * np.diff(pressure, axis=1) - step, 0, None)
        if not lack.any():
            break
        beta = gsw.beta(sa[:, 1:], ct[:, 1:], middle) * gsw.rho(sa[:, 1:], ct[:, 1:], middle)
        salt[:, 1:] += np.cumsum(1.001 * lack / beta / sa_per_sp, axis=1)
    return np.asarray(salt)


def _bgc(
    temp: FloatArray,
    psal: FloatArray,
    pressure: FloatArray,
    *,
    warm: FloatArray,
    mixed: FloatArray,
    rng: np.random.Generator,
) -> dict[str, FloatArray]:
    """Oxygen, nitrate, chlorophyll and backscatter that hang together: one bloom, one respiration.

    DOXY and NITRATE µmol/kg, CHLA mg/m³, BBP700 1/m. Nitrate follows the oxygen used in the
    ratio 16 : 170 (Anderson and Sarmiento 1994), plus what deep water brings.
    """
    casts = temp.shape[0]
    solubility = gsw.O2sol_SP_pt(psal, temp)
    used = 95 * np.exp(-(((pressure - 750) / 450) ** 2)) + 60 * (1 - np.exp(-pressure / 400))
    used *= 1 + 0.06 * _red(rng, casts, memory=0.7)[:, None]
    season = np.exp(-(((warm - 0.3) / 0.2) ** 2))
    bloom = season * np.exp(0.5 * _red(rng, casts, memory=0.5))[:, None]
    crest = 30 + 55 * warm
    shape = np.exp(-(((pressure - crest) / (18 + 0.25 * crest)) ** 2))
    chla = (0.18 + 0.9 * bloom) * (shape + 0.5 * expit((mixed - pressure) / 8))
    doxy = 1.03 * solubility - used + 9 * bloom * np.exp(-pressure / 50)
    nitrate = used * 16 / 170 + 14 * (1 - np.exp(-pressure / 600)) * np.clip((16 - temp) / 12, 0, 1)
    grains = np.exp(0.12 * rng.standard_normal(temp.shape))
    bbp = (3.5e-4 + 1.6e-3 * chla**0.7 + 2e-4 * np.exp(-pressure / 300)) * grains
    return {"DOXY": doxy, "NITRATE": nitrate + 0.3, "CHLA": chla, "BBP700": bbp}


def _red(rng: np.random.Generator, n: int, *, memory: float) -> FloatArray:
    """A first-order autoregression of unit variance, (n,)."""
    noise, state = rng.standard_normal(n), np.empty(n)
    state[0] = noise[0]
    for k in range(1, n):
        state[k] = memory * state[k - 1] + np.sqrt(1 - memory**2) * noise[k]
    return state


def _fine_structure(rng: np.random.Generator, pressure: FloatArray) -> FloatArray:
    """Steps and intrusions: smooth noise of the vertical, weaker below, (n, levels)."""
    rough = rng.standard_normal(pressure.shape)
    smooth = (rough[:, :-2] + 2 * rough[:, 1:-1] + rough[:, 2:]) / 2.45
    return np.pad(smooth, ((0, 0), (1, 1))) * np.exp(-pressure / 600)
