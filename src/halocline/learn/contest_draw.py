"""What a contest learns from and is judged by: gaps drawn for each class in each part."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from halocline.gapfill._scene import Points
from halocline.learn.exam import FINE_H, LEARNED_AS, POINTS_A_GAP, Drawn, draw, join
from halocline.learn.folds import FOLDS
from halocline.learn.hidden_gaps import BoolArray, HiddenGaps, IntArray

LESSON_GAPS: Final = (300, 6000, 3200, 3200, 300, 400)
"""Gaps a model learns from, by fine length: of the two longest, more only overlap and made nothing
better (leave a year out)."""
LESSON_POINTS: Final = (3, 4, 4, 4, 16, 16)
"""Points of each that teach. The points of a gap err together: rows from more gaps teach more
(docs/adr/0039)."""
EXAM_GAPS: Final = (150, 150, 100, 80, 60, 60)
"""Gaps each part is judged by, by fine length."""


@dataclass(frozen=True)
class Drawing:
    """What every draw of one contest shares; arrays (n,), `fold` the part each step is of."""

    present: BoolArray
    native: BoolArray
    fold: IntArray
    step_h: float
    seed: int


@dataclass(frozen=True)
class DrawnClass:
    """What is drawn of one gap class: lessons by part, blind to it; exams by fine length."""

    lessons: list[Points]
    exams: dict[int, list[Drawn]]
    hidden: dict[int, HiddenGaps]


def draw_class(drawing: Drawing, gap_class: int) -> DrawnClass:
    """Lessons and exams of one class, index into GAP_CLASSES_H; none of a length below a step.

    Each class has a stream of random numbers of its own: what is drawn of one length, or whether
    it is, moves no other.
    """
    fine = [
        one
        for one, learned in enumerate(LEARNED_AS)
        if learned == gap_class and FINE_H[one] >= drawing.step_h
    ]
    fold, rng = drawing.fold, np.random.default_rng([drawing.seed, gap_class])
    lessons = [
        join([_draw(drawing, fold != part, one, learns=True, rng=rng) for one in fine], rng=rng)[1]
        for part in range(FOLDS)
    ]
    exams = {
        one: [_draw(drawing, fold == part, one, learns=False, rng=rng) for part in range(FOLDS)]
        for one in fine
    }
    return DrawnClass(
        lessons, exams, {one: join(drawn, rng=rng)[0] for one, drawn in exams.items()}
    )


def _draw(
    drawing: Drawing,
    where: BoolArray,
    length_class: int,
    *,
    learns: bool,
    rng: np.random.Generator,
) -> Drawn:
    return draw(
        drawing.present,
        drawing.native,
        where=where,
        length_class=length_class,
        step_h=drawing.step_h,
        count=(LESSON_GAPS if learns else EXAM_GAPS)[length_class],
        points_a_gap=LESSON_POINTS[length_class] if learns else POINTS_A_GAP,
        rng=rng,
    )
