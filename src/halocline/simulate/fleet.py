"""Which floats the twin ocean has, and where and when each one profiles."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from halocline.model.estimates import FloatArray
from halocline.simulate.ocean import REGIONS, Region

SPARE_CYCLES: Final = 2
"""Cycles planned beyond the archive: what a later one adds, without changing the earlier."""
CYCLE_DAYS: Final = 10.0
DACS: Final = (
    ("coriolis", "IF"), ("aoml", "AO"), ("bodc", "BO"), ("csiro", "CS"), ("meds", "ME"),
    ("jma", "JA"), ("incois", "IN"),
)  # fmt: skip


@dataclass(frozen=True)
class Float:
    """One float: `kind` is core, deep or bgc; `mode` how far its data have been processed."""

    number: int
    wmo: str
    dac: str
    institution: str
    region: Region
    kind: str
    mode: str
    near_surface: bool
    drifts: bool

    @property
    def platform_type(self) -> tuple[str, str]:
        """Name (reference table 23) and WMO instrument type (table 8)."""
        return {"core": ("ARVOR", "844"), "deep": ("ARVOR_D", "838"), "bgc": ("PROVOR_V", "836")}[
            self.kind
        ]


@dataclass(frozen=True)
class Track:
    """Where and when: cycle number, days since 1950, degrees; each (n,)."""

    cycle: FloatArray
    juld: FloatArray
    latitude: FloatArray
    longitude: FloatArray


def plan_float(number: int) -> Float:
    """The float of this number: regions and centres alternate, every kind comes round."""
    dac, institution = DACS[number % len(DACS)]
    return Float(
        number=number,
        wmo=str(6990001 + number),
        dac=dac,
        institution=institution,
        region=REGIONS[number % len(REGIONS)],
        kind="deep" if number % 6 == 2 else "bgc" if number % 4 == 0 else "core",
        mode=("D", "R", "A", "D")[number % 4],
        near_surface=number % 3 == 1,
        drifts=number % 7 == 3,
    )


def track(plan: Float, *, cycles: int, end: np.datetime64, rng: np.random.Generator) -> Track:
    """Drift of a float over `cycles` + SPARE_CYCLES; number `cycles` is the last before `end`.

    Velocity is red in time (memory 0.75 from cycle to cycle, about 4 cm/s), pulled back to its
    region softly, so a track wanders and never leaves its sea.
    """
    n = cycles + SPARE_CYCLES
    end_day = float((end - np.datetime64("1950-01-01", "D")).astype(np.int64))
    number = np.arange(1, n + 1, dtype=np.float64)
    last = end_day - 1.0 - 8.0 * rng.random()
    juld = last - (cycles - number) * CYCLE_DAYS + 0.04 * rng.standard_normal(n)
    home = np.array([plan.region.latitude, plan.region.longitude])
    spread = np.array(plan.region.spread)
    place = home + spread * rng.uniform(-0.8, 0.8, 2)
    step, places = np.zeros(2), np.empty((n, 2))
    for k in range(n):
        step = 0.75 * step + spread * 0.04 * rng.standard_normal(2) - 0.01 * (place - home)
        place = place + step
        places[k] = place
    return Track(number, np.round(juld * 1440) / 1440, places[:, 0].round(4), places[:, 1].round(4))
