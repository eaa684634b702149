import numpy as np
import pytest

from halocline.gapfill._scene import Answers
from halocline.learn.blend import blend_weights, mix


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


def test_mix_is_the_weighted_mean_with_the_spread_of_one() -> None:
    one = Answers(np.array([1.0]), np.array([0.1]), np.array([0.2]))
    two = Answers(np.array([3.0]), np.array([0.3]), np.array([0.4]))
    mixed = mix({"a": one, "b": two}, {"a": 0.25, "b": 0.75}, spread="b")
    assert mixed.value.tolist() == [2.5]
    assert (mixed.below.tolist(), mixed.above.tolist()) == ([0.3], [0.4])
