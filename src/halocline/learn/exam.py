"""Gaps drawn for learning and for judging: any number, each hidden alone."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.gapfill._scene import Points
from halocline.learn.hidden_gaps import (
    MARGIN_H,
    MIN_SIDE,
    SCORED_SHARE,
    SEEN_SHARE,
    BoolArray,
    HiddenGaps,
    IntArray,
    free_starts,
    halves,
)
from halocline.model.gaps import Gaps, find_gaps

FINE_H: Final = (1.0, 6.0, 24.0, 72.0, 240.0, 720.0)
"""Upper bounds, in hours, of the lengths a choice is made for where there is enough to judge by.
Between one bound of `model.gaps.GAP_CLASSES_H` and the next, one model learns; but what is best
for a step is not for a tide (a straight line), nor what is best for four days for a month."""
LEARNED_AS: Final = (0, 0, 1, 1, 2, 2)
"""Index into GAP_CLASSES_H of the class whose model fills gaps of each fine length."""
POINTS_A_GAP: Final = 48
"""Points asked about in a gap at most: its errors are too alike for more to say more."""
SERIES_SHARE: Final = 0.25
"""Longest gap drawn, as a share of the steps it is drawn from."""


@dataclass(frozen=True)
class Drawn:
    """Gaps of one class with the points in them whose truth is known."""

    gaps: Gaps
    points: Points


def draw(
    present: BoolArray,
    native: BoolArray,
    *,
    where: BoolArray,
    length_class: int,
    step_h: float,
    count: int,
    points_a_gap: int,
    rng: np.random.Generator,
) -> Drawn:
    """Draw up to `count` gaps inside the steps `where` (n,), in order of time; they may overlap.

    `length_class`: index into FINE_H. Lengths come half from the series' own gaps of the class,
    half evenly from the class, so that the real ones count and all are judged.
    """
    known = present & native & where
    lengths = _lengths(
        present, where, length_class=length_class, step_h=step_h, count=count, rng=rng
    )
    margin = max(1, round(MARGIN_H / step_h))
    firsts, kept = [], []
    for length in np.unique(lengths).tolist():
        side = min(margin, max(length, MIN_SIDE))
        starts = free_starts(
            present, known, length=length, side=side, seen=SEEN_SHARE, scored=SCORED_SHARE
        )
        wanted = int(np.sum(lengths == length))
        if starts.size:
            chosen = rng.choice(starts, min(wanted, starts.size), replace=False)
            firsts.append(chosen)
            kept.append(np.full(chosen.size, length))
    empty = np.empty(0, dtype=np.int64)
    first, length_of = np.concatenate([empty, *firsts]), np.concatenate([empty, *kept])
    order = np.lexsort((length_of, first))
    gaps = Gaps(first=first[order], stop=(first + length_of)[order])
    return Drawn(gaps, points_in(gaps, known, at_most=points_a_gap, rng=rng))


def _lengths(
    present: BoolArray,
    where: BoolArray,
    *,
    length_class: int,
    step_h: float,
    count: int,
    rng: np.random.Generator,
) -> IntArray:
    shortest = 1.0 if length_class == 0 else np.floor(FINE_H[length_class - 1] / step_h) + 1
    longest = min(np.floor(FINE_H[length_class] / step_h), SERIES_SHARE * int(where.sum()))
    if longest < shortest or count == 0:
        return np.empty(0, dtype=np.int64)
    lengths = np.floor(rng.uniform(shortest, longest + 1, count))
    lengths = np.clip(lengths, shortest, longest).astype(np.int64)
    own = find_gaps(~present).length
    own = own[(own >= shortest) & (own <= longest)]
    if own.size:
        lengths[::2] = rng.choice(own, lengths[::2].size)
    return lengths


def points_in(gaps: Gaps, known: BoolArray, *, at_most: int, rng: np.random.Generator) -> Points:
    """Known steps of each gap, `at_most` of them evenly spread from a start drawn by lot."""
    gap, step = [], []
    for number, (first, stop) in enumerate(
        zip(gaps.first.tolist(), gaps.stop.tolist(), strict=True)
    ):
        inside = np.flatnonzero(known[first:stop]) + first
        if inside.size > at_most:
            spread = (np.arange(at_most) + rng.uniform()) * inside.size / at_most
            inside = inside[spread.astype(np.int64)]
        gap.append(np.full(inside.size, number))
        step.append(inside)
    empty = np.empty(0, dtype=np.int64)
    gaps_of = np.concatenate([empty, *gap])
    return Points(
        gap=gaps_of,
        first=gaps.first[gaps_of],
        stop=gaps.stop[gaps_of],
        step=np.concatenate([empty, *step]),
    )


def join(parts: list[Drawn], *, rng: np.random.Generator) -> tuple[HiddenGaps, Points]:
    """The draws of several parts as one, gaps numbered on."""
    empty = np.empty(0, dtype=np.int64)
    first = np.concatenate([empty, *[one.gaps.first for one in parts]])
    stop = np.concatenate([empty, *[one.gaps.stop for one in parts]])
    sizes = np.cumsum([0, *[one.gaps.first.size for one in parts]])
    points = Points(
        gap=np.concatenate(
            [empty, *[one.points.gap + base for one, base in zip(parts, sizes[:-1], strict=True)]]
        ),
        first=np.concatenate([empty, *[one.points.first for one in parts]]),
        stop=np.concatenate([empty, *[one.points.stop for one in parts]]),
        step=np.concatenate([empty, *[one.points.step for one in parts]]),
    )
    in_part = np.repeat(np.arange(len(parts)), np.diff(sizes)).astype(np.int64)
    return HiddenGaps(first, stop, in_part, halves(first, rng=rng)), points


def length_classes_of(length_h: npt.ArrayLike) -> IntArray:
    """Index into FINE_H of gaps of so many hours (k,); len(FINE_H) where too long."""
    return np.searchsorted(np.asarray(FINE_H), np.asarray(length_h)).astype(np.int64)
