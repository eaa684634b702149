"""Which rule should say what fills a gap: weights and gates compared on the same contests.

On MAREL Carnot with each of 2005-2007 left out, and on short records (`_filling_contests`), none of
which is scored on another page. What docs/adr/0037 rests on.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final
from unittest.mock import patch

import numpy as np

from halocline.gapfill._api import REFERENCE
from halocline.gapfill._scene import Answers
from halocline.learn import blend, gate
from halocline.learn.blend import NAME as BLEND
from halocline.learn.blend import blend_trials, mix
from halocline.learn.members import BLENDED, LEARNED, SPREAD
from halocline.learn.trial import Trial
from halocline.model.estimates import FloatArray
from tests.bench._filling_contests import JOBS, Later, left_out, short
from tests.bench._shared import found, say
from tests.samples.marel import VARIABLES

Ratios = Mapping[str, FloatArray]
"""Method → bootstrap draws of its RMSE over the line's."""
NO_LINE: Final = tuple(name for name in LEARNED if name != REFERENCE)


def _by_margin(ratios: Ratios) -> str:
    """The mixture is asked for a margin, as single methods are."""
    if gate._beats(ratios[BLEND]):
        return BLEND
    return gate._chosen({name: one for name, one in ratios.items() if name != BLEND})


def _at_most(limit: float) -> Callable[[Ratios], str]:
    """The mixture unless its median is above a limit."""
    return lambda ratios: BLEND if np.median(ratios[BLEND]) < limit else REFERENCE


def _in_share(share: float) -> Callable[[Ratios], str]:
    return lambda ratios: BLEND if np.mean(ratios[BLEND] < 1) >= share else REFERENCE


@dataclass(frozen=True)
class Rule:
    """Who is mixed, how hard the weights are pulled, and who is published."""

    name: str
    chosen: Callable[[Ratios], str] = gate._chosen
    members: tuple[str, ...] = LEARNED
    """Those of them that the cell was contested with."""
    pull: float = blend.SHRINK


RULES: Final = (
    Rule("as published"),
    Rule("better in 60 % of the draws", _in_share(0.6)),
    Rule("better in 75 % of the draws", _in_share(0.75)),
    Rule("until 10 % worse", _at_most(1.1)),
    Rule("always", _at_most(np.inf)),
    Rule("without the line, by a margin", _by_margin, NO_LINE),
    Rule("without the line, always", _at_most(np.inf), NO_LINE),
    Rule("without trees on the line", members=BLENDED),
    Rule("pulled by 0.03", pull=0.03),
    Rule("pulled by 0.3", pull=0.3),
)


def main() -> None:
    """Print the table; some 25 minutes on two cores, nearly all of them learning."""
    if found("coasthf") is None:
        return
    with ProcessPoolExecutor(max_workers=2) as pool:
        years = [one for part in pool.map(left_out, VARIABLES) for one in part]
        records = [one for part in pool.map(short, JOBS) for one in part]
    say(f"{len(years)} cells of left-out years, {len(records)} of short records; over the best\n")
    one = "mean | worst | within 2 % | 5 % better | worst over linear | lines"
    say(f"| rule | years: {one} | short: {one} |")
    say("|---" * 13 + "|")
    for rule in RULES:
        say(f"| {rule.name} | {_summary(rule, years)} | {_summary(rule, records)} |")


def _summary(rule: Rule, cells: list[Later]) -> str:
    told = [published(rule, cell) for cell in cells]
    rmse = [cell.rmse(value) for cell, (_, value) in zip(cells, told, strict=True)]
    best = np.array(rmse) / [cell.best for cell in cells]
    line = np.array(rmse) / [cell.line for cell in cells]
    lines = sum(method == REFERENCE for method, _ in told)
    return (
        f"{np.exp(np.log(best).mean()):.3f} | {best.max():.2f} | {np.sum(best <= 1.02)} | "
        f"{np.sum(best <= 0.95)} | {line.max():.2f} | {lines}"
    )


def published(rule: Rule, cell: Later) -> tuple[str, FloatArray]:
    """Method the rule chooses by the past, and its values afterwards."""
    with patch.object(blend, "SHRINK", rule.pull):
        trial, mixed = _mixed(rule.members, cell)
    ratios = gate._ratios({**cell.trials, BLEND: trial}, rng=np.random.default_rng(5))
    method = rule.chosen(ratios)
    return method, (mixed if method == BLEND else cell.said[method]).value


def _mixed(members: tuple[str, ...], cell: Later) -> tuple[Trial, Answers]:
    """Trial of the mixture, each part mixed with the others' weights, and its later answers."""
    known = {name: cell.trials[name] for name in members if name in cell.trials}
    trial, weights = blend_trials(known, cell.hidden.in_pass, spread=SPREAD)
    return trial, mix(cell.said, weights, spread=SPREAD)
