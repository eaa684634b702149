"""The scorer against figures measured once with independent code, see marel_replay/SOURCE.md."""

import numpy as np
import pytest

from halocline.gapfill._api import series_methods
from halocline.learn.trial import try_methods
from tests.samples.marel import LENGTHS_H, VARIABLES, load, replay_gaps, replay_scores

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def marel(shared_data):
    return load(shared_data)


@pytest.mark.parametrize("length_h", LENGTHS_H)
@pytest.mark.parametrize("variable", VARIABLES)
def test_linear_column_to_three_decimals(marel, variable: str, length_h: int) -> None:
    grid = marel.grids[variable]
    expected = replay_scores()[variable, length_h]
    trial = try_methods(
        grid,
        marel.native[variable],
        hidden=replay_gaps(variable, length_h),
        fillers={"linear": series_methods()["linear"].fit(grid, seed=0)},
    )["linear"]
    assert trial.truth.size == expected["points"]
    assert round(float(np.sqrt(np.mean(trial.error**2))), 3) == expected["linear_rmse"]
    assert round(float(np.mean(np.abs(trial.error))), 3) == expected["linear_mae"]
