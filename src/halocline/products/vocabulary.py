"""What a parameter is called outside: CF standard name, long name, units, precision.

Names: CF standard name table 93; Argo parameters: user's manual 10.13155/29825 and its reference
table 3; Coriolis-côtier codes: OceanSITES and Copernicus In Situ parameter lists.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from halocline.model.unit_spelling import folded
from halocline.products.units import Units

UNKNOWN_DECIMALS: Final = 6
"""Decimals kept of the estimates of a parameter not in the tables."""


@dataclass(frozen=True)
class Parameter:
    """What is known of one parameter, whichever product it stands in.

    `units` are the providers' spellings the standard name holds for: under another one the
    quantity may be another, and no standard name is claimed.
    """

    long_name: str
    standard_name: str = ""
    units: tuple[str, ...] = ()
    decimals: int = UNKNOWN_DECIMALS
    """Decimals kept of an estimate: one more than the best sensor of the parameter resolves."""
    main: bool = False
    """Whether an oceanographer wants to see it first."""

    def name_in(self, units: Units) -> str:
        """The standard name where it holds for this unit, however that is spelled; '' otherwise."""
        spelled = {folded(one) for one in self.units}
        respelled = units.cf != "1" and units.cf in self.units
        return self.standard_name if respelled or folded(units.source) in spelled else ""


_PER_KG: Final = ("micromole/kg", "umol kg-1")
_MILLIMOLAR: Final = ("millimole/m3", "micromole/l", "mmol m-3", "umol L-1")
_DEGREE: Final = ("degree_Celsius", "degrees_C", "degC")
_SPEED: Final = ("meter/second", "m/s", "m s-1")
_PAR: Final = ("microMoleQuanta/m^2/sec", "micro einstein m-2 s-1")

ARGO: Final[dict[str, Parameter]] = {
    "PRES": Parameter("Sea water pressure", "sea_water_pressure", ("decibar", "dbar"), 2),
    "TEMP": Parameter(
        "Sea temperature in situ, ITS-90", "sea_water_temperature", _DEGREE, 4, main=True
    ),
    "PSAL": Parameter(
        "Practical salinity", "sea_water_practical_salinity", ("psu", "1"), 4, main=True
    ),
    "CNDC": Parameter("Electrical conductivity", "sea_water_electrical_conductivity", ("mhos/m",)),
    "DOXY": Parameter(
        "Dissolved oxygen", "moles_of_oxygen_per_unit_mass_in_sea_water", _PER_KG, 3, main=True
    ),
    "TEMP_DOXY": Parameter(
        "Sea temperature from the oxygen sensor",
        "temperature_of_sensor_for_oxygen_in_sea_water",
        _DEGREE,
        4,
    ),
    "CHLA": Parameter(
        "Chlorophyll a",
        "mass_concentration_of_chlorophyll_a_in_sea_water",
        ("mg/m3",),
        4,
        main=True,
    ),
    "CHLA_FLUORESCENCE": Parameter("Chlorophyll fluorescence, factory calibration", decimals=4),
    "BBP700": Parameter("Particle backscattering at 700 nm", "", ("m-1",), 7, main=True),
    "BBP532": Parameter("Particle backscattering at 532 nm", "", ("m-1",), 7),
    "TURBIDITY": Parameter("Sea water turbidity", "sea_water_turbidity", ("ntu",), 3),
    "CDOM": Parameter("Coloured dissolved organic matter", "", ("ppb",), 4),
    "NITRATE": Parameter(
        "Nitrate", "moles_of_nitrate_per_unit_mass_in_sea_water", _PER_KG, 3, main=True
    ),
    "BISULFIDE": Parameter("Bisulfide", "", _PER_KG, 3),
    "PH_IN_SITU_TOTAL": Parameter(
        "pH, total scale",
        "sea_water_ph_reported_on_total_scale",
        ("dimensionless",),
        5,
        main=True,
    ),
    "PH_IN_SITU_FREE": Parameter("pH, free scale", "", ("dimensionless",), 5),
    "DOWNWELLING_PAR": Parameter(
        "Downwelling photosynthetically available radiation",
        "downwelling_photosynthetic_photon_flux_in_sea_water",
        _PAR,
        4,
    ),
    **{
        f"DOWN_IRRADIANCE{wavelength}": Parameter(
            f"Downwelling irradiance at {wavelength} nm",
            "downwelling_radiative_flux_per_unit_wavelength_in_sea_water",
            ("W/m^2/nm",),
            7,
        )
        for wavelength in (380, 412, 443, 490, 555, 665, 670)
    },
    "MTIME": Parameter("Time of the level after JULD", "", ("days",), 7),
    "NB_SAMPLE_CTD": Parameter("Samples averaged in each level of the CTD"),
}

COASTHF: Final[dict[str, Parameter]] = {
    "TEMP": Parameter("Sea temperature", "sea_water_temperature", _DEGREE, 4, main=True),
    "PSAL": Parameter(
        "Practical salinity", "sea_water_practical_salinity", ("psu", "1", "0.001"), 4, main=True
    ),
    "CNDC": Parameter(
        "Electrical conductivity",
        "sea_water_electrical_conductivity",
        ("S/m", "S m-1", "mS cm-1"),
        5,
    ),
    "DOX1": Parameter(
        "Dissolved oxygen",
        "volume_fraction_of_oxygen_in_sea_water",
        ("ml/l", "mL L-1"),
        4,
        main=True,
    ),
    "DOXY": Parameter(
        "Dissolved oxygen",
        "mole_concentration_of_dissolved_molecular_oxygen_in_sea_water",
        _MILLIMOLAR,
        3,
        main=True,
    ),
    "DOX2": Parameter(
        "Dissolved oxygen", "moles_of_oxygen_per_unit_mass_in_sea_water", _PER_KG, 3, main=True
    ),
    "MASS_DOXY": Parameter(
        "Dissolved oxygen by mass",
        "mass_concentration_of_oxygen_in_sea_water",
        ("milligram/m3", "mg L-1"),
        2,
    ),
    "OSAT": Parameter(
        "Oxygen saturation", "fractional_saturation_of_oxygen_in_sea_water", ("%",), 3
    ),
    "FLU3": Parameter("Chlorophyll fluorescence", decimals=4, main=True),
    "CPHL": Parameter(
        "Chlorophyll a",
        "mass_concentration_of_chlorophyll_a_in_sea_water",
        ("milligram/m3", "mg/m3", "mg m-3", "ug L-1"),
        4,
        main=True,
    ),
    "TUR4": Parameter("Turbidity", "sea_water_turbidity", ("ntu", "NTU"), 3, main=True),
    "PHPH": Parameter("pH, scale not given by the provider", decimals=4, main=True),
    "NTRA": Parameter(
        "Nitrate", "mole_concentration_of_nitrate_in_sea_water", _MILLIMOLAR, 4, main=True
    ),
    "NTRI": Parameter("Nitrite", "mole_concentration_of_nitrite_in_sea_water", _MILLIMOLAR, 4),
    "PHOS": Parameter("Phosphate", "mole_concentration_of_phosphate_in_sea_water", _MILLIMOLAR, 4),
    "SLCA": Parameter("Silicate", "mole_concentration_of_silicate_in_sea_water", _MILLIMOLAR, 4),
    "AMON": Parameter("Ammonium", "mole_concentration_of_ammonium_in_sea_water", _MILLIMOLAR, 4),
    "PRES": Parameter("Sea water pressure", "sea_water_pressure", ("decibar", "dbar"), 3),
    "DEPH": Parameter("Depth of the sensor", "depth", ("meter", "m"), 3),
    "SLEV": Parameter("Water level", "", ("meter", "m"), 4, main=True),
    "ALTS": Parameter("Altitude of the sensor", "altitude", ("meter", "m"), 3),
    "LGH4": Parameter(
        "Photosynthetically available radiation above the surface",
        "surface_downwelling_photosynthetic_photon_flux_in_air",
        _PAR,
        3,
    ),
    "DRYT": Parameter("Air temperature", "air_temperature", _DEGREE, 3),
    "AIRT": Parameter("Air temperature", "air_temperature", _DEGREE, 3),
    "ATMP": Parameter("Atmospheric pressure", "air_pressure", ("hectopascal", "hPa"), 3),
    "RELH": Parameter("Relative humidity", "relative_humidity", ("%",), 3),
    "ATMS": Parameter(
        "Atmospheric pressure at sea level",
        "air_pressure_at_mean_sea_level",
        ("hectopascal", "hPa"),
        3,
    ),
    "WSPD": Parameter("Wind speed", "wind_speed", ("meter/second", "m/s"), 3),
    "WDIR": Parameter("Direction the wind comes from", "wind_from_direction", ("degree",), 2),
    "GSPD": Parameter("Gust speed", "wind_speed_of_gust", ("meter/second", "m/s"), 3),
    "GDIR": Parameter("Direction gusts come from", "wind_gust_from_direction", ("degree",), 2),
    "HCSP": Parameter("Current speed", "sea_water_speed", _SPEED, 4),
    "HCDT": Parameter(
        "Direction the current goes to", "sea_water_velocity_to_direction", ("degree",), 2
    ),
    "EWCT": Parameter("Current, eastward", "eastward_sea_water_velocity", _SPEED, 4),
    "NSCT": Parameter("Current, northward", "northward_sea_water_velocity", _SPEED, 4),
    "VHM0": Parameter(
        "Significant wave height, spectral",
        "sea_surface_wave_significant_height",
        ("meter", "m"),
        3,
    ),
    "VTDH": Parameter("Significant wave height, of the highest third", decimals=3),
    "SWHT": Parameter("Significant wave height, as older files name it", decimals=3),
    "VTZA": Parameter("Mean wave period, zero crossings", decimals=3),
    "VDIR": Parameter(
        "Direction waves come from", "sea_surface_wave_from_direction", ("degree",), 2
    ),
    "RVFL": Parameter(
        "River flow", "water_volume_transport_in_river_channel", ("m3 s-1",), 3, main=True
    ),
    "BATTERY": Parameter("Battery voltage", "", ("volt",), 3),
    "END_CYCLE_FLOW": Parameter("Flow at the end of the sampling cycle", "", ("l/minute",), 3),
}

_TWIN: Final = re.compile(r"_?\d$")
"""A second sensor of a parameter: DOXY2, BBP700_2."""
_DERIVED: Final = {"_MED": "Median of", "_STD": "Standard deviation of", "_dPRES": "Offset of"}


def parameter_of(table: dict[str, Parameter], name: str) -> Parameter:
    """What is known of a parameter; of one not in the table, its own name and nothing else."""
    if name in table:
        return table[name]
    for suffix, words in _DERIVED.items():
        base = name.removesuffix(suffix)
        if base != name and base in table:
            known = table[base]
            return Parameter(f"{words} {known.long_name.lower()}", decimals=known.decimals)
    first = _TWIN.sub("", name)
    if first != name and first in table:
        return replace(table[first], long_name=f"{table[first].long_name}, another sensor")
    return Parameter(f"{name}, as named by the provider")
