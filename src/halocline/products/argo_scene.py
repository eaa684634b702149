"""What the picture of a float shows: good levels placed in time and pressure, by parameter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import Filled, FloatArray, Origin
from halocline.model.flags import Flag, FlagArray
from halocline.model.profiles import Profiles
from halocline.products.argo_flags import ProfileFlags, checked_of
from halocline.products.sections import Cloud, days_of
from halocline.products.vocabulary import ARGO

MOST_SECTIONS: Final = 4
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Layer:
    """One parameter as it is drawn; arrays (N_PROF, N_LEVELS)."""

    name: str
    units: str
    raw: FloatArray
    flag: FlagArray
    value: FloatArray
    """Good and estimated values, NaN elsewhere."""
    filled: Filled | None

    @property
    def flagged(self) -> BoolArray:
        """Levels with flag 3 or 4."""
        return np.isin(self.flag, [int(Flag.PROBABLY_BAD), int(Flag.BAD)])

    @property
    def estimated(self) -> BoolArray:
        """Levels whose value is estimated."""
        if self.filled is None:
            return np.zeros(self.value.shape, dtype=np.bool_)
        return np.isin(self.filled.origin, [int(Origin.INTERPOLATED), int(Origin.MODELLED)])


@dataclass(frozen=True)
class Scene:
    """A float ready to be drawn."""

    profiles: Profiles
    days: FloatArray
    """(N_PROF,) days since 1970, NaN where the date is missing or bad."""
    located: BoolArray
    pressure: FloatArray
    """(N_PROF, N_LEVELS) dbar, NaN where missing or bad."""
    layers: list[Layer]
    deepest: float

    def cloud(self, layer: Layer, values: FloatArray, where: BoolArray | np.bool_) -> Cloud:
        """Levels of a parameter that can be placed in time and pressure."""
        days = np.broadcast_to(self.days[:, None], values.shape)
        known = where & np.isfinite(values) & np.isfinite(self.pressure) & np.isfinite(days)
        return Cloud(days[known], self.pressure[known], values[known])


def scene_of(profiles: Profiles, flags: ProfileFlags, filled: Mapping[str, Filled]) -> Scene:
    """A float as it is drawn: its main parameters, the first MOST_SECTIONS of them."""
    bad = [int(Flag.BAD), int(Flag.MISSING)]
    days = np.where(np.isin(flags.juld_flag, bad), np.nan, days_of(profiles.juld))
    located = (
        np.isfinite(profiles.latitude)
        & np.isfinite(profiles.longitude)
        & ~np.isin(flags.position_flag, bad)
    )
    pressure = np.full((profiles.n_prof, profiles.n_levels), np.nan)
    if "PRES" in profiles.variables:
        held = profiles.variables["PRES"]
        good = ~np.isin(checked_of("PRES", held, flags).flag, bad)
        pressure = np.where(good, held.value, np.nan).astype(np.float64)
    names = [name for name in ARGO if ARGO[name].main and name in profiles.variables]
    deep = float(np.nanmax(pressure)) if np.isfinite(pressure).any() else 1.0
    layers = [_layer(name, profiles, flags, filled.get(name)) for name in names]
    return Scene(
        profiles=profiles,
        days=days,
        located=located,
        pressure=pressure,
        layers=layers[:MOST_SECTIONS],
        deepest=max(deep, 1.0),
    )


def _layer(name: str, profiles: Profiles, flags: ProfileFlags, filled: Filled | None) -> Layer:
    variable = profiles.variables[name]
    flag = checked_of(name, variable, flags).flag
    raw = variable.value.astype(np.float64)
    good = ~np.isin(flag, [int(Flag.PROBABLY_BAD), int(Flag.BAD), int(Flag.MISSING)])
    value = np.where(good, raw, np.nan) if filled is None else filled.value
    return Layer(name, variable.units, raw, flag, value.astype(np.float64), filled)
