"""The true state of the twin coast: tide, seasons, days, weather, rivers and blooms, hand in hand.

Everything a station measures follows from a few hidden processes: the tide (known phases), the
sun, a front of the atmosphere every few days, the river, the bloom. So salinity and temperature
carry a tide that a smoother can learn, while turbidity is mostly bursts that nobody can guess.
"""

from dataclasses import dataclass
from typing import Final

import gsw
import numpy as np
from scipy.signal import lfilter  # noqa: TID251  no run imports the twin

from halocline.model.estimates import FloatArray
from halocline.model.series import TimeArray

HOUR: Final = 3600.0
TIDES_H: Final = (("M2", 12.4206012, 1.0), ("S2", 12.0, 0.36), ("N2", 12.65834751, 0.2),
                  ("K1", 23.93447213, 0.06), ("O1", 25.81933871, 0.05))  # fmt: skip
"""Constituent, period in hours, amplitude beside M2: a semi-diurnal shelf, springs and neaps."""


@dataclass(frozen=True)
class Station:
    """One station: where, how often, how strong each process is there."""

    code: str
    kind: str
    latitude: float
    longitude: float
    step_s: int
    temp: tuple[float, float]
    """Mean and annual amplitude, °C."""
    psal: float
    tidal_psal: float
    """Amplitude of salinity over a mean tide."""
    tidal_temp: float
    river: float
    """How far a flood freshens the water."""
    turbidity: float
    bloom: float
    argos: bool = False
    air: bool = False
    dry: bool = False
    second_drift: int = 0
    """Seconds by which the stamps are late at most."""


STATIONS: Final = (
    Station("6209001", "MA", 50.740, 1.568, 1200, (12.2, 6.2), 33.9, 0.55, 0.18, 1.6, 9.0, 9.0,
            dry=True, second_drift=2),
    Station("6209002", "MA", 48.358, -4.552, 1200, (13.4, 3.2), 34.9, 0.35, 0.12, 0.8, 3.0, 4.0,
            argos=True),
    Station("6209003", "MA", 47.434, -2.657, 1200, (14.0, 5.6), 32.0, 0.8, 0.2, 3.4, 5.0, 7.0,
            air=True),
    Station("EXIN9004", "MO", 43.683, 7.317, 1800, (18.3, 5.4), 38.1, 0.02, 0.05, 0.3, 0.8, 1.2,
            second_drift=160),
)  # fmt: skip


