"""Water sampled by hand every fortnight, a day or two early or late: a series with no hours."""

from pathlib import Path

import numpy as np


def write_bottles(path: Path, *, years: int = 15) -> Path:
    """A CSV of temperature and chlorophyll: a season, blooms, a tenth of the visits missed.

    In 2004 nobody went out from March to May.
    """
    rng = np.random.default_rng(1)
    count = 26 * years
    day = 14 * np.arange(count) + rng.integers(-2, 3, count)
    time = np.datetime64("2000-01-12") + day.astype("timedelta64[D]")
    season = np.sin(2 * np.pi * (day - 100) / 365.25)
    temp = 15 + 6 * season + 0.7 * rng.normal(size=count)
    chla = np.exp(0.8 * np.sin(2 * np.pi * (day - 50) / 365.25) + 0.4 * rng.normal(size=count))
    went = rng.random(count) > 0.1
    went &= (time < np.datetime64("2004-03-01")) | (time >= np.datetime64("2004-06-01"))
    rows = [f"{t},{a:.1f},{b:.2f}" for t, a, b in zip(time, temp, chla, strict=True)]
    kept = [row for row, here in zip(rows, went, strict=True) if here]
    path.write_text("\n".join(["date,TEMP (degree_Celsius),chla (ug/L)", *kept]) + "\n")
    return path
