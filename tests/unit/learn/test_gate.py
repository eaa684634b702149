import dataclasses

import numpy as np
import pytest

from halocline.learn.gate import choose, class_name
from halocline.learn.trial import Trial


def halves(n: int) -> np.ndarray:
    return np.arange(n) % 2


def trial(n: int, error: np.ndarray) -> Trial:
    gap = np.repeat(np.arange(n), 10)
    place = np.tile(np.linspace(0.1, 1, 10), n)
    truth = np.zeros(gap.size)
    return Trial(
        gap=gap,
        step=np.arange(gap.size),
        place=place,
        length_h=np.full(gap.size, 3.0),
        truth=truth,
        value=error,
        sd=np.ones(gap.size),
    )


def judged(n: int, *, better_by: float, seed: int = 0):
    rng = np.random.default_rng(seed)
    error = rng.normal(size=10 * n)
    trials = {"linear": trial(n, error), "other": trial(n, (1 - better_by) * error)}
    return choose(
        variable="TEMP",
        gap_class=1,
        part=halves(n),
        trials=trials,
        rng=np.random.default_rng(1),
    )


def test_a_clearly_better_method_wins_with_its_ratio() -> None:
    row = judged(60, better_by=0.3).row
    assert (row.method, row.reason) == ("other", "won")
    assert row.gap_class == "≤72 h"
    assert row.scores["other"].ratio == pytest.approx(0.7)  # by hand: every error times 0.7
    assert row.scores["other"].n_gaps == 60


def test_a_gain_below_the_margin_does_not_win() -> None:
    row = judged(60, better_by=0.01).row
    assert (row.method, row.reason) == ("linear", "not beaten")


@pytest.mark.parametrize(
    ("blend", "alone", "wanted"),
    [
        (0.99, 1.2, "blend"),  # the line is part of it: no margin
        (0.99, 0.5, "blend"),  # its weights have judged its members already
        (1.01, 0.99, "linear"),
        (1.01, 0.5, "kalman"),  # parts of the record disagree on the weights, not on this
    ],
)
def test_a_mixture_that_contains_the_line_needs_no_margin(blend, alone, wanted) -> None:
    error = np.random.default_rng(4).normal(size=600)
    trials = {
        "linear": trial(60, error),
        "kalman": trial(60, alone * error),
        "blend": trial(60, blend * error),
    }
    assert chosen(trials) == (wanted, "not beaten" if wanted == "linear" else "won")


def test_a_mixture_as_good_as_the_line_is_not_better() -> None:
    """A constant series: nobody errs, and nothing is modelled that a line says."""
    error = np.zeros(600)
    assert chosen({"linear": trial(60, error), "blend": trial(60, error)}) == (
        "linear", "not beaten")  # fmt: skip


def chosen(trials: dict[str, Trial]) -> tuple[str, str]:
    row = choose(
        variable="TEMP", gap_class=1, part=halves(60), trials=trials,
        rng=np.random.default_rng(1),
    ).row  # fmt: skip
    return row.method, row.reason


def test_a_loss_by_bad_luck_in_one_gap_does_not_lose() -> None:
    """One bloom in sixty gaps is told a tenth worse, every other gap a fifth better."""
    n = 60
    line = np.ones(10 * n)
    better = 0.8 * line
    line[:10], better[:10] = 12.0, 13.2
    row = choose(
        variable="FLUO",
        gap_class=0,
        part=halves(n),
        trials={"linear": trial(n, line), "other": trial(n, better)},
        rng=np.random.default_rng(1),
    ).row
    assert row.scores["other"].rmse > row.scores["linear"].rmse
    assert row.method == "other"


def test_a_gain_by_luck_in_one_gap_does_not_win() -> None:
    n = 60
    error = np.ones(10 * n)
    lucky = error.copy()
    error[:10] = 8.0  # the first gap, one of those that choose, is won by far
    lucky[10:] = 1.05  # and every other is lost
    trials = {"linear": trial(n, error), "other": trial(n, lucky)}
    row = choose(
        variable="TEMP",
        gap_class=0,
        part=halves(n),
        trials=trials,
        rng=np.random.default_rng(1),
    ).row
    assert row.scores["other"].rmse < 0.9 * row.scores["linear"].rmse
    assert row.scores["other"].ratio > 0.98
    assert (row.method, row.reason) == ("linear", "not beaten")


def test_too_few_gaps_are_not_judged() -> None:
    choice = judged(8, better_by=0.5)
    assert (choice.row.method, choice.row.reason) == ("linear", "not judged")
    assert not choice.row.calibrated


def test_no_gap_at_all_still_gives_a_row() -> None:
    row = judged(0, better_by=0.5).row
    assert row.reason == "not judged"
    assert np.isnan(row.scores["linear"].rmse)


def test_coverage_is_measured_on_gaps_that_did_not_calibrate() -> None:
    n = 80
    error = np.random.default_rng(2).normal(size=10 * n)
    mine = np.repeat(np.arange(n) % 2 == 0, 10)
    error[mine] *= 10  # one half is ten times worse than the other
    row = choose(
        variable="TEMP",
        gap_class=0,
        part=halves(n),
        trials={"linear": trial(n, error)},
        rng=np.random.default_rng(1),
    ).row
    # half are hit by a tenth of what they need, half by ten times that; 0.9 if each judged itself
    assert row.scores["linear"].coverage < 0.7


def test_names_of_classes() -> None:
    assert [class_name(one) for one in range(3)] == ["≤6 h", "≤72 h", "≤720 h"]


def test_errors_beyond_the_percentiles_are_scored_apart() -> None:
    n = 40
    one = trial(n, np.tile([1.0] * 9 + [5.0], n))
    storm = dataclasses.replace(one, truth=np.tile([0.0] * 9 + [9.0], n))
    storm = dataclasses.replace(storm, value=storm.truth + one.value)
    row = choose(
        variable="TEMP",
        gap_class=1,
        part=halves(n),
        trials={"linear": storm},
        rng=np.random.default_rng(1),
        tails=(-1.0, 8.0),
    ).row
    score = row.scores["linear"]
    assert score.rmse_tails == pytest.approx(5.0)  # by hand: each storm is missed by 5
    assert score.rmse == pytest.approx((0.9 * 1 + 0.1 * 25) ** 0.5)