def plan_station(number: int) -> Station:
    """The station of this number: the four coasts come round, later ones under other codes."""
    base = STATIONS[number % len(STATIONS)]
    if number < len(STATIONS):
        return base
    shift = 0.15 * (number // len(STATIONS))
    values = {name: getattr(base, name) for name in base.__dataclass_fields__}
    code = f"EXIN{9001 + number}" if base.kind == "MO" else str(6209001 + number)
    return Station(**{**values, "code": code, "latitude": round(base.latitude + shift, 4)})


def times(station: Station, *, start: np.datetime64, end: np.datetime64) -> TimeArray:
    """Regular stamps of a station, [start, end), datetime64[s]."""
    first, last = (t.astype("datetime64[s]").astype(np.int64) for t in (start, end))
    return np.arange(first, last, station.step_s).astype("datetime64[s]")


def true_coast(
    station: Station, time: TimeArray, *, rng: np.random.Generator
) -> dict[str, FloatArray]:
    """True values (n,) of TEMP, PSAL, DOX1, OSAT, MASS_DOXY, FLU3, TUR4, CNDC, and of the air.

    °C, practical salinity, ml/l, %, mg/m³, FFU, NTU, S/m; DRYT °C, ATMS hPa, WSPD m/s.
    """
    hours = time.astype(np.int64) / HOUR
    dt = station.step_s / HOUR
    day = (hours / 24) % 365.2425
    tide, springs = _tide(hours)
    current = np.gradient(tide, dt) / 0.5
    sun = np.clip(np.sin(2 * np.pi * (hours % 24 - 6) / 24), 0, None)
    summer = 0.5 - 0.5 * np.cos(2 * np.pi * (day - 35) / 365.2425)
    light = sun * (0.3 + 0.7 * summer)
    n = hours.size
    weather = _red(rng, n, hours=60, dt=dt)
    wind = np.abs(6.5 + 3.2 * (1 - summer) + 4.0 * weather + _red(rng, n, hours=5, dt=dt))
    flood = _bursts(rng, n, per_year=10, fade_h=110, dt=dt) * (1.3 - summer)
    gale = _bursts(rng, n, per_year=24, fade_h=20, dt=dt) * (1.2 - 0.8 * summer)
    mean, swing = station.temp
    temp = mean + swing * np.sin(2 * np.pi * (day - 125) / 365.2425)
    temp += station.tidal_temp * tide * (1 + 2 * np.abs(summer - 0.4)) + 0.55 * _daily(light, dt)
    temp += 0.45 * _red(rng, n, hours=120, dt=dt) - 0.15 * weather
    temp += 0.03 * _red(rng, n, hours=3, dt=dt)
    river = flood + 0.25 * (1 + _red(rng, n, hours=240, dt=dt)) * (1.2 - summer)
    psal = station.psal - station.river * (1 - np.exp(-0.7 * river))
    psal += station.tidal_psal * tide * (0.8 + 0.5 * np.clip(river, 0, 2))
    psal += 0.08 * station.river * _red(rng, n, hours=40, dt=dt) + 0.012 * _red(
        rng, n, hours=2, dt=dt
    )
    spring = np.exp(-(((day - 112) / 22) ** 2)) + 0.4 * np.exp(-(((day - 255) / 18) ** 2))
    growth = np.exp(0.45 * _red(rng, n, hours=70, dt=dt))
    flu = (0.4 + station.bloom * spring) * growth * (1 - 0.25 * light) * (1 + 0.12 * tide)
    flu *= np.exp(0.05 * rng.standard_normal(n))
    turbid = station.turbidity * (0.25 + 0.6 * current**2 * springs + 2.2 * gale + 0.9 * flood)
    turbid *= np.exp(0.35 * _red(rng, n, hours=4, dt=dt) + 0.3 * rng.standard_normal(n))
    made = spring * growth * station.bloom / 9
    satur = (
        97 + 14 * made + 5 * _daily(light, dt) * (0.3 + made) + 1.6 * _red(rng, n, hours=50, dt=dt)
    )
    psal = np.clip(psal, 5, None)
    truth = {"TEMP": temp, "PSAL": psal, "FLU3": flu, "TUR4": np.clip(turbid, 0.05, 900)}
    truth |= _oxygen(temp, psal, satur)
    truth["CNDC"] = gsw.C_from_SP(psal, temp, 0.5) / 10
    truth["DRYT"] = temp - 1.5 + 3.2 * (light - 0.25) + 2.5 * weather
    truth["ATMS"] = 1015 - 9 * weather - 6 * gale
    truth["WSPD"] = wind + 7 * gale
    return truth


def _oxygen(temp: FloatArray, psal: FloatArray, saturation: FloatArray) -> dict[str, FloatArray]:
    """Three columns of one sensor; MASS_DOXY lacks the salinity correction, as at real stations."""
    litres = 22.392 / 1000
    density = gsw.rho_t_exact(gsw.SR_from_SP(psal), temp, 0) / 1000
    right = gsw.O2sol_SP_pt(psal, temp) * saturation / 100
    fresh = gsw.O2sol_SP_pt(np.zeros_like(psal), temp) * saturation / 100
    return {"DOX1": right * density * litres, "OSAT": saturation, "MASS_DOXY": fresh * 31.9988}


def _tide(hours: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Height in units of the M2 amplitude, and the strength of springs (about 1), (n,) each."""
    height = sum(
        size * np.cos(2 * np.pi * hours / period + 1.7 * k)
        for k, (_, period, size) in enumerate(TIDES_H)
    )
    beat = 2 * np.pi * hours * (1 / 12.0 - 1 / 12.4206012) + 1.7
    return np.asarray(height), np.asarray(1 + 2 * 0.36 * np.cos(beat))


def _daily(light: FloatArray, dt: float) -> FloatArray:
    """Heat of the day: light kept for about five hours, mean removed over the whole."""
    keep = np.exp(-dt / 5)
    heat = lfilter([1 - keep], [1, -keep], light)
    return np.asarray(heat - heat.mean()) * 2


def _red(rng: np.random.Generator, n: int, *, hours: float, dt: float) -> FloatArray:
    """Red noise of unit variance that forgets in `hours`, (n,)."""
    keep = np.exp(-dt / hours)
    start = rng.standard_normal() * keep
    noise = rng.standard_normal(n)
    made, _ = lfilter([np.sqrt(1 - keep**2)], [1, -keep], noise, zi=[start])
    return np.asarray(made)


def _bursts(
    rng: np.random.Generator, n: int, *, per_year: float, fade_h: float, dt: float
) -> FloatArray:
    """Events of random strength (mean 1) that rise in a tenth of the time they fade, (n,)."""
    arrive = rng.random(n) < per_year * dt / 8766
    keep, rise = np.exp(-dt / fade_h), np.exp(-10 * dt / fade_h)
    shot = lfilter([1.0], [1, -keep], arrive * rng.exponential(1.0, n))
    return np.asarray(lfilter([1 - rise], [1, -rise], shot))
