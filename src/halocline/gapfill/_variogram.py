"""How fast a series forgets: the empirical variogram, at every lag, with missing values."""

from typing import Final

import numpy as np
import numpy.typing as npt
import scipy.fft

from halocline.model.estimates import FloatArray

MIN_PAIRS: Final = 30
"""A lag seen in fewer pairs takes the value of the nearest shorter lag that was seen in enough."""


def variogram(value: FloatArray, *, max_lag: int) -> FloatArray:
    """Half the mean squared difference of values `h` steps apart, h = 0 … max_lag (max_lag+1,).

    Every lag is needed because the tide makes the curve wave; three correlations by FFT give them
    all in O(n log n). Zero where no lag has MIN_PAIRS pairs. Source: Matheron 1963.
    """
    present = np.isfinite(value)
    centred = np.where(present, value - (np.mean(value[present]) if present.any() else 0.0), 0.0)
    size = scipy.fft.next_fast_len(value.size + max_lag + 1, real=True)
    mask = scipy.fft.rfft(present.astype(np.float64), size)
    first = scipy.fft.rfft(centred, size)
    second = scipy.fft.rfft(centred**2, size)
    lags = slice(0, max_lag + 1)
    pairs = np.round(scipy.fft.irfft(np.abs(mask) ** 2, size)[lags])
    squares = scipy.fft.irfft(2 * (np.conj(mask) * second).real, size)[lags]
    products = scipy.fft.irfft(np.abs(first) ** 2, size)[lags]
    seen = pairs >= MIN_PAIRS
    half_mean_square = np.maximum((squares - 2 * products) / (2 * np.maximum(pairs, 1)), 0.0)
    half_mean_square[0] = 0.0
    return _carry_forward(half_mean_square, seen)


def _carry_forward(values: FloatArray, seen: npt.NDArray[np.bool_]) -> FloatArray:
    known = np.maximum.accumulate(np.where(seen, np.arange(values.size), 0))
    return np.asarray(np.where(seen[known], values[known], 0.0), dtype=np.float64)
