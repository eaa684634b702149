"""The Kalman smoother asked about many gaps, each hidden alone, without smoothing once a gap.

What a gap's left side says is the filter's state at its first step, what its right side says is the
likelihood of all later values as a function of the state at its end (information form, run
backwards). Neither depends on where the gap ends or begins, so one pass serves every gap that
starts its window at the same step; inside a gap both are carried to the asked steps and joined.

Source: Fraser and Potter 1969, doi:10.1109/TAC.1969.1099196 (two-filter smoothing); equal to
`_state_space.smooth` of a window with that gap hidden to 1e-6 (tests/unit/gapfill).
"""
# ruff: noqa: PLR0917  compiled functions take their arrays by position

import numpy as np

from halocline.gapfill._compiled import compiled
from halocline.gapfill._scene import Points
from halocline.gapfill._state_space import (
    IntArray,
    StateSpace,
    _begin,
    _copy,
    _predict,
    _update,
)
from halocline.model.estimates import FloatArray


def smooth_alone(
    model: StateSpace, value: FloatArray, points: Points, *, low: IntArray, high: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of the signal at each point (k,), its gap hidden, from [low, high) alone.

    low, high (k,): window of each point's gap, the same for all points of a gap. Few distinct
    windows are what makes this fast: align them.
    """
    if len(points) == 0:
        return np.empty(0), np.empty(0)
    edge = np.flatnonzero(np.diff(points.gap, prepend=points.gap[0] - 1))
    first, stop = points.first[edge], points.stop[edge]
    counts = np.diff(np.append(edge, len(points)))
    forward = np.lexsort((first, low[edge]))
    backward = np.lexsort((-stop, high[edge]))
    left = _left_sides(value, *model.parts, first, low[edge], forward)
    right = _right_sides(value, *model.parts, stop, high[edge], backward)
    return _inside(*model.parts, points.step, edge, counts, first, stop, left, right)


@compiled
def _left_sides(
    value: FloatArray,
    decay: FloatArray,
    cross: FloatArray,
    partner: IntArray,
    noise: FloatArray,
    load: FloatArray,
    start: FloatArray,
    irregular: float,
    first: IntArray,
    low: IntArray,
    order: IntArray,
) -> tuple[FloatArray, FloatArray]:
    """Predicted state at each gap's first step: mean (g, m) and covariance (g, m, m)."""
    m, n_gaps = decay.size, first.size
    means, covs = np.empty((n_gaps, m)), np.empty((n_gaps, m, m))
    mean, cov, half, gain = np.empty(m), np.empty((m, m)), np.empty((m, m)), np.empty(m)
    now, begun = 0, -1
    for gap in order:
        if low[gap] != begun:
            _begin(mean, cov, start)
            begun = now = low[gap]
        while now < first[gap]:
            if np.isfinite(value[now]):
                _update(mean, cov, load, irregular, value[now], gain)
            _predict(mean, cov, decay, cross, partner, noise, half)
            now += 1
        _copy(mean, cov, means[gap], covs[gap])
    return means, covs


@compiled
def _right_sides(
    value: FloatArray,
    decay: FloatArray,
    cross: FloatArray,
    partner: IntArray,
    noise: FloatArray,
    load: FloatArray,
    start: FloatArray,
    irregular: float,
    stop: IntArray,
    high: IntArray,
    order: IntArray,
) -> tuple[FloatArray, FloatArray]:
    """What values from each gap's stop on say of the state there: vector (g, m), matrix (g, m, m).

    The log-likelihood is vector·state − state·matrix·state / 2 but for a constant.
    """
    m, n_gaps = decay.size, stop.size
    vectors, matrices = np.empty((n_gaps, m)), np.empty((n_gaps, m, m))
    vector, matrix, nothing = np.empty(m), np.empty((m, m)), np.zeros(m)
    work, half = np.empty(m), np.empty((m, m))
    now, begun = 0, -1
    for gap in order:
        if high[gap] != begun:
            _begin(vector, matrix, nothing)
            begun = now = high[gap]
        while now > stop[gap]:
            now -= 1
            _carry_back(vector, matrix, decay, cross, partner, noise, work, half)
            if np.isfinite(value[now]):
                for i in range(m):
                    vector[i] += load[i] * value[now] / irregular
                    for j in range(m):
                        matrix[i, j] += load[i] * load[j] / irregular
        _copy(vector, matrix, vectors[gap], matrices[gap])
    return vectors, matrices


@compiled
def _carry_back(
    vector: FloatArray,
    matrix: FloatArray,
    decay: FloatArray,
    cross: FloatArray,
    partner: IntArray,
    noise: FloatArray,
    work: FloatArray,
    half: FloatArray,
) -> None:
    """From the state after a step to the state before it, in place: noise, then transition."""
    m = vector.size
    for k in range(m):
        if noise[k] <= 0.0:
            continue
        for i in range(m):
            work[i] = matrix[i, k]
        share = noise[k] / (1.0 + noise[k] * work[k])
        told = vector[k]
        for i in range(m):
            vector[i] -= share * work[i] * told
            for j in range(m):
                matrix[i, j] -= share * work[i] * work[j]
    for i in range(m):
        p = partner[i]
        work[i] = decay[i] * vector[i] + cross[p] * vector[p] * (p != i)
        paired = cross[p] * (p != i)
        for j in range(m):
            half[i, j] = decay[i] * matrix[i, j] + paired * matrix[p, j]
    for j in range(m):
        p = partner[j]
        vector[j] = work[j]
        paired = cross[p] * (p != j)
        for i in range(m):
            matrix[i, j] = decay[j] * half[i, j] + paired * half[i, p]


@compiled
def _inside(
    decay: FloatArray,
    cross: FloatArray,
    partner: IntArray,
    noise: FloatArray,
    load: FloatArray,
    start: FloatArray,
    irregular: float,
    step: IntArray,
    edge: IntArray,
    counts: IntArray,
    first: IntArray,
    stop: IntArray,
    left: tuple[FloatArray, FloatArray],
    right: tuple[FloatArray, FloatArray],
) -> tuple[FloatArray, FloatArray]:
    """Carry both sides of each gap to its asked steps and join them there."""
    means, covs = left
    vectors, matrices = right
    m, most = decay.size, counts.max()
    signal, spread = np.empty(step.size), np.empty(step.size)
    kept_mean, kept_cov = np.empty((most, m)), np.empty((most, m, m))
    work, half, system = np.empty(m), np.empty((m, m)), np.empty((m, m + 2))
    for gap in range(first.size):
        base, count = edge[gap], counts[gap]
        mean, cov, now = means[gap], covs[gap], first[gap]
        for k in range(count):
            while now < step[base + k]:
                _predict(mean, cov, decay, cross, partner, noise, half)
                now += 1
            _copy(mean, cov, kept_mean[k], kept_cov[k])
        vector, matrix, now = vectors[gap], matrices[gap], stop[gap]
        for k in range(count - 1, -1, -1):
            while now > step[base + k]:
                _carry_back(vector, matrix, decay, cross, partner, noise, work, half)
                now -= 1
            at = base + k
            signal[at], spread[at] = _join(
                kept_mean[k], kept_cov[k], vector, matrix, load, work, system
            )
    return signal, spread


@compiled
def _join(
    mean: FloatArray,
    cov: FloatArray,
    vector: FloatArray,
    matrix: FloatArray,
    load: FloatArray,
    seen: FloatArray,
    system: FloatArray,
) -> tuple[float, float]:
    """Mean and variance of load·state given N(mean, cov) and the likelihood of what follows.

    With C the covariance and L the matrix: mean + C (I + L C)⁻¹ (vector − L·mean).
    """
    m = mean.size
    value, variance = 0.0, 0.0
    for i in range(m):
        total = 0.0
        for j in range(m):
            total += cov[i, j] * load[j]
        seen[i] = total
        value += load[i] * mean[i]
        variance += load[i] * total
    for i in range(m):
        system[i, m], system[i, m + 1] = vector[i], 0.0
        for j in range(m):
            total = 0.0
            for k in range(m):
                total += matrix[i, k] * cov[k, j]
            system[i, j] = total + (i == j)
            system[i, m] -= matrix[i, j] * mean[j]
            system[i, m + 1] += matrix[i, j] * seen[j]
    _solve(system)
    for i in range(m):
        value += seen[i] * system[i, m]
        variance -= seen[i] * system[i, m + 1]
    return value, max(variance, 0.0)


@compiled
def _solve(system: FloatArray) -> None:
    """Gauss elimination with row exchange of (m, m + 2): the last two columns become solutions."""
    m, width = system.shape
    for k in range(m):
        best = k
        for i in range(k + 1, m):
            if abs(system[i, k]) > abs(system[best, k]):
                best = i
        for j in range(k, width):
            system[k, j], system[best, j] = system[best, j], system[k, j]
        for i in range(k + 1, m):
            factor = system[i, k] / system[k, k]
            for j in range(k + 1, width):
                system[i, j] -= factor * system[k, j]
    for c in range(m, width):
        for i in range(m - 1, -1, -1):
            total = system[i, c]
            for j in range(i + 1, m):
                total -= system[i, j] * system[j, c]
            system[i, c] = total / system[i, i]
