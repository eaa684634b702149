"""One ascent of a float as curves of pressure, whatever its sampling schemes."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.model.profiles import Profiles

BoolArray = npt.NDArray[np.bool_]


def ascents(profiles: Profiles) -> list[npt.NDArray[np.intp]]:
    """Rows of each cycle and direction, together."""
    rows: dict[tuple[int, str], list[int]] = {}
    for row, key in enumerate(zip(profiles.cycle, profiles.direction, strict=True)):
        rows.setdefault((int(key[0]), str(key[1])), []).append(row)
    return [np.array(one, dtype=np.intp) for one in rows.values()]


def raw_values(profiles: Profiles) -> dict[str, FloatArray]:
    """Every variable as received, float64."""
    return {name: one.value.astype(np.float64) for name, one in profiles.variables.items()}


class Cast:
    """All sampling schemes of one ascent, as curves of pressure."""

    def __init__(
        self,
        values: Mapping[str, FloatArray],
        usable: Mapping[str, BoolArray],
        rows: npt.NDArray[np.intp],
    ) -> None:
        self.values, self.usable, self.rows = values, usable, rows

    def levels(self, name: str) -> tuple[FloatArray, FloatArray]:
        """Pressures and usable values of a variable, in order of pressure."""
        kept = self.usable[name][self.rows] & self.usable["PRES"][self.rows]
        pres, value = self.values["PRES"][self.rows][kept], self.values[name][self.rows][kept]
        order = np.argsort(pres, kind="stable")
        return pres[order], value[order]

    def at(self, name: str, pressure: FloatArray) -> FloatArray:
        """A variable at these pressures, linear between its levels; NaN 25 dbar beyond them."""
        pres, value = self.levels(name)
        if pres.size < 1:
            return np.full(pressure.shape, np.nan)
        found = np.interp(pressure, pres, value)
        inside = (pressure >= pres[0] - 25) & (pressure <= pres[-1] + 25)
        return np.where(inside, found, np.nan)
