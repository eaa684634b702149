import numpy as np
import pytest

from halocline.gapfill._scene import Answers
from halocline.learn.blend import blend_trials, blend_weights, mix
from halocline.learn.trial import Trial


def errors(n: int = 400) -> tuple[dict[str, np.ndarray], np.ndarray]:
    rng = np.random.default_rng(0)
    common = rng.normal(size=n)
    return {
        "linear": common + 2 * rng.normal(size=n),
        "good": common + 0.2 * rng.normal(size=n),
        "bad": common + 9 * rng.normal(size=n),
    }, np.repeat(np.arange(n // 10), 10)


def test_weights_are_shares_and_the_better_method_gets_more() -> None:
    said, gap = errors()
    weights = blend_weights(said, gap, reference="linear")
    assert sum(weights.values()) == pytest.approx(1.0)
    assert min(weights.values()) >= 0
    assert weights["good"] > 0.9
    assert weights["bad"] < 0.05


def test_two_independent_equals_share() -> None:
    rng = np.random.default_rng(1)
    said = {"linear": rng.normal(size=4000), "other": rng.normal(size=4000)}
    weights = blend_weights(said, np.repeat(np.arange(400), 10), reference="linear")
    assert weights["linear"] == pytest.approx(
        0.5, abs=0.05
    )  # by hand: equal variances, no covariance


def test_nothing_to_learn_from_is_the_reference() -> None:
    empty = np.empty(0)
    said = {"linear": empty, "other": empty}
    assert blend_weights(said, np.empty(0, dtype=int), reference="linear") == {
        "linear": 1.0, "other": 0.0}  # fmt: skip


def test_weights_are_pulled_towards_equal_ones() -> None:
    """Of two methods with independent errors the better one gets less than theory gives it."""
    rng = np.random.default_rng(2)
    said = {"linear": 2 * rng.normal(size=8000), "other": rng.normal(size=8000)}
    weights = blend_weights(said, np.repeat(np.arange(800), 10), reference="linear")
    # by hand, errors of variance 4 and 1, share w of the first, 0.1 of the best's for the pull:
    # minimise 4w² + (1−w)² + 0.1((w−½)² + (½−w)²): w = (1 + 0.1) / (5 + 0.2)
    assert weights["linear"] == pytest.approx(1.1 / 5.2, abs=0.02)


def test_a_flood_nobody_saw_does_not_hide_who_errs_elsewhere() -> None:
    """A spike at the edge of a gap in twenty throws one method off, where the others stay calm."""
    rng = np.random.default_rng(3)
    gap = np.repeat(np.arange(100), 10)
    calm, thrown = rng.normal(size=1000), rng.normal(size=1000)
    thrown[gap % 20 == 0] += 20
    flood = 500.0 * (gap == 50)
    weights = blend_weights({"calm": calm + flood, "thrown": thrown + flood}, gap, reference="calm")
    assert weights["thrown"] < 0.1


def test_mix_is_the_weighted_mean_of_values_and_of_spreads() -> None:
    one = Answers(np.array([1.0]), np.array([0.1]), np.array([0.2]))
    two = Answers(np.array([3.0]), np.array([0.3]), np.array([0.4]))
    said = {"a": one, "b": two}
    mixed = mix(said, {"a": 0.25, "b": 0.75}, spread={"a": 0.5, "b": 0.5})
    assert mixed.value.tolist() == [2.5]
    np.testing.assert_allclose((mixed.below, mixed.above), [[0.2], [0.3]])
    assert mix(said, {"a": 1.0, "b": 0.0}, spread={"b": 1.0}).below.tolist() == [0.3]


def trial(error: np.ndarray, gap: np.ndarray) -> Trial:
    ones = np.ones(gap.size)
    return Trial(gap, np.arange(gap.size), place=ones, length_h=ones, truth=ones,
                 value=ones + error, sd=ones * np.abs(error).mean())  # fmt: skip


def test_each_part_is_mixed_with_weights_the_others_taught() -> None:
    """Planted: who is right in one half is wrong in the other, so a mixture must lose in both."""
    gap, rng = np.repeat(np.arange(40), 10), np.random.default_rng(0)
    part = np.arange(40) % 2
    first, noise = part[gap] == 0, rng.normal(size=gap.size)
    trials = {
        "linear": trial(noise * np.where(first, 1.0, 0.01), gap),
        "other": trial(rng.normal(size=gap.size) * np.where(first, 0.01, 1.0), gap),
    }
    mixture, weights = blend_trials(trials, part)
    assert np.abs(mixture.error).mean() > 0.9 * np.abs(trials["linear"].error[first]).mean()
    assert weights["linear"] == pytest.approx(0.5, abs=0.1)
    np.testing.assert_array_equal(mixture.truth, trials["linear"].truth)


def test_a_mixture_has_the_spread_of_those_that_are_named() -> None:
    gap, rng = np.repeat(np.arange(40), 10), np.random.default_rng(0)
    trials = {name: trial(rng.normal(size=gap.size), gap) for name in ("linear", "other")}
    mixture, _ = blend_trials(trials, np.arange(40) % 2, spread={"other": 1.0})
    np.testing.assert_allclose(mixture.sd, trials["other"].sd)
    np.testing.assert_allclose(mixture.sd_above, trials["other"].sd)


def test_one_part_alone_has_nothing_to_learn_weights_from() -> None:
    gap, rng = np.repeat(np.arange(40), 10), np.random.default_rng(0)
    trials = {name: trial(rng.normal(size=gap.size), gap) for name in ("linear", "other")}
    for order in (("linear", "other"), ("other", "linear")):
        mixture, _ = blend_trials({name: trials[name] for name in order}, np.zeros(40, dtype=int))
        np.testing.assert_array_equal(mixture.value, trials[order[0]].value)


def test_the_line_need_not_be_among_those_that_are_mixed() -> None:
    gap, rng = np.repeat(np.arange(40), 10), np.random.default_rng(0)
    trials = {name: trial(rng.normal(size=gap.size), gap) for name in ("one", "other")}
    _, weights = blend_trials(trials, np.arange(40) % 2)
    assert sum(weights.values()) == pytest.approx(1)
