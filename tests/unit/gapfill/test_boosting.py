import sys

import numpy as np
import pytest

from halocline.gapfill._boosting import grow
from halocline.gapfill._features import Features
from halocline.model.errors import ConfigInvalid

RNG = np.random.default_rng(0)
ROWS = Features(("a", "b"), RNG.normal(size=(800, 2)).astype(np.float32))
TARGET = np.where(ROWS.values[:, 0] > 0, 1.0, -1.0) + 0.1 * RNG.normal(size=800)


def test_a_step_is_learned_and_columns_are_found_by_name() -> None:
    trees = grow(ROWS, TARGET, seed=1, objective="mean")
    told = trees(ROWS)
    assert np.abs(told - TARGET).mean() < 0.15
    turned = Features(("b", "a", "c"), ROWS.values[:, [1, 0, 0]])
    np.testing.assert_array_equal(trees(turned), told)


def test_quantiles_are_in_order() -> None:
    low, high = (
        grow(ROWS, TARGET, seed=1, objective=f"quantile:{level}")(ROWS) for level in (0.05, 0.95)
    )
    assert np.mean(high > low) > 0.95
    assert np.mean((low <= TARGET) & (high >= TARGET)) > 0.8


def test_without_the_library_the_message_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(ConfigInvalid, match="halocline\\[learn\\]"):
        grow(ROWS, TARGET, seed=1, objective="mean")
