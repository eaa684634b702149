"""Years of a mooring in a table: the season, a tide, a flood a year."""

from pathlib import Path

import numpy as np

FLOOD = 28.0
"""Salinity of the first two days of each December; 34 otherwise, nearly."""


def write_years(path: Path, *, years: int, start: int = 2021, step_h: int = 6) -> Path:
    """A CSV of TEMP and PSAL over whole years, to two decimals."""
    first, stop = (np.datetime64(f"{start + k}-01-01T00:00:00") for k in (0, years))
    time = np.arange(first, stop, np.timedelta64(step_h, "h"))
    hours = (time - time[0]) / np.timedelta64(1, "h")
    rng = np.random.default_rng(4)
    tide = np.sin(2 * np.pi * hours / 12.42)
    temp = 13 - 6 * np.cos(2 * np.pi * hours / 8766) + 0.5 * tide + 0.3 * rng.normal(size=time.size)
    salt = 34 + 0.2 * tide + 0.1 * rng.normal(size=time.size)
    day = (time - time.astype("datetime64[Y]")) / np.timedelta64(1, "D")
    salt[(day >= 335) & (day < 337)] = FLOOD
    rows = [f"{t}Z,{a:.2f},{b:.2f}" for t, a, b in zip(time, temp, salt, strict=True)]
    path.write_text("\n".join(["time,TEMP (degree_Celsius),PSAL (psu)", *rows]) + "\n")
    return path
