"""Floods, blooms and storms planted on four years of MAREL Carnot: no test may take them away."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np

from halocline.model.checked import Checked
from halocline.model.series import Series
from halocline.qc.series import SeriesSuite, check
from halocline.qc.series._check import failures
from tests.bench._tables import Table, percent
from tests.real.test_series_qc import bad

EVENTS = {
    "flood": ("PSAL", -1, (3, 8)), "bloom": ("DOX1", 1, (1.5, 4)), "bloom, fluorescence":
    ("FLU3", 1, (8, 25)), "cold": ("TEMP", -1, (1.5, 4)), "storm": ("TUR4", 1, (60, 200)),
}  # fmt: skip
"""Variable, sign, least and most at the peak in its unit."""
LASTS_D = ((1, 5), (2, 10), (4, 10))
"""Days it rises, and in which it falls to 1/e after."""
PEAK = 0.25
"""Share of the peak from which on values are counted."""
COPIES, PER_DAY = 3, 72
PARTS = 5
SEED = 20261202


def planted(archive: Series, suite: SeriesSuite) -> Table:
    before = {name: bad(one) for name, one in check(archive, suite).items()}
    rows = [
        _row(event, lasts, archive=archive, suite=suite, taken=before[EVENTS[event][0]])
        for event, lasts in product(EVENTS, LASTS_D)
    ]
    note = (
        "MAREL Carnot 2005-2008: events that come within days and leave slowly, at random times on "
        "sound values, the whole suite. Flagged: values past "
        f"{PEAK:.0%} of the peak; lost: events of which more than half of these are. Peaks: 3 to 8 "
        "in salinity, 1.5 to 4 ml/l, 8 to 25 in fluorescence, 1.5 to 4 °C, 60 to 200 NTU."
    )
    head = ["event", "variable", "days up, days to 1/e", "planted", "lost", "flagged %",
            "by (a hundredth of its values or more)"]  # fmt: skip
    return Table("Planted events of the sea", note, head, rows)


def _row(
    event: str, lasts: tuple, *, archive: Series, suite: SeriesSuite, taken: np.ndarray
) -> list[str]:
    (name, sign, size), rng = EVENTS[event], np.random.default_rng(SEED)
    flagged, tests = [], set()
    for _ in range(COPIES):
        value, spans = _plant(archive.variables[name].value, taken, lasts=lasts, size=size,
                              sign=sign, rng=rng)  # fmt: skip
        variable = replace(archive.variables[name], value=value)
        part = replace(archive, variables=archive.variables | {name: variable})
        checked = check(part, suite)[name]
        for where in spans:
            held = np.flatnonzero(where & np.isfinite(value))
            flagged.append(bad(checked)[held])
            tests |= {*_tests(checked, held)}
    lost = sum(one.mean() > 0.5 for one in flagged)
    share = percent(np.concatenate(flagged).mean())
    by = ", ".join(sorted(tests)) or "none"
    return [event, name, f"{lasts[0]} and {lasts[1]}", str(len(flagged)), str(lost), share, by]


def _tests(checked: Checked, held: np.ndarray) -> Iterator[str]:
    part = Checked(checked.flag[held], checked.failed[held], checked.done[held])
    yield from (name for name, n in failures(part).items() if n >= held.size / 100)


def _plant(
    value: np.ndarray, taken: np.ndarray, *, lasts: tuple, size: tuple, sign: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, list[np.ndarray]]:  # fmt: skip
    value, (rise, fall), spans = value.copy(), lasts, []
    n = int(PER_DAY * (rise + 4 * fall))
    day = np.arange(n) / PER_DAY
    shape = np.where(day < rise, day / rise, np.exp(-(day - rise) / fall))
    sound = np.isfinite(value) & ~taken
    free = np.convolve(sound, np.ones(n), mode="valid") >= 0.5 * n
    free &= np.convolve(taken, np.ones(n), mode="valid") == 0
    for part in np.array_split(np.arange(free.size - n), PARTS):
        if not free[part].any():
            continue
        first = int(rng.choice(part[free[part]]))
        value[first : first + n] += sign * rng.uniform(*size) * shape
        where = np.zeros(value.size, dtype=bool)
        where[first : first + n] = shape > PEAK
        spans.append(where)
        free[max(0, first - n) : first + n] = False
    return value, spans
