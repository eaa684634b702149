"""A sensor's systematic error, as found against a reference, and a parameter freed from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from halocline.model.flags import Flag, FlagArray

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Corrected:
    """A parameter after correction, (N_PROF, N_LEVELS), NaN where missing or bad.

    `error` is one standard deviation; `evidence` goes beside the values as attributes.
    """

    value: Float32Array
    error: Float32Array
    evidence: Mapping[str, str | float | int]


@dataclass(frozen=True)
class Correction:
    """corrected = gain · value + offset + drift · (juld − origin), in the parameter's unit."""

    gain: float
    offset: float
    drift: float
    """A day."""
    origin: float
    """Days since 1950-01-01 UTC."""
    error: float
    """Standard deviation of the offset, in the parameter's unit."""
    error_share: float
    """Standard deviation of the gain."""
    evidence: Mapping[str, str | float | int] = field(default_factory=dict)

    def apply(
        self, value: Float32Array, flag: FlagArray, juld: npt.NDArray[np.float64]
    ) -> Corrected:
        """The corrected parameter; a value with flag 4 is not worth correcting and is missing."""
        kept = np.where(flag == Flag.BAD, np.nan, value).astype(np.float64)
        age = np.where(np.isfinite(juld), juld - self.origin, 0.0)[:, None]
        found = self.gain * kept + self.offset + self.drift * age
        error = np.hypot(self.error, self.error_share * np.abs(found))
        return Corrected(found.astype(np.float32), error.astype(np.float32), self.evidence)
