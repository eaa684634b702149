"""A sensor's systematic error, as found against a reference, and a parameter freed from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from halocline.model.flags import Flag, FlagArray
from halocline.model.profiles import Profiles

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Corrected:
    """A parameter after correction, (N_PROF, N_LEVELS), NaN where missing or bad.

    `error` is one standard deviation; `evidence` goes beside the values as attributes.
    """

    value: Float32Array
    error: Float32Array
    evidence: Mapping[str, str | float | int]
    flag: FlagArray | None = None
    """What each corrected value is worth, where the method says so."""


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

    def apply(self, profiles: Profiles, name: str, flag: FlagArray) -> Corrected:
        """Parameter `name` corrected; a value with flag 4 is not worth it and is missing."""
        kept = np.where(flag == Flag.BAD, np.nan, profiles.variables[name].value).astype(np.float64)
        known = np.isfinite(profiles.juld)
        age = np.where(known, profiles.juld - self.origin, 0.0)[:, None]
        found = self.gain * kept + self.offset + self.drift * age
        error = np.hypot(self.error, self.error_share * np.abs(found))
        return Corrected(found.astype(np.float32), error.astype(np.float32), self.evidence)
