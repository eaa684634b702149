"""Gaps planted where the truth is known: the exam every filling method sits."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.gaps import GAP_CLASSES_H, class_of, find_gaps

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

TARGET: Final = (160, 100, 56)
"""Gaps asked for in each class; each half is judged by what the other taught. One draw of
40 gaps moves an RMSE by 10 % (measured), and 9 gaps are the fewest a 90 % interval can use."""
MAX_PASSES: Final = 10
HIDDEN_SHARE: Final = 0.2
"""Share of the series hidden in one pass at most: a method must still know the rest."""
REUSE: Final = 2.0
"""Length of all gaps of a class, margins included, over that of the series at most: beyond, gaps
of different passes repeat each other and their number says nothing."""
SEEN_SHARE: Final = 0.5
"""Share of values present in the margin on either side of a hidden gap."""
SCORED_SHARE: Final = 0.7
"""Share of a hidden gap's steps whose truth is known."""
MARGIN_H: Final = 25.0
"""Margin: a tidal day, or the gap's own length when that is shorter, but MIN_SIDE steps."""
MIN_SIDE: Final = 3


@dataclass(frozen=True)
class HiddenGaps:
    """Planted gaps of one class: all arrays (k,), ordered by pass and then by time.

    Gaps of one pass are disjoint and a margin apart, so one filling judges them all. `half`, 0 or
    1, splits them in two that span the series alike: what one half teaches, the other judges.
    """

    first: IntArray
    stop: IntArray
    in_pass: IntArray
    half: IntArray

    def __len__(self) -> int:
        return int(self.first.size)


def plant_gaps(
    present: BoolArray,
    native: BoolArray,
    *,
    gap_class: int,
    step_h: float,
    rng: np.random.Generator,
) -> HiddenGaps:
    """Draw disjoint gaps of one class at random where the series is known on both sides.

    present (n,): the series has a usable value; native (n,): and a sensor wrote it, rather than
    a previous hand that filled it. Edges are native; lengths come half from the series' own gaps
    of the class, half log-uniformly from the class, so that each length is judged.
    """
    lengths = _lengths(present, gap_class=gap_class, step_h=step_h, rng=rng)
    return plant_lengths(present, native, lengths=lengths, step_h=step_h, rng=rng)


def plant_lengths(
    present: BoolArray,
    native: BoolArray,
    *,
    lengths: IntArray,
    step_h: float,
    rng: np.random.Generator,
) -> HiddenGaps:
    """Draw gaps of these lengths in steps, as many as find room; otherwise as `plant_gaps`."""
    known = present & native
    margin = max(1, round(MARGIN_H / step_h))
    passes: list[tuple[IntArray, IntArray]] = []
    while lengths.size and len(passes) < MAX_PASSES:
        planted = _one_pass(present, known, lengths=lengths, margin=margin, rng=rng)
        if not planted:
            break
        first = np.array(sorted(planted.values()), dtype=np.int64)
        order = np.argsort(list(planted.values()))
        taken = np.array(list(planted), dtype=np.int64)
        passes.append((first, first + lengths[taken][order]))
        lengths = np.delete(lengths, taken)
    return _assemble(passes, rng=rng)


def _lengths(
    present: BoolArray, *, gap_class: int, step_h: float, rng: np.random.Generator
) -> IntArray:
    """Lengths in steps to try, in random order."""
    shortest = 1.0 if gap_class == 0 else np.floor(GAP_CLASSES_H[gap_class - 1] / step_h) + 1
    longest = np.floor(GAP_CLASSES_H[gap_class] / step_h)
    longest = min(longest, present.size / 4)
    if longest < shortest:
        return np.empty(0, dtype=np.int64)
    drawn = np.exp(rng.uniform(np.log(shortest), np.log(longest + 1), TARGET[gap_class]))
    lengths = np.minimum(np.floor(drawn), longest).astype(np.int64)
    own = find_gaps(~present).length
    own = own[[class_of(length * step_h) == gap_class for length in own.tolist()]]
    own = own[own <= longest]
    if own.size:
        lengths[::2] = rng.choice(own, lengths[::2].size)
    margin = max(1, round(MARGIN_H / step_h))
    spent = np.cumsum(lengths + 2 * np.minimum(margin, np.maximum(lengths, MIN_SIDE)))
    return lengths[spent <= REUSE * present.size]


def _one_pass(
    present: BoolArray,
    known: BoolArray,
    *,
    lengths: IntArray,
    margin: int,
    rng: np.random.Generator,
) -> dict[int, int]:
    """Place as many of the lengths as fit: index of the length → first hidden step."""
    taken = np.zeros(present.size, dtype=bool)
    budget = HIDDEN_SHARE * present.size
    placed: dict[int, int] = {}
    for index, length in enumerate(lengths.tolist()):
        if length > budget and placed:
            continue
        side = min(margin, max(length, MIN_SIDE))
        starts = free_starts(
            present, known, length=length, side=side, seen=SEEN_SHARE, scored=SCORED_SHARE
        )
        starts = starts[_free(_count(taken), starts, length=length, side=side)]
        if starts.size == 0:
            continue
        start = int(rng.choice(starts))
        placed[index] = start
        taken[start : start + length] = True
        budget -= length
    return placed


def free_starts(
    present: BoolArray, known: BoolArray, *, length: int, side: int, seen: float, scored: float
) -> IntArray:
    """First steps a gap of `length` may be hidden at, whatever else is hidden.

    Both edges and the share `scored` of the inside are known, the share `seen` of `side` steps on
    either side is present.
    """
    if known.size < length + 2:
        return np.empty(0, dtype=np.int64)
    counted = _count(known)
    edges = known[: -length - 1] & known[length + 1 :]
    inside = counted[length + 1 : -1] - counted[1 : -length - 1]
    starts = np.flatnonzero(edges & (inside >= scored * length)) + 1
    counted_present, last = _count(present), present.size
    before = counted_present[starts] - counted_present[np.maximum(starts - side, 0)]
    stops = starts + length
    after = counted_present[np.minimum(stops + side, last)] - counted_present[stops]
    return starts[(before >= seen * side) & (after >= seen * side)]


def _count(mask: BoolArray) -> IntArray:
    return np.concatenate(([0], np.cumsum(mask))).astype(np.int64)


def _free(counted: IntArray, starts: IntArray, *, length: int, side: int) -> BoolArray:
    last = counted.size - 1
    low, high = np.maximum(starts - side, 0), np.minimum(starts + length + side, last)
    return np.asarray(counted[high] == counted[low])


def _assemble(passes: list[tuple[IntArray, IntArray]], *, rng: np.random.Generator) -> HiddenGaps:
    """Join the passes."""
    empty = np.empty(0, dtype=np.int64)
    first = np.concatenate([empty, *[one[0] for one in passes]])
    stop = np.concatenate([empty, *[one[1] for one in passes]])
    in_pass = np.repeat(np.arange(len(passes)), [one[0].size for one in passes])
    return HiddenGaps(first=first, stop=stop, in_pass=in_pass, half=halves(first, rng=rng))


def halves(first: IntArray, *, rng: np.random.Generator) -> IntArray:
    """0 or 1 for each gap (k,): of two neighbours in time, one by lot is in each half."""
    rank = np.empty(first.size, dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(first.size)
    heads = rng.integers(0, 2, size=first.size // 2 + 1)
    second: BoolArray = (rank % 2) == heads[rank // 2]
    return second.astype(np.int64)
