"""Every method on one variable: fitted blind to a part of the series, judged in that part."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from halocline.gapfill._api import PointFiller, SeriesMethod, StationMethod
from halocline.gapfill._scene import Answers, Points, Scene, at
from halocline.gapfill._windowed import Windowed
from halocline.learn.blend import NAME as BLEND
from halocline.learn.blend import blend_trials, mean_of, mix
from halocline.learn.contest_draw import Drawing, DrawnClass, draw_class
from halocline.learn.exam import FINE_H, Drawn
from halocline.learn.folds import FOLDS, fold_of_steps
from halocline.learn.hidden_gaps import BoolArray, HiddenGaps
from halocline.learn.members import ON_THE_LINE, SPREAD, members_of
from halocline.learn.trial import Trial
from halocline.model.digest import digest_of
from halocline.model.estimates import FloatArray
from halocline.model.gaps import GAP_CLASSES_H
from halocline.uncertainty.band import tails_of
from halocline.uncertainty.conformal import place_in_gap

MODES: Final = ("sensor", "station")
EVERY: Final = frozenset(product(MODES, range(len(GAP_CLASSES_H))))
"""Every mode and gap class."""


@dataclass(frozen=True)
class Cell:
    """One mode and fine gap length (index into `exam.FINE_H`) of a variable, contested.

    trials: by method, on the exam's points that every method answered; learned: by station
    method, one model per part, blind to it; weights: of the blend, learned on all parts (each
    part's own trial was mixed with weights learned on the others).
    """

    mode: str
    length_class: int
    hidden: HiddenGaps
    trials: dict[str, Trial]
    learned: dict[str, tuple[PointFiller, ...]]
    weights: dict[str, float]


@dataclass(frozen=True)
class Contest:
    """What a variable is contested with: fixed for all its cells."""

    scene: Scene
    native: BoolArray
    singles: Mapping[str, SeriesMethod]
    learners: Mapping[str, StationMethod]
    seed: int
    tail_weight: float = 1.0
    """How much more a lesson beyond the 5th or 95th percentile of the variable counts."""

    @property
    def tails(self) -> tuple[float, float]:
        """5th and 95th percentile of the variable's own values; infinite where it has none."""
        return tails_of(self.scene.grid.value)


def contest(
    name: str, setting: Contest, *, asked: Collection[tuple[str, int]] = EVERY
) -> list[Cell]:
    """Contest each mode and class, or those asked; a cell depends on the scene and the seed alone.

    `asked`: modes, and indices into GAP_CLASSES_H. A length shorter than a step has no cell.
    """
    if not asked:
        return []
    seed = int(digest_of([setting.seed, name])[:16], 16)
    fold = fold_of_steps(setting.scene.grid)
    present = np.isfinite(setting.scene.grid.value)
    step_h = setting.scene.grid.step_s / 3600
    drawing = Drawing(present, setting.native & present, fold, step_h, seed)
    parts = [setting.scene.known(fold != one) for one in range(FOLDS)]
    bases = [
        {
            key: Windowed(method.fit(part.grid, seed=setting.seed))
            for key, method in setting.singles.items()
        }
        for part in parts
    ]
    cells = []
    for gap_class in sorted({one for _, one in asked}):
        drawn = draw_class(drawing, gap_class)
        for mode in (one for one in MODES if drawn.exams and (one, gap_class) in asked):
            cells += _cells(mode, drawn, parts, bases=bases, setting=setting)
    return cells


def _cells(
    mode: str,
    drawn: DrawnClass,
    parts: Sequence[Scene],
    *,
    bases: Sequence[Mapping[str, PointFiller]],
    setting: Contest,
) -> list[Cell]:
    """Learn one class in one mode, and judge each of its fine lengths."""
    longest_h = FINE_H[max(drawn.exams)]
    learners = {
        key: one
        for key, one in setting.learners.items()
        if key != ON_THE_LINE or key in members_of(mode, longest_h)
    }
    learned = _learn(mode, parts, learners, bases=bases, lessons=drawn.lessons, setting=setting)
    fillers = [
        {**base, **{key: models[part] for key, models in learned.items()}}
        for part, base in enumerate(bases)
    ]
    return [
        _judge(
            mode,
            one,
            exams=exams,
            hidden=drawn.hidden[one],
            fillers=fillers,
            learned=learned,
            setting=setting,
        )
        for one, exams in drawn.exams.items()
    ]


def _learn(
    mode: str,
    parts: Sequence[Scene],
    learners: Mapping[str, StationMethod],
    *,
    bases: Sequence[Mapping[str, PointFiller]],
    lessons: Sequence[Points],
    setting: Contest,
) -> dict[str, tuple[PointFiller, ...]]:
    """One model a method and part, blind to the part."""
    scenes = [part if mode == "sensor" else part.alone() for part in parts]
    return {
        key: tuple(
            method.fit(
                scene,
                lesson,
                bases=base,
                seed=setting.seed,
                weight=_weight(scene, lesson, setting),
            )
            for scene, base, lesson in zip(scenes, bases, lessons, strict=True)
        )
        for key, method in learners.items()
    }


def _weight(part: Scene, lesson: Points, setting: Contest) -> FloatArray | None:
    if setting.tail_weight == 1.0:
        return None
    truth = at(part.grid.value, lesson.step)
    low, high = setting.tails
    return np.where((truth < low) | (truth > high), setting.tail_weight, 1.0)


def _judge(
    mode: str,
    length_class: int,
    *,
    exams: Sequence[Drawn],
    hidden: HiddenGaps,
    fillers: Sequence[Mapping[str, PointFiller]],
    learned: dict[str, tuple[PointFiller, ...]],
    setting: Contest,
) -> Cell:
    scene = setting.scene if mode == "sensor" else setting.scene.alone()
    answers = [
        {key: one(scene, exam.points) for key, one in known.items()}
        for known, exam in zip(fillers, exams, strict=True)
    ]
    trials = _trials(answers, scene, exams)
    weights: dict[str, float] = {}
    wanted = members_of(mode, FINE_H[length_class])
    if set(wanted) <= set(trials):
        members = {name: trials[name] for name in wanted}
        trials[BLEND], weights = blend_trials(members, hidden.in_pass, spread=SPREAD)
    return Cell(
        mode=mode,
        length_class=length_class,
        hidden=hidden,
        trials=trials,
        learned=learned,
        weights=weights,
    )


def _trials(
    answers: list[dict[str, Answers]], scene: Scene, exams: Sequence[Drawn]
) -> dict[str, Trial]:
    """Each method's answers where all have one, over all parts."""
    sizes = np.cumsum([0, *[one.gaps.first.size for one in exams]])
    points = [one.points for one in exams]
    gap = np.concatenate([one.gap + base for one, base in zip(points, sizes[:-1], strict=True)])
    step = np.concatenate([one.step for one in points])
    length = np.concatenate([one.length for one in points])
    offset = np.concatenate([one.step - one.first for one in points])
    names = list(answers[0])
    stacked = {
        name: np.stack(
            [
                np.concatenate([getattr(said[name], what) for said in answers])
                for what in ("value", "below", "above")
            ]
        )
        for name in names
    }
    answered = np.all([np.isfinite(one).all(axis=0) for one in stacked.values()], axis=0)
    place = place_in_gap(offset.astype(np.float64), length.astype(np.float64))
    return {
        name: Trial(
            gap=gap[answered],
            step=step[answered],
            place=place[answered],
            length_h=length[answered] * scene.grid.step_s / 3600,
            truth=scene.grid.value[step[answered]],
            value=one[0, answered],
            sd=one[1, answered],
            above=one[2, answered],
        )
        for name, one in stacked.items()
    }


def answer(
    method: str,
    scene: Scene,
    points: Points,
    *,
    models: Mapping[str, Sequence[PointFiller]],
    weights: Mapping[str, float],
) -> Answers:
    """What `method` says at points: the mean of its models, or the mixture of several methods'."""
    if method != BLEND:
        return mean_of([one(scene, points) for one in models[method]])
    needed = sorted({*SPREAD, *(name for name, weight in weights.items() if weight > 0)})
    said = {name: answer(name, scene, points, models=models, weights=weights) for name in needed}
    return mix(said, weights, spread=SPREAD)
