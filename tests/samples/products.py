"""Small floats and stations with every feature a product must carry, made from a seed."""

from dataclasses import dataclass, replace

import numpy as np

from halocline.learn.filling import SeriesFill
from halocline.learn.gate import GateRow, MethodScore
from halocline.model.checked import Checked
from halocline.model.corrected import Corrected
from halocline.model.estimates import Filled, Origin
from halocline.model.flags import start_flags
from halocline.model.gridding import Gridded, to_grid
from halocline.model.profiles import Profiles, ProfileVariable
from halocline.model.series import Series, SeriesVariable
from halocline.products.provenance import Provenance

TESTS = {6: "global_range", 9: "spike", 63: "chla"}


@dataclass(frozen=True)
class Flags:
    """What qc.argo returns."""

    variables: dict[str, Checked]
    position_flag: np.ndarray
    juld_flag: np.ndarray


@dataclass(frozen=True)
class Float:
    """Arguments of `argo_profiles.encode`."""

    profiles: Profiles
    flags: Flags
    filled: dict[str, Filled]
    provenance: Provenance

    def arguments(self) -> dict:
        return {
            "profiles": self.profiles,
            "flags": self.flags,
            "filled": self.filled,
            "provenance": self.provenance,
            "fill_method": "pchip",
            "tests": TESTS,
        }


def provenance(network: str = "argo", platform: str = "6901929", year: int = 0) -> Provenance:
    return Provenance(
        network=network,
        platform=platform,
        year=year,
        recipe="a" * 64,
        inputs=((f"bodc/{platform}/profiles/D{platform}_001.nc", "b" * 64),),
        code_digest="c" * 64,
        suite_digest="d" * 64,
        config_digest="e" * 64,
        seed=7,
        reference_time="2026-11-20T04:05:06Z",
    )


def checked(value: np.ndarray, *, bad: np.ndarray) -> Checked:
    flag = start_flags(value)
    flag[(flag == 0)] = 1
    flag[bad & np.isfinite(value)] = 4
    done = np.where(np.isfinite(value), np.uint64((1 << 6) | (1 << 9) | (1 << 63)), np.uint64(0))
    failed = np.where(bad & np.isfinite(value), np.uint64((1 << 9) | (1 << 63)), np.uint64(0))
    return Checked(flag=flag, failed=failed, done=done)


def fill(value: np.ndarray, *, usable: np.ndarray, guess: np.ndarray, sd: float) -> Filled:
    """Keep usable values, put `guess` where it is finite."""
    value = value.astype(np.float64)
    estimated = ~usable & np.isfinite(guess)
    origin = np.where(usable, Origin.MEASURED, np.where(estimated, Origin.INTERPOLATED, 9))
    width = np.where(estimated, sd, np.nan)
    return Filled(
        value=np.where(usable, value, np.where(estimated, guess, np.nan)),
        origin=origin.astype(np.uint8),
        sd=width,
        lower=np.where(estimated, guess - 1.645 * width, np.nan),
        upper=np.where(estimated, guess + 1.645 * width, np.nan),
    )


