"""What a station delivers of the true coast: noise, losses, faults, and the provider's flags."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.model.series import TimeArray
from halocline.simulate.coast import Station
from halocline.simulate.faults import Fault

Codes = npt.NDArray[np.uint8]
WATER: Final = ("TEMP", "PSAL", "CNDC", "DOX1", "FLU3", "MASS_DOXY", "OSAT", "TUR4")
AIR: Final = ("DRYT", "ATMS", "WSPD")
NOISE: Final = {"TEMP": 0.006, "PSAL": 0.008, "CNDC": 0.001, "DOX1": 0.012, "FLU3": 0.03,
                "MASS_DOXY": 16.0, "OSAT": 0.2, "TUR4": 0.1, "DRYT": 0.1, "ATMS": 0.1,
                "WSPD": 0.4}  # fmt: skip
SPIKES: Final = {"TEMP": 4.0, "PSAL": 5.0, "CNDC": 1.2, "DOX1": 3.0, "FLU3": 30.0,
                 "MASS_DOXY": 4000.0, "OSAT": 60.0, "TUR4": 250.0}  # fmt: skip
"""Size of a typical spike, in the unit of the column."""
LENGTHS_H: Final = ((0.34, 1.0), (1.0, 6.0), (6.0, 24.0), (24.0, 72.0), (72.0, 240.0))
SHARES: Final = (0.873, 0.075, 0.044, 0.004, 0.004)
"""Lengths of the 2,281 losses of TEMP at MAREL Carnot, 2005–2008 (reference coasthf.md, §4)."""
OUTAGES_PER_YEAR: Final = 420.0
SENSOR_GAPS_PER_YEAR: Final = 90.0
OXYGEN: Final = ("DOX1", "MASS_DOXY", "OSAT")
FILL: Final = {"MASS_DOXY": -1000.0}


@dataclass(frozen=True)
class Record:
    """Everything one station measured, on its regular stamps `time` (n,).

    `value` NaN where nothing was delivered; `fault` codes of Fault; `flag` the provider's digits;
    `absent` (n,) rows that do not exist at all.
    """

    station: Station
    time: TimeArray
    true: dict[str, FloatArray]
    value: dict[str, FloatArray]
    fault: dict[str, Codes]
    flag: dict[str, Codes]
    absent: npt.NDArray[np.bool_]


def observe_station(
    station: Station,
    time: TimeArray,
    true: dict[str, FloatArray],
    *,
    rng: np.random.Generator,
) -> Record:
    """Measure, break, lose and flag; the order matters: what is lost cannot be seen to be wrong."""
    n = time.size
    years = n * station.step_s / (8766 * 3600)
    names = WATER + (AIR if station.air else ())
    value = {name: true[name] + NOISE[name] * rng.standard_normal(n) for name in names}
    fault = {name: np.zeros(n, np.uint8) for name in names}
    record = Record(
        station, time, {k: true[k] for k in names}, value, fault, {}, np.zeros(n, np.bool_)
    )
    for name in WATER:
        _break(record, name, years=years, rng=rng)
    if station.dry:
        _dry(record, rng=rng)
    for name in WATER:
        _numbers_for_nothing(record, name, years=years, rng=rng)
    _lose(record, years=years, rng=rng)
    for name in names:
        record.flag[name] = _flags(record, name, rng=rng)
    return record


def _starts(rng: np.random.Generator, n: int, many: float) -> npt.NDArray[np.int64]:
    return np.sort(rng.integers(0, n, int(rng.poisson(many))))


def _break(record: Record, name: str, *, years: float, rng: np.random.Generator) -> None:
    """Spikes, stuck runs, a step, and fouling that grows until the sensor is cleaned."""
    value, fault = record.value[name], record.fault[name]
    n, per_day = value.size, 86400 // record.station.step_s
    for at in _starts(rng, n, 14 * years):
        length = 1 if rng.random() < 0.85 else 2
        size = SPIKES[name] * (0.7 + rng.random()) * (1 if rng.random() < 0.6 else -1)
        value[at : at + length] += abs(size) if name in {"TUR4", "FLU3"} else size
        fault[at : at + length] = Fault.SPIKE
    for at in _starts(rng, n, 3 * years):
        length = int(per_day * (0.4 + rng.exponential(1.0)))
        value[at : at + length] = value[at]
        fault[at + 1 : at + length] = Fault.STUCK
    for at in _starts(rng, n, 0.6 * years):
        length = int(per_day * (2 + rng.exponential(5)))
        value[at : at + length] += SPIKES[name] * 0.25
        fault[at : at + length] = Fault.STEP
    for at in _starts(rng, n, (1.5 if name in {"FLU3", "TUR4", "PSAL"} else 0.4) * years):
        length = min(int(per_day * rng.uniform(10, 30)), n - at)
        ramp = np.linspace(0, 1, length) ** 2 * SPIKES[name] * 0.4
        value[at : at + length] += -ramp if name not in {"FLU3", "TUR4"} else ramp
        fault[at : at + length] = Fault.FOULING


def _dry(record: Record, *, rng: np.random.Generator) -> None:
    """Out of the water for nine days in autumn: no conductivity, air on every sensor."""
    time = record.time
    first = time[0] + np.timedelta64(290 * 86400 + int(rng.integers(0, 86400)), "s")
    dry = (time >= first) & (time < first + np.timedelta64(9, "D"))
    n = int(dry.sum())
    replaced = {
        "TEMP": record.true["TEMP"][dry] - 2 + 3 * np.sin(np.arange(n) / 11.0),
        "PSAL": np.full(n, 0.06), "CNDC": np.full(n, 0.002), "DOX1": np.full(n, 6.6),
        "FLU3": np.full(n, 0.3), "MASS_DOXY": np.full(n, 9400.0), "OSAT": np.full(n, 99.0),
        "TUR4": np.full(n, 2.0),
    }  # fmt: skip
    for name, air in replaced.items():
        record.value[name][dry] = air + NOISE[name] * rng.standard_normal(n)
        record.fault[name][dry] = Fault.DRY_STATION


def _numbers_for_nothing(
    record: Record, name: str, *, years: float, rng: np.random.Generator
) -> None:
    """Numbers that stand for "no value": -1, or -1000 for the mass of oxygen."""
    for at in _starts(rng, record.time.size, 4 * years):
        where = slice(at, at + int(rng.integers(1, 30)))
        record.value[name][where] = FILL.get(name, -1.0)
        record.fault[name][where] = Fault.FILL_NUMBER


def _lose(record: Record, *, years: float, rng: np.random.Generator) -> None:
    """Outages of the whole station (rows absent or empty), and gaps of single sensors."""
    n = record.time.size
    for where in _losses(record, OUTAGES_PER_YEAR * years, rng=rng):
        if rng.random() < 0.7:
            record.absent[where] = True
        for name in WATER:
            _erase(record, name, where)
    for sensor in (("TEMP",), ("PSAL", "CNDC"), OXYGEN, ("FLU3",), ("TUR4",)):
        for where in _losses(record, SENSOR_GAPS_PER_YEAR * years, rng=rng):
            for name in sensor:
                _erase(record, name, where)
    if record.station.air:
        hourly = np.arange(n) % (3600 // record.station.step_s) == 0
        for name in AIR:
            _erase(record, name, ~hourly)


def _losses(record: Record, many: float, *, rng: np.random.Generator) -> Iterator[slice]:
    for at in _starts(rng, record.time.size, many):
        low, high = LENGTHS_H[int(rng.choice(len(SHARES), p=SHARES))]
        hours = np.exp(rng.uniform(np.log(low), np.log(high)))
        yield slice(int(at), int(at) + max(1, round(hours * 3600 / record.station.step_s)))


def _erase(record: Record, name: str, where: slice | npt.NDArray[np.bool_]) -> None:
    record.value[name][where] = np.nan
    record.fault[name][where] = Fault.NONE


def _flags(record: Record, name: str, *, rng: np.random.Generator) -> Codes:
    """Flags of a provider in a hurry: most spikes found, slow faults missed, dry water believed."""
    fault, value = record.fault[name], record.value[name]
    chance = rng.random(value.size)
    flag = np.where(chance < 0.0004, 4, 1).astype(np.uint8)
    found = {Fault.SPIKE: 0.7, Fault.STUCK: 0.3, Fault.STEP: 0.2, Fault.FOULING: 0.15,
             Fault.FILL_NUMBER: 1.0}  # fmt: skip
    if name in {"PSAL", "CNDC"}:
        found[Fault.DRY_STATION] = 1.0
    for kind, share in found.items():
        flag[(fault == kind) & (chance < share)] = 4
    if name == "TUR4":
        flag[fault == Fault.FILL_NUMBER] = 3
    flag[np.isnan(value)] = 9
    return flag
