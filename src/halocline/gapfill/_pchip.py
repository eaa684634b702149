"""Monotone cubic interpolation of a whole float at once: profiles laid end to end."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray

IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Knots:
    """Known points of every profile, laid end to end.

    profile (k,) never falls; pressure (k,) dbar rises inside each profile; value (k,).
    """

    profile: IntArray
    pressure: FloatArray
    value: FloatArray

    def slope(self) -> FloatArray:
        """Slope of the PCHIP interpolant at each knot, 0 where a profile has one knot.

        Inside: weighted harmonic mean of the neighbouring slopes, 0 at a turning point. Ends:
        three-point formula kept from overshooting; two knots: the straight line.
        Source: Fritsch and Butland 1984, doi:10.1137/0905021, as in SciPy's PchipInterpolator.
        """
        n = self.pressure.size
        if n < 2:
            return np.zeros(n)
        joined = self.profile[1:] == self.profile[:-1]
        width = np.where(joined, np.diff(self.pressure), 1.0)
        secant = np.where(joined, np.diff(self.value) / width, 0.0)
        before, after = np.append(False, joined), np.append(joined, False)
        slope = np.zeros(n)
        middle = np.flatnonzero(before & after)
        slope[middle] = _inside(width, secant, middle)
        for knot, step in (
            (np.flatnonzero(after & ~before), 1),
            (np.flatnonzero(before & ~after), -1),
        ):
            slope[knot] = _end(width, secant, joined, knot=knot, step=step)
        return slope

    def evaluate(self, left: IntArray, pressure: FloatArray) -> FloatArray:
        """Value at `pressure` (t,) between knots `left` and `left` + 1 of the same profile."""
        slope = self.slope()
        right = left + 1
        width = self.pressure[right] - self.pressure[left]
        u = (pressure - self.pressure[left]) / width
        return np.asarray(
            (1 + 2 * u) * (1 - u) ** 2 * self.value[left]
            + u * (1 - u) ** 2 * width * slope[left]
            + u**2 * (3 - 2 * u) * self.value[right]
            + u**2 * (u - 1) * width * slope[right]
        )


def _inside(width: FloatArray, secant: FloatArray, knot: IntArray) -> FloatArray:
    h0, h1 = width[knot - 1], width[knot]
    d0, d1 = secant[knot - 1], secant[knot]
    same_sign = d0 * d1 > 0
    w0, w1 = 2 * h1 + h0, h1 + 2 * h0
    inverse = w0 / np.where(same_sign, d0, 1.0) + w1 / np.where(same_sign, d1, 1.0)
    return np.where(same_sign, (w0 + w1) / inverse, 0.0)


def _end(
    width: FloatArray, secant: FloatArray, joined: BoolArray, *, knot: IntArray, step: int
) -> FloatArray:
    """Slope at the first (step 1) or last (step −1) knot of each profile."""
    near = knot if step == 1 else knot - 1
    far = near + step
    exists = (far >= 0) & (far < joined.size)
    far = np.where(exists, far, near)
    exists &= joined[far]
    h0, h1 = width[near], width[far]
    d0, d1 = secant[near], np.where(exists, secant[far], secant[near])
    slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1)
    slope = np.where(np.sign(slope) != np.sign(d0), 0.0, slope)
    turns = (np.sign(d0) != np.sign(d1)) & (np.abs(slope) > 3 * np.abs(d0))
    return np.where(exists, np.where(turns, 3 * d0, slope), d0)
