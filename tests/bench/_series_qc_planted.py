"""Faults planted on MAREL Carnot 2007, and what the shipped suite finds of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from halocline.model.series import Series, SeriesVariable
from halocline.qc.series import SeriesSuite, check
from tests.bench._tables import Table, percent
from tests.real.test_series_qc import (
    COLUMNS,
    FAULTY,
    PLANTED,
    bad,
    plant,
    spikes,
    steps,
    stuck_runs,
)

FAULTS = {"spikes": spikes, "stuck runs": stuck_runs, "steps": steps}
NEEDED = {"DOX1": ("TEMP", "PSAL")}
"""What is computed from a bad value is bad: no false flag."""
SEED = 20261124


def read_archive(folder: Path) -> Series:
    """Native values of 2005 to 2008 under the network's names, air temperature included."""
    table = pd.read_csv(folder / "marel_carnot" / "marel_carnot_2005_2008.csv.gz")
    stamps = pd.to_datetime(table["time"]).to_numpy().astype("datetime64[s]")
    variables = {}
    for name, (column, decimals, factor) in (COLUMNS | {"DRYT": ("ETCO1", 2, 1.0)}).items():
        raw = table[column].to_numpy(float) * 10**decimals
        native = np.abs(raw - np.round(raw)) < 1e-6
        value = np.where(native, raw / 10**decimals * factor, np.nan)
        level = -1 if name in ("LGH4", "DRYT") else 1
        variables[name] = SeriesVariable(value, np.ones(value.size, np.uint8), name, level)
    where = np.full(stamps.size, 50.74), np.full(stamps.size, 1.57)
    return Series("6200443", stamps, *where, variables)


def _year(series: Series, year: int) -> Series:
    keep = series.time.astype("datetime64[Y]").astype(int) + 1970 == year
    return replace(
        series, time=series.time[keep], latitude=series.latitude[keep],
        longitude=series.longitude[keep],
        variables={
            name: replace(v, value=v.value[keep], flag_source=v.flag_source[keep])
            for name, v in series.variables.items()
        },
    )  # fmt: skip


def faults(archive: Series, suite: SeriesSuite) -> Table:
    part = _year(archive, 2007)
    before = {name: bad(one) for name, one in check(part, suite).items()}
    rows = []
    for word, kind in FAULTS.items():
        faulty, events = plant(part, kind, seed=SEED, taken=before)
        after = {name: bad(one) for name, one in check(faulty, suite).items()}
        for name in PLANTED:
            found = [after[name][event].any() for event in events[name]]
            points = np.concatenate([after[name][event] for event in events[name]])
            clean = np.isfinite(part.variables[name].value) & ~before[name]
            clean &= ~_known(part, name)
            for source in (name, *NEEDED.get(name, ())):
                clean[np.concatenate(events[source])] = False
            rows.append([word, name, str(len(found)), percent(np.mean(found)),
                         percent(points.mean()), percent(after[name][clean].mean())])  # fmt: skip
    rows += _emersions(part, suite, before)
    note = (
        "MAREL Carnot 2007, native values, fixed seed; faults of 1.5 to 6 times the 99.9 % "
        "point of "
        "the variable's change over 20 minutes; runs of 24 to 96 h. Found: at least one value "
        "of the "
        "fault flagged 3 or 4. False: values flagged that no fault touched and that were not "
        "flagged before; of oxygen, nor one in the temperature and salinity it is computed from. "
        "Left out: stretches that a picture shows to be the sensor's own fault "
        "(tests/real/test_series_qc.py)."
    )
    head = ["fault", "variable", "planted", "found %", "of its values %", "false %"]
    return Table("Planted faults", note, head, rows)


def _known(part: Series, name: str) -> np.ndarray:
    """Stamps at which the archive itself is at fault."""
    known = np.zeros(part.time.size, dtype=bool)
    for faulty, first, last, _ in FAULTY:
        if faulty == name:
            known |= (part.time >= np.datetime64(first)) & (part.time <= np.datetime64(last))
    return known


def _emersions(part: Series, suite: SeriesSuite, before: dict) -> list[list[str]]:
    rng = np.random.default_rng(7)
    salinity = part.variables["PSAL"].value.copy()
    events = []
    for k in rng.integers(100, salinity.size - 500, 20):
        event = np.arange(k, k + int(rng.integers(3, 200)))
        salinity[event] = rng.uniform(0, 0.5, event.size)
        events.append(event)
    dry = np.zeros(salinity.size, dtype=bool)
    dry[np.concatenate(events)] = True
    variables = part.variables | {"PSAL": replace(part.variables["PSAL"], value=salinity)}
    after = check(replace(part, variables=variables), suite)
    near = np.convolve(dry, np.ones(7), mode="same") > 0
    rows = []
    for name in PLANTED:
        held = np.isfinite(variables[name].value)
        flagged = bad(after[name])
        found = [flagged[e][held[e]].all() for e in events if held[e].any()]
        clean = held & ~near & ~before[name]
        shares = np.mean(found), flagged[dry & held].mean(), flagged[clean].mean()
        rows.append(["emersions", name, str(len(found)), *map(percent, shares)])
    return rows


def million(points: int = 166_667) -> Series:
    """Six variables of one station, a million values: tide, noise, spikes, holes."""
    rng = np.random.default_rng(SEED)
    stamps = np.datetime64("2010-01-01T00:00:00") + (np.arange(points) * 1200).astype(
        "timedelta64[s]")  # fmt: skip
    tide = np.sin(np.arange(points) / 5.93)
    variables = {}
    for name, middle, size in (("TEMP", 14, 3), ("PSAL", 33, 1), ("DOX1", 6, 1), ("FLU3", 2, 1),
                               ("TUR4", 20, 10), ("LGH4", 400, 390)):  # fmt: skip
        value = np.round(middle + 0.6 * size * tide + 0.05 * size * rng.normal(size=points), 2)
        value[rng.integers(0, points, points // 300)] += size
        value[rng.uniform(size=points) < 0.05] = np.nan
        level = -1 if name == "LGH4" else 1
        variables[name] = SeriesVariable(value, np.ones(points, np.uint8), name, level)
    where = np.full(points, 50.74), np.full(points, 1.57)
    return Series("6200443", stamps, *where, variables)
