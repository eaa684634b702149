"""What a provider makes of measurements: data mode, flags (sometimes wrong), adjusted values."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.simulate.casts import DECIMALS, Casts
from halocline.simulate.faults import Fault

Letters = npt.NDArray[np.bytes_]
ERRORS = {
    "PRES": 2.4, "TEMP": 0.002, "PSAL": 0.01, "DOXY": 3.0, "NITRATE": 1.0, "CHLA": 0.05,
    "BBP700": 1e-4,
}  # fmt: skip
DELAY_DAYS = 365.0
"""Age at which a float in delayed mode has been judged by its expert."""


@dataclass(frozen=True)
class Judged:
    """One parameter as published; all (n, levels): flags as letters, NaN where nothing is."""

    flag: Letters
    adjusted: FloatArray
    adjusted_flag: Letters
    error: FloatArray


@dataclass(frozen=True)
class Publication:
    """All casts as published on a day; `mode`, `date_update` (n,), the rest by parameter."""

    mode: Letters
    date_update: npt.NDArray[np.datetime64]
    date_flag: Letters
    position_flag: Letters
    judged: dict[str, Judged]


def publish(
    casts: Casts, *, today: np.datetime64, rng: np.random.Generator, hasten: int = 0
) -> Publication:
    """Publish the casts as they stand on `today`.

    The first casts of a float in delayed mode are D once DELAY_DAYS old; `hasten` more casts are
    D than age says: an expert's next visit. The draw does not depend on `today`: what was flagged
    in real time stays so in a later archive.
    """
    day = np.datetime64("1950-01-01", "s") + (_true_juld(casts) * 86400).astype(np.int64)
    age = (today.astype("datetime64[s]") - day) / np.timedelta64(1, "D")
    n = age.size
    delayed = int((age > DELAY_DAYS).sum()) + hasten if casts.plan.mode == "D" else 0
    mode = np.full(n, b"A" if casts.plan.mode == "A" else b"R", dtype="S1")
    mode[:delayed] = b"D"
    wait = np.where(mode == b"D", 300.0, 1.0) + rng.random(n)
    visit = np.arange(n) >= delayed - hasten
    wait = np.where((mode == b"D") & visit, np.maximum(age - 1, 1.0), wait)
    judged = {name: _judge(casts, name, mode=mode, rng=rng) for name in casts.parameters}
    return Publication(
        mode=mode,
        date_update=day + (wait * 86400).astype(np.int64),
        date_flag=np.where(casts.date_fault > 0, b"4", b"1").astype("S1"),
        position_flag=np.where(casts.position_fault > 0, b"4", b"1").astype("S1"),
        judged=judged,
    )


def _true_juld(casts: Casts) -> FloatArray:
    """Dates without the fault of a wrong one, from the cycle number."""
    sound = casts.date_fault == 0
    return np.asarray(
        np.interp(casts.track.cycle, casts.track.cycle[sound], casts.track.juld[sound])
    )


def _judge(casts: Casts, name: str, *, mode: Letters, rng: np.random.Generator) -> Judged:
    value, fault = casts.value[name], casts.fault[name]
    delayed = (mode == b"D")[:, None]
    missing = np.isnan(value)
    flag = _real_time_flags(fault, rng=rng, raw_is_doubtful=name in {"DOXY", "NITRATE", "CHLA"})
    known = fault > 0
    flag[delayed & known] = b"4"
    flag[delayed & ~known] = b"1"
    flag[missing] = b"9"
    drift = casts.drift[:, None] if name == "PSAL" else 0.0
    corrected = np.round(value - np.where(mode != b"R", 1.0, 0.0)[:, None] * drift, DECIMALS[name])
    lost = missing | (delayed & known & (fault != Fault.SALINITY_DRIFT)) | (mode == b"R")[:, None]
    adjusted = np.where(lost, np.nan, corrected)
    adjusted_flag = flag.copy()
    adjusted_flag[delayed & (fault == Fault.SALINITY_DRIFT) & ~lost] = b"2"
    adjusted_flag[np.broadcast_to((mode == b"R")[:, None], value.shape)] = b" "
    error = np.where(lost | ~delayed, np.nan, ERRORS[name])
    return Judged(flag, adjusted, adjusted_flag, error)


def _real_time_flags(
    fault: npt.NDArray[np.uint8], *, rng: np.random.Generator, raw_is_doubtful: bool
) -> Letters:
    """Automatic flags: three faults in four found, drift unseen, 1 good value in 3,000 refused."""
    chance = rng.random(fault.shape)
    flag = np.full(fault.shape, b"3" if raw_is_doubtful else b"1", dtype="S1")
    flag[chance < 1 / 3000] = b"4"
    flag[(fault > 0) & (chance < 0.75)] = b"4"
    flag[fault == Fault.SALINITY_DRIFT] = b"1"
    return flag


def profile_letter(flags: Letters) -> str:
    """Share of good levels of a profile as the letter of reference table 2a; ' ' without any."""
    counted = ~np.isin(flags, [b"9", b" "])
    if not counted.any():
        return " "
    share = np.isin(flags[counted], [b"1", b"2", b"5", b"8"]).mean()
    for letter, least in (("A", 1.0), ("B", 0.75), ("C", 0.5), ("D", 0.25)):
        if share >= least:
            return letter
    return "E" if share > 0 else "F"
