"""Steps of hours to weeks, planted on four years of MAREL Carnot."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from halocline.model.series import Series
from halocline.qc.series import SeriesSuite, check
from tests.bench._series_qc_planted import NEEDED
from tests.bench._tables import Table, percent
from tests.real.test_series_qc import PLANTED, bad

LASTS_H = {"12 to 24 h": (12, 24), "1 to 2 days": (24, 48), "2 to 20 days": (48, 480)}
SIZES = ((1, 2), (2, 6))
"""In the 99.9 % point of the variable's change over 20 minutes."""
RECORDS, STEPS = 4, 6
"""Copies of the archive for each row, and steps in each."""
PER_H, SIDE = 3, 72
"""Values an hour; values of the day on each side of a step."""
SEED = 20261201


@dataclass
class Score:
    found: list[bool] = field(default_factory=list)
    values: list[np.ndarray] = field(default_factory=list)
    false: list[float] = field(default_factory=list)


def planted(archive: Series, suite: SeriesSuite) -> Table:
    before = {name: bad(one) for name, one in check(archive, suite).items()}
    rows = []
    for lasts, hours in LASTS_H.items():
        for size in SIZES:
            scores = _scores(archive, suite, before=before, hours=hours, size=size)
            rows += [
                [name, lasts, f"{size[0]} to {size[1]}", str(len(one.found)),
                 percent(np.mean(one.found)), percent(np.concatenate(one.values).mean()),
                 percent(np.mean(one.false))]
                for name, one in scores.items()
            ]  # fmt: skip
    note = (
        f"MAREL Carnot 2005-2008, {STEPS} steps of each variable at random times in each of "
        f"{RECORDS} copies, up and down (of fluorescence and turbidity up), the whole suite; size "
        "in the 99.9 % point of the variable's change over 20 minutes, as above (TEMP 0.8 °C, PSAL "
        "3.1, DOX1 1.3 ml/l, FLU3 8, TUR4 87). Steps keep off what is flagged without them; half "
        "of the values of the days on both sides are there. Found, of its values and false: as "
        "above."
    )
    head = ["variable", "lasts", "size", "planted", "found %", "of its values %", "false %"]
    return Table("Planted steps of days", note, head, rows)


def _scores(
    archive: Series, suite: SeriesSuite, *, before: dict, hours: tuple, size: tuple
) -> dict[str, Score]:
    rng, scores = np.random.default_rng(SEED), {name: Score() for name in PLANTED}
    for _ in range(RECORDS):
        variables, steps = dict(archive.variables), {}
        for name in PLANTED:
            value, steps[name] = _plant(
                archive, name, before[name], hours=hours, size=size, rng=rng
            )
            variables[name] = replace(variables[name], value=value)
        after = check(replace(archive, variables=variables), suite)
        for name, score in scores.items():
            flagged, held = bad(after[name]), np.isfinite(variables[name].value)
            clean = held & ~before[name]
            for source in (name, *NEEDED.get(name, ())):
                for where in steps[source]:
                    clean[where] = False
            for where in steps[name]:
                score.values.append(flagged[where][held[where]])
                score.found.append(bool(score.values[-1].any()))
            score.false.append(flagged[clean].mean())
    return scores


def _plant(
    archive: Series, name: str, taken: np.ndarray, *, hours: tuple, size: tuple,
    rng: np.random.Generator,
) -> tuple[np.ndarray, list[slice]]:  # fmt: skip
    value = archive.variables[name].value.copy()
    moves = np.abs(np.diff(value))
    unit = float(np.quantile(moves[np.isfinite(moves)], 0.999))
    edges = np.linspace(SIDE, value.size - SIDE, STEPS + 1).astype(int)
    steps = []
    for start, stop in pairwise(edges):
        where = _where(value, taken, start=start, stop=stop, hours=hours, rng=rng)
        sign = 1 if name in ("FLU3", "TUR4") else rng.choice((-1, 1))
        value[where] += sign * rng.uniform(*size) * unit
        steps.append(where)
    return value, steps


def _where(
    value: np.ndarray, taken: np.ndarray, *, start: int, stop: int, hours: tuple,
    rng: np.random.Generator,
) -> slice:  # fmt: skip
    """A stretch of sound values whose first and last a working sensor sees."""
    for where in _tries(start=start, stop=stop, hours=hours, rng=rng):
        around = slice(where.start - 2 * SIDE, where.stop + 2 * SIDE)
        sides = (slice(where.start - SIDE, where.start), where,
                 slice(where.stop, where.stop + SIDE))  # fmt: skip
        ends = [*range(where.start - 2, where.start + 2), *range(where.stop - 2, where.stop + 2)]
        if (
            np.isfinite(value[ends]).all()
            and not taken[around].any()
            and min(np.isfinite(value[one]).mean() for one in sides) >= 0.5
        ):
            return where
    raise AssertionError("unreachable: tries do not end")


def _tries(*, start: int, stop: int, hours: tuple, rng: np.random.Generator) -> Iterator[slice]:
    while True:
        length = int(PER_H * rng.uniform(*hours))
        first = int(rng.integers(start + 2 * SIDE, stop - length - 2 * SIDE))
        yield slice(first, first + length)
