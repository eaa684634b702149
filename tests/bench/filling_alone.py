"""What fills a variable that nothing else tells of: the mixture, or the best single method.

`halocline fill --method series`, and every station before it is learned. As there, the
methods are fitted on the whole record; gaps of one draw mix and choose, those of another judge, and
the other way about. The short records of `_filling_contests` are those the members were chosen on;
nothing was on the sites of `filling_elsewhere`.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from halocline.gapfill._api import REFERENCE, series_methods
from halocline.learn import gate
from halocline.learn.blend import MIXED, blend_trials, mix
from halocline.learn.blend import NAME as BLEND
from halocline.learn.hidden_gaps import HiddenGaps, plant_gaps
from halocline.learn.trial import Trial, try_methods
from halocline.model.gaps import GAP_CLASSES_H
from tests.bench._filling_contests import HELD, JOBS, Job, record
from tests.bench._shared import found, say
from tests.bench.filling_elsewhere import FEWEST, RIVERS, SEED, STATIONS, grids_at

Ratios = Mapping[str, np.ndarray]
LEAST: Final = 10
"""Fewest gaps of a draw to choose by, and to be judged on."""
ALL: Final = ("linear", "harmonic", "kalman", "kalman_asinh", "pchip", "tidal_day")


def _single(ratios: Ratios) -> str:
    return gate._chosen({name: one for name, one in ratios.items() if name != BLEND})


@dataclass(frozen=True)
class Rule:
    """Who is mixed, and who is published."""

    name: str
    chosen: Callable[[Ratios], str] = gate._chosen
    members: tuple[str, ...] = MIXED


RULES: Final = (
    Rule("as published"),
    Rule("one method by the margin, else the line", _single),
    Rule("the mixture, always", lambda _ratios: BLEND),
    Rule("without harmonics", members=tuple(name for name in MIXED if name != "harmonic")),
    Rule("all methods mixed", members=ALL),
)


@dataclass(frozen=True)
class Cell:
    """One variable, length and draw: RMSE by rule and of the best method, over the line's."""

    gap_class: int
    over_line: Mapping[str, float]
    best: float


def main() -> None:
    """Print the table; some three minutes on two cores."""
    if found("coasthf") is None:
        return
    others = [
        (site, "", 0, name)
        for site in (*RIVERS, *STATIONS)
        for name, grid in sorted(grids_at(site).items())
        if np.isfinite(grid.value).sum() >= FEWEST
    ]
    say("| records | gaps | cells | rule | over line | worst | within 2 % | over best single |")
    say("|---|---|---|---|---|---|---|---|")
    for label, jobs in (("short", JOBS), ("elsewhere", others)):
        with ProcessPoolExecutor(max_workers=2) as pool:
            cells = [one for part in pool.map(cells_of, jobs) for one in part]
        for number, rule in product(range(len(GAP_CLASSES_H)), RULES):
            here = [one for one in cells if one.gap_class == number]
            say(_row(f"{label} | {gate.class_name(number)}", rule, here))
        for rule in RULES:
            say(_row(f"{label} | all", rule, cells))


def _row(label: str, rule: Rule, cells: list[Cell]) -> str:
    line = np.array([one.over_line[rule.name] for one in cells])
    best = line / [one.best for one in cells]
    return (
        f"| {label} | {line.size} | {rule.name} | {_mean(line):.3f} | {line.max(initial=0):.2f} | "
        f"{np.sum(line <= 1.02)} | {_mean(best):.3f} |"
    )


def _mean(values: np.ndarray) -> float:
    return float(np.exp(np.log(values).mean())) if values.size else float("nan")


def cells_of(job: Job) -> list[Cell]:
    """Every length of one variable that holds gaps enough, twice: each draw judges the other."""
    name = job[-1]
    grids, native = record(job)
    if name not in grids or native.sum() < HELD:
        return []
    grid = grids[name]
    fillers = {key: one.fit(grid, seed=SEED) for key, one in series_methods().items()}
    found = []
    for number in range(len(GAP_CLASSES_H)):
        drawn = [
            plant_gaps(
                np.isfinite(grid.value),
                native,
                gap_class=number,
                step_h=grid.step_s / 3600,
                rng=np.random.default_rng([SEED, number, one]),
            )
            for one in range(2)
        ]
        if min(map(len, drawn)) >= LEAST:
            said = [try_methods(grid, native, hidden=one, fillers=fillers) for one in drawn]
            found += [_cell(number, said[0], drawn[0], asked=said[1]),
                      _cell(number, said[1], drawn[1], asked=said[0])]  # fmt: skip
    return found


def _cell(
    gap_class: int, taught: dict[str, Trial], hidden: HiddenGaps, *, asked: Mapping[str, Trial]
) -> Cell:
    truth = asked[REFERENCE].truth
    rmse = {name: _rmse(one.value, truth) for name, one in asked.items()}
    line = rmse[REFERENCE]
    over = {}
    for rule in RULES:
        members = {name: one for name, one in taught.items() if name in rule.members}
        mixture, weights = blend_trials(members, hidden.half)
        ratios = gate._ratios({**taught, BLEND: mixture}, rng=np.random.default_rng(SEED))
        mixed = mix({key: one.answers for key, one in asked.items()}, weights, spread=weights)
        told = {**rmse, BLEND: _rmse(mixed.value, truth)}
        over[rule.name] = told[rule.chosen(ratios)] / line
    return Cell(gap_class=gap_class, over_line=over, best=min(rmse.values()) / line)


def _rmse(value: np.ndarray, truth: np.ndarray) -> float:
    return float(np.sqrt(np.mean((value - truth) ** 2)))
