"""Parts of a series that take turns at being unknown: whole years where there are several."""

from typing import Final

import numpy as np

from halocline.learn.hidden_gaps import IntArray
from halocline.model.series import Grid

FOLDS: Final = 3
"""Models of one cell, each blind to one part. More cost time in proportion; fewer leave a model
too little: with three years each learns from two."""
MIN_YEAR_VALUES: Final = 0.3
"""Share of a calendar year a series must hold a value in before the year is a part of its own."""


def fold_of_steps(grid: Grid) -> IntArray:
    """Part (0 … FOLDS−1) each step belongs to, (n,).

    With at least FOLDS calendar years known, years are dealt out in turn; otherwise the series is
    cut into FOLDS stretches with equally many present values, so that what a model has learned
    and what judges it are never days apart but at their few seams.
    """
    present = np.isfinite(grid.value)
    years = grid.time.astype("datetime64[Y]").astype(np.int64)
    names, index = np.unique(years, return_inverse=True)
    known = np.bincount(index, weights=present, minlength=names.size)
    per_year = 365.25 * 86400 / grid.step_s
    if int(np.sum(known >= MIN_YEAR_VALUES * per_year)) >= FOLDS:
        return np.asarray(index % FOLDS, dtype=np.int64)
    rank = np.cumsum(present)
    share = rank / max(int(rank[-1]) if rank.size else 1, 1)
    return np.minimum((share * FOLDS).astype(np.int64), FOLDS - 1)
