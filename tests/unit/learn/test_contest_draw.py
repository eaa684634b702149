import numpy as np
import pytest

from halocline.learn import contest_draw
from halocline.learn.contest_draw import Drawing, DrawnClass, draw_class
from halocline.learn.exam import FINE_H

N = 9000
EVERY = np.ones(N, dtype=bool)


def drawn(gap_class: int, seed: int = 4) -> DrawnClass:
    return draw_class(Drawing(EVERY, EVERY, np.arange(N) // (N // 3), 1.0, seed), gap_class)


def said(one: DrawnClass) -> list[np.ndarray]:
    exams = [exam.points.step for each in one.exams.values() for exam in each]
    return [*(lesson.step for lesson in one.lessons), *exams]


def same(one: DrawnClass, other: DrawnClass) -> bool:
    pairs = list(zip(said(one), said(other), strict=True))
    return all(np.array_equal(left, right) for left, right in pairs)


def test_lessons_of_one_class_move_the_draws_of_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [drawn(one) for one in range(3)]
    monkeypatch.setattr(contest_draw, "LESSON_GAPS", (100, 3000, 3200, 3200, 300, 400))
    after = [drawn(one) for one in range(3)]
    assert [same(*both) for both in zip(before, after, strict=True)] == [False, True, True]


def test_classes_and_seeds_draw_each_by_its_own_lot() -> None:
    assert not same(drawn(1, seed=4), drawn(1, seed=5))
    first = [drawn(one).lessons[0].first[:50] for one in range(3)]
    assert not any(np.array_equal(first[one], first[one + 1]) for one in range(2))


def test_lessons_are_blind_to_their_part_and_exams_inside_it() -> None:
    one, part = drawn(1), N // 3
    for number, lesson in enumerate(one.lessons):
        assert (lesson.step // part != number).all()
    for length_class, exams in one.exams.items():
        for number, exam in enumerate(exams):
            assert (exam.points.step // part == number).all()
            assert (exam.gaps.length <= FINE_H[length_class]).all()
