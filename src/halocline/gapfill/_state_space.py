"""Kalman filter and fixed-interval smoother for sums of independent unobserved components.

Every component is a scalar (level, autoregression) or a rotating pair (a harmonic), so the
transition matrix has at most two entries a row: T x = decay·x + cross·x[partner]. Prediction and
the backward recursion then cost O(m²) instead of O(m³).

Source: Durbin and Koopman, Time Series Analysis by State Space Methods, 2nd ed., §4.3–4.4;
equal to statsmodels' UnobservedComponents smoother to 1e-6 (tests/unit/gapfill).
"""
# ruff: noqa: PLR0917  compiled functions take their arrays by position

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.gapfill._compiled import compiled
from halocline.model.estimates import FloatArray

IntArray = npt.NDArray[np.int64]
BLOCK: Final = 512
"""Steps between two stored filter states. The smoother keeps one state a block and filters each
block again on the way back: exact, twice the filter's time, and 8 MB for ten years of 20-minute
steps instead of 130 MB."""


@dataclass(frozen=True)
class StateSpace:
    """A model of m states observed through a sum and white noise.

    decay, cross, partner: rows of the transition; noise: variance of each state's disturbance;
    load: 1 where a state is observed; start: variance of each state at the first step, mean 0;
    irregular: variance of the observation's noise; diffuse: states whose start is a guess.
    """

    decay: FloatArray
    cross: FloatArray
    partner: IntArray
    noise: FloatArray
    load: FloatArray
    start: FloatArray
    irregular: float
    diffuse: int

    def log_likelihood(self, value: FloatArray) -> float:
        """Gaussian log-likelihood of the present values (n,) after the first `diffuse` of them."""
        return _log_likelihood(value, *self.parts, self.diffuse)

    def smooth(self, value: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean and variance of the observed signal (without irregular) given all values (n,)."""
        return _smooth(value, *self.parts, BLOCK)

    @property
    def parts(
        self,
    ) -> tuple[FloatArray, FloatArray, IntArray, FloatArray, FloatArray, FloatArray, float]:
        """The model as the compiled functions take it."""
        return (
            self.decay,
            self.cross,
            self.partner,
            self.noise,
            self.load,
            self.start,
            self.irregular,
        )


@compiled
def _begin(mean: FloatArray, cov: FloatArray, start: FloatArray) -> None:
    """Set mean and cov (in place) to what is known before the first value."""
    for i in range(mean.size):
        mean[i] = 0.0
        for j in range(mean.size):
            cov[i, j] = start[i] if i == j else 0.0


@compiled
def _copy(mean: FloatArray, cov: FloatArray, to_mean: FloatArray, to_cov: FloatArray) -> None:
    """Write mean and cov over others; by slices numba compiles the words of an error for 3 s."""
    for i in range(mean.size):
        to_mean[i] = mean[i]
        for j in range(mean.size):
            to_cov[i, j] = cov[i, j]


@compiled
def _update(
    mean: FloatArray,
    cov: FloatArray,
    load: FloatArray,
    irregular: float,
    observed: float,
    gain: FloatArray,
) -> tuple[float, float]:
    """Condition mean and cov (in place) on one value; gain becomes cov·load; (error, variance)."""
    m = mean.size
    error, variance = observed, irregular
    for i in range(m):
        total = 0.0
        for j in range(m):
            total += cov[i, j] * load[j]
        gain[i] = total
        error -= load[i] * mean[i]
    for i in range(m):
        variance += load[i] * gain[i]
    for i in range(m):
        mean[i] += gain[i] * error / variance
        for j in range(m):
            cov[i, j] -= gain[i] * gain[j] / variance
    return error, variance


@compiled
def _predict(
    mean: FloatArray,
    cov: FloatArray,
    decay: FloatArray,
    cross: FloatArray,
    partner: IntArray,
    noise: FloatArray,
    half: FloatArray,
) -> None:
    """Carry mean and cov (in place) one step ahead; `half` (m, m) is working space."""
    m = mean.size
    for i in range(m):
        half[0, i] = decay[i] * mean[i] + cross[i] * mean[partner[i]]
    for i in range(m):
        mean[i] = half[0, i]
    for i in range(m):
        for j in range(m):
            half[i, j] = decay[i] * cov[i, j] + cross[i] * cov[partner[i], j]
    for i in range(m):
        for j in range(m):
            cov[i, j] = decay[j] * half[i, j] + cross[j] * half[i, partner[j]]
        cov[i, i] += noise[i]


@compiled
def _log_likelihood(
    value: FloatArray,
    decay: FloatArray,
    cross: FloatArray,
    partner: IntArray,
    noise: FloatArray,
    load: FloatArray,
    start: FloatArray,
    irregular: float,
    diffuse: int,
) -> float:
    m = decay.size
    mean, cov, half, gain = np.empty(m), np.empty((m, m)), np.empty((m, m)), np.empty(m)
    _begin(mean, cov, start)
    total, seen = 0.0, 0
    for t in range(value.size):
        if np.isfinite(value[t]):
            error, variance = _update(mean, cov, load, irregular, value[t], gain)
            seen += 1
            if seen > diffuse:
                total -= 0.5 * (np.log(2 * np.pi * variance) + error * error / variance)
        _predict(mean, cov, decay, cross, partner, noise, half)
    return total


@compiled
def _smooth(
    value: FloatArray,
    decay: FloatArray,
    cross: FloatArray,
    partner: IntArray,
    noise: FloatArray,
    load: FloatArray,
    start: FloatArray,
    irregular: float,
    block: int,
) -> tuple[FloatArray, FloatArray]:
    """Smoothed signal and its variance (n,), memory O(n/block + block)."""
    n, m = value.size, decay.size
    n_blocks = (n + block - 1) // block
    mean, cov, half, gain = np.empty(m), np.empty((m, m)), np.empty((m, m)), np.empty(m)
    _begin(mean, cov, start)
    kept_mean, kept_cov = np.empty((n_blocks, m)), np.empty((n_blocks, m, m))
    for t in range(n):
        if t % block == 0:
            _copy(mean, cov, kept_mean[t // block], kept_cov[t // block])
        if np.isfinite(value[t]):
            _update(mean, cov, load, irregular, value[t], gain)
        _predict(mean, cov, decay, cross, partner, noise, half)
    signal, spread = np.empty(n), np.empty(n)
    r, info = np.zeros(m), np.zeros((m, m))
    means, covs = np.empty((block, m)), np.empty((block, m, m))
    gains, errors, variances = np.empty((block, m)), np.empty(block), np.empty(block)
    for b in range(n_blocks - 1, -1, -1):
        first, stop = b * block, min(n, (b + 1) * block)
        _copy(kept_mean[b], kept_cov[b], mean, cov)
        for k in range(stop - first):
            _copy(mean, cov, means[k], covs[k])
            if np.isfinite(value[first + k]):
                error, variance = _update(mean, cov, load, irregular, value[first + k], gain)
                errors[k], variances[k] = error, variance
                for i in range(m):
                    gains[k, i] = gain[i]
            _predict(mean, cov, decay, cross, partner, noise, half)
        for k in range(stop - first - 1, -1, -1):
            _back(r, info, decay, cross, partner, half)
            if np.isfinite(value[first + k]):
                _absorb(r, info, load, gains[k], errors[k], variances[k], gain)
            signal[first + k], spread[first + k] = _signal(means[k], covs[k], r, info, load, gain)
    return signal, spread


@compiled
def _back(
    r: FloatArray,
    info: FloatArray,
    decay: FloatArray,
    cross: FloatArray,
    partner: IntArray,
    half: FloatArray,
) -> None:
    """Carry r and info one step back, in place: r ← T'r and info ← T'·info·T, in place."""
    m = r.size
    for i in range(m):
        half[0, i] = decay[i] * r[i] + cross[partner[i]] * r[partner[i]] * (partner[i] != i)
    for i in range(m):
        r[i] = half[0, i]
    for i in range(m):
        p = partner[i]
        paired = cross[p] * (p != i)
        for j in range(m):
            half[i, j] = decay[i] * info[i, j] + paired * info[p, j]
    for j in range(m):
        p = partner[j]
        paired = cross[p] * (p != j)
        for i in range(m):
            info[i, j] = decay[j] * half[i, j] + paired * half[i, p]


@compiled
def _absorb(
    r: FloatArray,
    info: FloatArray,
    load: FloatArray,
    gain: FloatArray,
    error: float,
    variance: float,
    work: FloatArray,
) -> None:
    """Add what one observed value says: (I − Z g')·… with g = gain/variance, in place."""
    m = r.size
    shift, quad = 0.0, 1.0 / variance
    for i in range(m):
        total = 0.0
        for j in range(m):
            total += info[i, j] * gain[j]
        work[i] = total / variance
        shift += gain[i] * r[i] / variance
    for i in range(m):
        quad += gain[i] * work[i] / variance
    for i in range(m):
        r[i] += load[i] * (error / variance - shift)
        for j in range(m):
            info[i, j] += load[i] * load[j] * quad - load[i] * work[j] - work[i] * load[j]


@compiled
def _signal(
    mean: FloatArray,
    cov: FloatArray,
    r: FloatArray,
    info: FloatArray,
    load: FloatArray,
    work: FloatArray,
) -> tuple[float, float]:
    """Mean and variance of load·state given everything."""
    m = mean.size
    value, variance = 0.0, 0.0
    for i in range(m):
        total = 0.0
        for j in range(m):
            total += cov[i, j] * load[j]
        work[i] = total
        value += load[i] * mean[i] + total * r[i]
        variance += load[i] * total
    for i in range(m):
        total = 0.0
        for j in range(m):
            total += info[i, j] * work[j]
        variance -= work[i] * total
    return value, max(variance, 0.0)
