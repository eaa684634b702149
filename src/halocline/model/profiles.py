"""A float's profiles, padded to one rectangle: N_PROF × N_LEVELS."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from halocline.model.flags import FlagArray

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ProfileVariable:
    """One parameter of a float as received; every array is (N_PROF, N_LEVELS).

    `value` and `adjusted` are float32, NaN where the file holds its fill value; flags are the
    provider's digits as numbers, 9 where the file holds a blank beside a missing value and 0
    beside a present one.
    """

    value: Float32Array
    flag_source: FlagArray
    adjusted: Float32Array
    adjusted_flag_source: FlagArray
    adjusted_error: Float32Array
    mode: npt.NDArray[np.str_]
    """(N_PROF,) data mode of this parameter: R, A, D, or '' where the profile lacks it."""
    units: str = ""


@dataclass(frozen=True)
class Profiles:
    """Every profile of one float, one row a (cycle, direction, vertical sampling scheme).

    Rows are ordered by cycle, then descending before ascending, then the order of the file
    (primary sampling first). Levels past the end of a profile are NaN in every variable.
    """

    platform: str
    cycle: npt.NDArray[np.int32]
    direction: npt.NDArray[np.str_]
    """A ascending, D descending."""
    scheme: npt.NDArray[np.str_]
    """VERTICAL_SAMPLING_SCHEME as received, stripped; '' where the file has none."""
    mode: npt.NDArray[np.str_]
    """DATA_MODE of the core file's row: R, A or D."""
    juld: npt.NDArray[np.float64]
    """Days since 1950-01-01 UTC, NaN where missing."""
    juld_flag_source: FlagArray
    juld_location: npt.NDArray[np.float64]
    latitude: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]
    position_flag_source: FlagArray
    date_update: npt.NDArray[np.datetime64]
    """DATE_UPDATE of the file the row came from, datetime64[s]."""
    source_file: npt.NDArray[np.str_]
    """Path in the provider's tree of the file the row's core values came from."""
    variables: dict[str, ProfileVariable]
    attributes: dict[str, str] = field(default_factory=dict)
    """Facts of the platform: DATA_CENTRE, PLATFORM_TYPE, PROJECT_NAME, PI_NAME, WMO_INST_TYPE, …"""
    park_and_profile_pressure: npt.NDArray[np.float64] | None = None
    """(N_PROF,) CONFIG_ProfilePressure_dbar where the metadata file gives it, else NaN or None."""
    park_pressure: npt.NDArray[np.float64] | None = None
    """(N_PROF,) CONFIG_ParkPressure_dbar likewise."""
    spectra: dict[str, Float32Array] = field(default_factory=dict)
    """Raw counts of several channels a level, (N_PROF, N_LEVELS, N_VALUES), NaN where missing."""
    calibration: dict[str, str] = field(default_factory=dict)
    """PREDEPLOYMENT_CALIB_COEFFICIENT of each parameter, as the metadata file words it."""

    @property
    def n_prof(self) -> int:
        """Number of rows."""
        return int(self.cycle.size)

    @property
    def n_levels(self) -> int:
        """Width of the rectangle."""
        return int(next(iter(self.variables.values())).value.shape[1]) if self.variables else 0
