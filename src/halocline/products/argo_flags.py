"""What quality control says of a float, as its product, its picture and its counts read it."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from halocline.model.checked import Checked
from halocline.model.flags import FlagArray, start_flags
from halocline.model.profiles import ProfileVariable


class ProfileFlags(Protocol):
    """What quality control says of a float: see `halocline.qc.argo`."""

    @property
    def variables(self) -> Mapping[str, Checked]:
        """Judgement of each variable, (N_PROF, N_LEVELS)."""

    @property
    def position_flag(self) -> FlagArray:
        """Flag of each position, (N_PROF,)."""

    @property
    def juld_flag(self) -> FlagArray:
        """Flag of each date, (N_PROF,)."""


def checked_of(name: str, variable: ProfileVariable, flags: ProfileFlags) -> Checked:
    """Judgement of a variable; of one no test looks at, NOT_EVALUATED and empty masks."""
    if name in flags.variables:
        return flags.variables[name]
    none = np.zeros(variable.value.shape, dtype=np.uint64)
    return Checked(flag=start_flags(variable.value), failed=none, done=none)