def ocean(pressure: np.ndarray, season: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Temperature and salinity of a temperate ocean with a seasonal mixed layer."""
    mixed = 40 + 80 * (1 + np.cos(season))
    surface = 16 - 3.5 * np.cos(season)
    below = 1 / (1 + np.exp(-(pressure - mixed) / 18))
    temperature = surface * (1 - below) + below * (3.6 + 9.2 * np.exp(-pressure / 520))
    salinity = (
        35.25 + 0.35 * np.exp(-pressure / 260) - 0.45 * np.exp(-(((pressure - 750) / 280) ** 2))
    )
    return temperature, salinity + 0.1 * np.sin(season) * (1 - below)


def small_float(*, n_prof: int = 6, n_levels: int = 40, seed: int = 3) -> Float:
    """Float with missing levels, spikes, a mode per row, texts with accents, a late blank row."""
    rng = np.random.default_rng(seed)
    pressure = 2000 * (np.linspace(0.02, 1, n_levels) ** 1.6)
    season = np.linspace(0, 2 * np.pi * n_prof / 36, n_prof)[:, None]
    truth = ocean(pressure[None, :], season)
    shape = (n_prof, n_levels)
    bad = rng.random(shape) < 0.02
    missing = rng.random(shape) < 0.05
    missing[-1, n_levels // 2 :] = True
    padded = np.zeros(shape, dtype=bool)
    padded[0, -3:] = True
    variables, judged, filled = {}, {}, {}
    values = {"PRES": np.broadcast_to(pressure, shape), "TEMP": truth[0], "PSAL": truth[1]}
    units = {"PRES": "decibar", "TEMP": "degree_Celsius", "PSAL": "psu"}
    for name, clean in values.items():
        value = clean + (0 if name == "PRES" else rng.normal(0, 0.01, shape))
        spoiled = bad & (name != "PRES")
        value = np.where(spoiled, value + np.where(rng.random(shape) < 0.5, -4, 5), value)
        lost = padded | (missing & (name != "PRES"))
        value = np.where(lost, np.nan, value).astype(np.float32)
        flag = np.where(np.isnan(value), 9, 1).astype(np.uint8)
        nothing = np.full(shape, np.nan, dtype=np.float32)
        mode = np.array(["D"] * n_prof)
        mode[-1] = ""
        adjusted = np.where(mode[:, None] == "D", value + np.float32(0.001), nothing)
        variables[name] = ProfileVariable(
            value=value,
            flag_source=flag,
            adjusted=adjusted.astype(np.float32),
            adjusted_flag_source=flag,
            adjusted_error=np.where(np.isfinite(adjusted), np.float32(0.002), nothing),
            mode=mode,
            units=units[name],
        )
        judged[name] = checked(value, bad=spoiled)
        if name != "PRES":
            usable = np.isfinite(value) & ~spoiled
            filled[name] = fill(
                value, usable=usable, guess=np.where(padded, np.nan, clean), sd=0.05
            )
    cycle = np.arange(1, n_prof + 1, dtype=np.int32)
    track = rng.normal(0, 0.08, (2, n_prof)).cumsum(axis=1)
    juld = 25000.25 + 10.0 * np.arange(n_prof)
    juld[-1] = np.nan
    latitude = 44.0 + track[0]
    latitude[-1] = np.nan
    ones = np.ones(n_prof, dtype=np.uint8)
    dated = ones.copy()
    dated[-1] = 9
    profiles = Profiles(
        platform="6901929",
        cycle=cycle,
        direction=np.array(["A"] * n_prof),
        scheme=np.array(["Primary sampling: averaged [2 s, 25 °C]"] * (n_prof - 1) + [""]),
        mode=np.array(["D"] * (n_prof - 1) + ["R"]),
        juld=juld,
        juld_flag_source=ones,
        juld_location=juld + 0.01,
        latitude=latitude,
        longitude=-15.0 + track[1] * 1.5 + 0.02 * np.arange(n_prof),
        position_flag_source=ones,
        date_update=np.full(n_prof, np.datetime64("2026-02-03T04:05:06", "s")),
        source_file=np.array([f"bodc/6901929/profiles/D6901929_{c:03d}.nc" for c in cycle]),
        variables=variables,
        attributes={"PLATFORM_TYPE": "ARVOR", "PI_NAME": "Zoë Étoile", "DATA_CENTRE": "BO"},
    )
    flags = Flags(variables=judged, position_flag=dated, juld_flag=dated)
    return Float(profiles=profiles, flags=flags, filled=filled, provenance=provenance())


def bgc_arguments() -> dict:
    """Arguments of `argo_profiles.encode`: the small float with three sensors corrected."""
    one = small_float()
    profiles, flags = one.profiles, one.flags
    units = {"DOXY": "micromole/kg", "NITRATE": "micromole/kg", "CHLA": "mg/m3"}
    psal = profiles.variables["PSAL"]
    sensors = {name: replace(psal, units=unit) for name, unit in units.items()}
    judged = dict.fromkeys(units, flags.variables["PSAL"])
    evidence = {"correction_reference": "a sample", "correction_profiles": 6}
    corrected = {
        name: Corrected(
            psal.value - np.float32(1),
            np.full_like(psal.value, 0.1),
            evidence,
            flag=judged[name].flag if name == "CHLA" else None,
        )
        for name in units
    }
    return one.arguments() | {
        "profiles": replace(profiles, variables=profiles.variables | sensors),
        "flags": replace(flags, variables=flags.variables | judged),
        "corrected": corrected,
    }


@dataclass(frozen=True)
class Station:
    """Arguments of `coasthf_series.encode`."""

    series: Series
    checked: dict[str, Checked]
    gridded: dict[str, Gridded]
    fills: dict[str, SeriesFill]
    provenance: Provenance

    def arguments(self) -> dict:
        return {
            "series": self.series,
            "checked": self.checked,
            "gridded": self.gridded,
            "fills": self.fills,
            "provenance": self.provenance,
            "tests": {0: "gross_range", 1: "spike"},
        }


def gates(variable: str) -> list[GateRow]:
    best = {"≤6 h": ("kalman", 0.8), "≤72 h": ("kalman", 0.9), "≤720 h": ("linear", 1.0)}
    return [
        GateRow(
            variable=variable,
            gap_class=gap,
            method=method,
            reason="not beaten" if method == "linear" else "won",
            calibrated=True,
            n_hidden=80,
            scores={"linear": score("linear", 1.0), "kalman": score("kalman", ratio)},
        )
        for gap, (method, ratio) in best.items()
    ]


def score(method: str, ratio: float) -> MethodScore:
    return MethodScore(
        method=method,
        n_gaps=40,
        n_points=1200,
        rmse=0.2 * ratio,
        mae=0.15 * ratio,
        bias=0.0,
        coverage=0.91,
        worst_tenth=0.7,
        width=0.6,
        winkler=0.8,
        ratio=ratio,
        ratio_low=ratio - 0.05,
        ratio_high=ratio + 0.05,
    )


def small_station(*, n: int = 400, step_s: int = 1200, seed: int = 5) -> Station:
    """Station that drifts by seconds, loses rows, holds spikes, and starts before the year."""
    rng = np.random.default_rng(seed)
    start = np.datetime64("2024-01-01T00:00:00", "s") - np.timedelta64(step_s * 20, "s")
    grid_time = start + np.arange(n) * np.timedelta64(step_s, "s")
    day = np.arange(n) * step_s / 86400
    tide = np.cos(2 * np.pi * day / 0.5175)
    season = -np.cos(2 * np.pi * (day - 45) / 365.25)
    weather = np.convolve(rng.normal(0, 1, n + 215), np.ones(216) / 14.7, "valid")
    clean = {
        "TEMP": 12.5 + 5 * season + 0.25 * tide + 0.35 * weather,
        "PSAL": 33.8 + 0.5 * season + 0.3 * tide - 0.2 * weather,
        "FLU3": np.exp(0.9 + 0.7 * season + 0.25 * weather) + 0.05 * tide,
    }
    lost_row = np.zeros(n, dtype=bool)
    for length in (1, 1, 2, 3, 7, 30, max(3, n // 40)):
        at = int(rng.integers(5, n - length - 5))
        lost_row[at : at + length] = True
    drift = np.where(rng.random(n) < 0.1, rng.integers(-3, 4, n), 0).astype("timedelta64[s]")
    kept = ~lost_row
    time = (grid_time + drift)[kept]
    units = {"TEMP": "degree_Celsius", "PSAL": "psu", "FLU3": "FFU"}
    noise = {"TEMP": 0.02, "PSAL": 0.03, "FLU3": 0.15}
    variables, judged, guesses = {}, {}, {}
    for name, truth in clean.items():
        value = np.round(truth + rng.normal(0, noise[name], n), 3)
        spoiled = rng.random(n) < 0.01
        value = np.where(spoiled, value + rng.choice([-6.0, 7.0], n), value)
        if name == "PSAL":
            spoiled[n // 2 : n // 2 + n // 25] = True
            value[n // 2 : n // 2 + n // 25] *= 0.05
        value[rng.random(n) < 0.02] = np.nan
        received = value[kept]
        variables[name] = SeriesVariable(
            value=received,
            flag_source=np.where(np.isnan(received), 9, 1).astype(np.uint8),
            parameter=name,
            level=1,
            units=units[name],
        )
        judged[name] = checked(received, bad=spoiled[kept])
        guesses[name] = (truth, 2.5 * noise[name])
    size = int(kept.sum())
    series = Series(
        platform="6200443",
        time=time,
        latitude=np.full(size, 50.7405),
        longitude=np.full(size, 1.5677),
        variables=variables,
        attributes={"NAME": "MAREL Carnot"},
    )
    gridded, fills = {}, {}
    for name, (truth, sd) in guesses.items():
        gridded[name] = to_grid(
            series, name, judged[name].flag == 1, start=start, stop=grid_time[-1] + 1
        )
        value = gridded[name].grid.value
        filled = fill(value, usable=np.isfinite(value), guess=truth[: value.size], sd=sd)
        fills[name] = SeriesFill(filled=filled, gate=gates(name))
    return Station(
        series=series,
        checked=judged,
        gridded=gridded,
        fills=fills,
        provenance=provenance("coasthf", "6200443", 2024),
    )
