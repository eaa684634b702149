"""Sea water of a float's levels by TEOS-10: what every test of density begins with."""

from collections.abc import Mapping
from dataclasses import dataclass

import gsw
import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray


@dataclass(frozen=True)
class Water:
    """Both (N_PROF, N_LEVELS), NaN where pressure, temperature, salinity or position is missing."""

    salinity: FloatArray
    """Absolute, g/kg."""
    heat: FloatArray
    """Conservative temperature, °C."""

    def density(self, levels: npt.NDArray[np.intp], pressure: FloatArray | float) -> FloatArray:
        """Density, kg m-3, of levels, by flat index, brought to `pressure` dbar."""
        with np.errstate(over="ignore", invalid="ignore"):  # a pressure of 1e38 has no density
            found = gsw.rho(
                self.salinity.reshape(-1)[levels], self.heat.reshape(-1)[levels], pressure
            )
        return np.asarray(found, dtype=np.float64)


def water_of(value: Mapping[str, FloatArray], longitude: FloatArray, latitude: FloatArray) -> Water:
    """TEOS-10 by GSW, doi:10.5670/oceanog.2011.26; a negative salinity counts as fresh water."""
    pressure, temp, psal = value["PRES"], value["TEMP"], value["PSAL"]
    place = np.isfinite(longitude) & np.isfinite(latitude)
    known = np.isfinite(pressure) & np.isfinite(temp) & np.isfinite(psal) & place[:, None]
    where = np.flatnonzero(known)
    row = where // max(pressure.shape[1], 1)
    salinity, heat = np.full(pressure.shape, np.nan), np.full(pressure.shape, np.nan)
    with np.errstate(over="ignore", invalid="ignore"):  # a pressure of 1e38 has no density
        held = pressure.reshape(-1)[where]
        absolute = gsw.SA_from_SP(
            np.maximum(psal.reshape(-1)[where], 0.0), held, longitude[row], latitude[row]
        )
        salinity.reshape(-1)[where] = absolute
        heat.reshape(-1)[where] = gsw.CT_from_t(absolute, temp.reshape(-1)[where], held)
    return Water(salinity, heat)
