"""Global attributes that let a product be found, cited and trusted: CF-1.11 and ACDD 1.3.

CF-1.11 is the newest version the compliance-checker of the test group (6.1) knows; it is also the
first with `units_metadata`, which tells a temperature from a difference of temperatures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from halocline.products.netcdf import Attribute
from halocline.products.provenance import Network, Provenance

CONVENTIONS: Final = "CF-1.11, ACDD-1.3"
STANDARD_NAMES: Final = "CF Standard Name Table v93"
KEYWORDS_VOCABULARY: Final = "GCMD Science Keywords"
_OCEANS: Final = "EARTH SCIENCE > OCEANS"


@dataclass(frozen=True)
class Credit:
    """Whose data a product of one network is made from, and how to cite them."""

    institution: str
    url: str
    project: str
    source: str
    licence: str
    citation: str
    acknowledgement: str
    references: str


CREDITS: Final[Mapping[Network, Credit]] = {
    "argo": Credit(
        url="https://argo.ucsd.edu",
        institution="International Argo Program and its national programmes",
        project="Argo",
        source="profiling float",
        licence="Argo data are free of charge, without restriction; cite doi:10.17882/42182",
        citation=(
            "Argo (2000). Argo float data and metadata from Global Data Assembly Centre "
            "(Argo GDAC). SEANOE. https://doi.org/10.17882/42182"
        ),
        acknowledgement=(
            "These data were collected and made freely available by the International Argo "
            "Program and the national programs that contribute to it "
            "(https://argo.ucsd.edu, https://www.ocean-ops.org). The Argo Program is part of the "
            "Global Ocean Observing System."
        ),
        references="https://doi.org/10.17882/42182, https://doi.org/10.13155/29825, "
        "https://doi.org/10.13155/33951",
    ),
    "coasthf": Credit(
        url="https://www.coast-hf.fr",
        institution="COAST-HF network, data served by Coriolis-côtier",
        project="COAST-HF",
        source="moored surface buoy or fixed coastal station",
        licence=(
            "Data of the COAST-HF network served by Coriolis-côtier: the provider's terms apply; "
            "cite the network, the station's operator and Coriolis"
        ),
        citation=(
            "COAST-HF: French coastal network of high-frequency in situ observation "
            "(https://www.coast-hf.fr), served by Coriolis-côtier "
            "(https://data.coriolis-cotier.org)"
        ),
        acknowledgement=(
            "These data were collected by the stations of COAST-HF, a network of the French "
            "research infrastructure ILICO, and made available by Coriolis-côtier."
        ),
        references="https://www.coast-hf.fr, https://data.coriolis-cotier.org",
    ),
}

OWN: Final = Credit(
    url="",
    institution="as the file that was read says",
    project="",
    source="fixed station",
    licence="the terms of whose data these are apply",
    citation="cite whose data these are",
    acknowledgement="",
    references="",
)
"""Of a file somebody read themselves: nothing is claimed that it does not say."""

_KEYWORDS: Final = {
    "TEMP": f"{_OCEANS} > OCEAN TEMPERATURE > WATER TEMPERATURE",
    "PSAL": f"{_OCEANS} > SALINITY/DENSITY > SALINITY",
    "PRES": f"{_OCEANS} > OCEAN PRESSURE > WATER PRESSURE",
    **dict.fromkeys(
        ("DOXY", "DOX1", "DOX2", "MASS_DOXY", "OSAT"), f"{_OCEANS} > OCEAN CHEMISTRY > OXYGEN"
    ),
    **dict.fromkeys(("CHLA", "CPHL", "FLU3"), f"{_OCEANS} > OCEAN CHEMISTRY > CHLOROPHYLL"),
    **dict.fromkeys(("NITRATE", "NTRA"), f"{_OCEANS} > OCEAN CHEMISTRY > NITRATE"),
    **dict.fromkeys(("PH_IN_SITU_TOTAL", "PHPH"), f"{_OCEANS} > OCEAN CHEMISTRY > PH"),
    **dict.fromkeys(("TUR4", "TURBIDITY"), f"{_OCEANS} > OCEAN OPTICS > TURBIDITY"),
}


@dataclass(frozen=True)
class Coverage:
    """Where and when the trusted observations of a product are.

    time: datetime64, NaT allowed; latitude, longitude: degrees, NaN allowed; vertical: what
    `vertical_units` says, positive down. Each array may be empty.
    """

    time: npt.NDArray[np.datetime64]
    latitude: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]
    vertical: npt.NDArray[np.floating[Any]]
    vertical_units: str

    def attributes(self) -> dict[str, Attribute]:
        """ACDD attributes of the extents; those of an extent nothing is known of are left out."""
        time = self.time[~np.isnat(self.time)]
        stamps = {"time_coverage_start": np.min, "time_coverage_end": np.max}
        found: dict[str, Attribute] = (
            {name: iso(pick(time)) for name, pick in stamps.items()} if time.size else {}
        )
        return {
            **found,
            **_extent("geospatial_lat", self.latitude, "degrees_north"),
            **_longitudes(self.longitude),
            **_extent("geospatial_vertical", self.vertical, self.vertical_units),
            **({"geospatial_vertical_positive": "down"} if self.vertical.size else {}),
        }


def iso(moment: np.datetime64) -> str:
    """ISO 8601 to the second, UTC."""
    return f"{moment.astype('datetime64[s]')}Z"


def _extent(name: str, values: npt.NDArray[np.floating[Any]], units: str) -> dict[str, Attribute]:
    known = values[np.isfinite(values)].astype(np.float64)
    if not known.size:
        return {}
    # Float32 pressures have seven digits; more would be noise.
    low, high = float(np.round(known.min(), 5)), float(np.round(known.max(), 5))
    return {f"{name}_min": low, f"{name}_max": high, f"{name}_units": units}


def _longitudes(values: npt.NDArray[np.float64]) -> dict[str, Attribute]:
    """The shortest arc that holds all positions; across 180° its west is greater than its east."""
    known = np.sort(np.unique(values[np.isfinite(values)] % 360))
    if not known.size:
        return {}
    gaps = np.diff(known, append=known[0] + 360)
    widest = int(np.argmax(gaps))
    west, east = known[(widest + 1) % known.size], known[widest]
    wrapped = [float(np.round((one + 180) % 360 - 180, 5)) for one in (west, east)]
    return {
        "geospatial_lon_min": wrapped[0],
        "geospatial_lon_max": wrapped[1],
        "geospatial_lon_units": "degrees_east",
    }


def global_attributes(
    *,
    title: str,
    summary: str,
    feature_type: str,
    parameters: list[str],
    coverage: Coverage,
    provenance: Provenance,
    credit: Credit | None = None,
) -> dict[str, Attribute]:
    """Global attributes of a product; every date comes from its inputs.

    `credit`: whose data these are, where they are not those of the network's usual provider.
    """
    credit = credit or CREDITS[provenance.network]
    keywords = sorted({_KEYWORDS[name] for name in parameters if name in _KEYWORDS})
    return {
        "Conventions": CONVENTIONS,
        "featureType": feature_type,
        "title": title,
        "summary": summary,
        "id": provenance.identity,
        "naming_authority": "halocline",
        "keywords": ", ".join(keywords) or _OCEANS,
        "keywords_vocabulary": KEYWORDS_VOCABULARY,
        "standard_name_vocabulary": STANDARD_NAMES,
        "institution": credit.institution,
        "creator_name": credit.institution,
        "creator_type": "group",
        **({"creator_url": credit.url} if credit.url else {}),
        "publisher_name": "halocline",
        **({"project": credit.project} if credit.project else {}),
        "source": credit.source,
        "processing_level": "as received, beside independent flags and calibrated estimates",
        "license": credit.licence,
        "citation": credit.citation,
        **({"acknowledgement": credit.acknowledgement} if credit.acknowledgement else {}),
        **({"references": credit.references} if credit.references else {}),
        "date_created": provenance.reference_time,
        "history": f"{provenance.reference_time} {provenance.software}: decode, check, fill",
        **coverage.attributes(),
        **provenance.attributes(),
    }
