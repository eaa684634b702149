"""The product of a float: every profile as received, our flags, filled levels, uncertainty."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.corrected import Corrected
from halocline.model.estimates import Filled, FloatArray
from halocline.model.flags import Flag
from halocline.model.profiles import Profiles, ProfileVariable
from halocline.products.argo_flags import ProfileFlags, checked_of
from halocline.products.argo_rows import FILL, PROFILE, modes, moments, rows
from halocline.products.beside import corrected_variables, probability_variable
from halocline.products.blocks import (
    MEASUREMENT,
    QUALITY,
    Block,
    block_variables,
    flag_variable,
)
from halocline.products.discovery import Coverage, global_attributes
from halocline.products.netcdf import Attribute, NcVariable, to_bytes
from halocline.products.provenance import Provenance
from halocline.products.scores import LevelScore, level_attributes
from halocline.products.units import units_of
from halocline.products.vocabulary import ARGO, parameter_of

LEVEL: Final = ("N_PROF", "N_LEVELS")
PLACE: Final = "JULD LATITUDE LONGITUDE"
BAD: Final = (Flag.PROBABLY_BAD, Flag.BAD, Flag.MISSING)


@dataclass(frozen=True)
class Wording:
    """How a file is introduced: what it holds beside the float's number, and a summary."""

    title: str
    summary: str


WHOLE: Final = Wording(
    title="checked and filled profiles",
    summary=(
        "Profiles of one Argo float as received, with quality flags that are independent "
        "of the provider's, levels filled where they could be, and a 90 % interval for "
        "every estimate. <VAR> is measured, <VAR>_FILLED is complete, <VAR>_ORIGIN tells "
        "the measured values of <VAR>_FILLED from the estimated ones."
    ),
)
CHECKED: Final = Wording(
    title="checked profiles of one file",
    summary=(
        "Profiles of one file of an Argo float as received, in its order, with quality flags "
        "that are independent of the provider's: <VAR>_QC_SOURCE is theirs, <VAR>_QC ours, "
        "<VAR>_QC_TESTS_DONE and <VAR>_QC_TESTS_FAILED say which tests judged and which failed."
    ),
)


def encode(
    *,
    profiles: Profiles,
    flags: ProfileFlags,
    filled: Mapping[str, Filled],
    provenance: Provenance,
    fill_method: str,
    tests: Mapping[int, str],
    scores: Mapping[str, LevelScore] | None = None,
    corrected: Mapping[str, Corrected] | None = None,
    uncorrected: Mapping[str, str] | None = None,
    probability: Mapping[str, FloatArray] | None = None,
    wording: Wording = WHOLE,
) -> bytes:
    """netCDF-4 bytes of a float's product.

    `filled` holds the parameters whose levels were completed, `fill_method` says how, `scores` how
    well on hidden levels; `tests` names each bit of the test masks, `wording` introduces the file.
    `corrected` holds parameters freed from a sensor's systematic error, `uncorrected` why others
    are not, `probability` how probably bad a learned second opinion calls each level.

    Raises:
        ContractBroken: ours; there is no profile or no level, or shapes disagree.
    """
    variables = rows(profiles, flags)
    for name, variable in profiles.variables.items():
        block = Block(
            name=name,
            dims=LEVEL,
            value=variable.value,
            flag_source=variable.flag_source,
            checked=checked_of(name, variable, flags),
            parameter=parameter_of(ARGO, name),
            units=units_of(variable.units),
            fill=FILL,
            coordinates=PLACE if name == "PRES" else f"{PLACE} PRES",
            tests=tests,
            filled=filled.get(name),
            fill_attributes={
                "fill_method": fill_method,
                **(level_attributes(scores[name]) if scores and name in scores else {}),
            },
            value_attributes=_said_of(name, uncorrected or {}),
        )
        beside = _adjusted(block, variable)
        if corrected and name in corrected:
            beside += corrected_variables(block, corrected[name])
        if probability and name in probability:
            beside.append(probability_variable(block, probability[name]))
        variables += block_variables(block, provided=beside)
    return to_bytes(
        dimensions={"N_PROF": profiles.n_prof, "N_LEVELS": profiles.n_levels},
        variables=variables,
        attributes=_attributes(profiles, flags, provenance, wording),
    )


def _said_of(name: str, uncorrected: Mapping[str, str]) -> dict[str, Attribute]:
    """Attributes of a measured variable: which way it points, why it has no correction of ours."""
    axis: dict[str, Attribute] = {"axis": "Z", "positive": "down"} if name == "PRES" else {}
    return {**axis, "correction": f"none: {uncorrected[name]}"} if name in uncorrected else axis


def _adjusted(block: Block, variable: ProfileVariable) -> list[NcVariable]:
    """The provider's own correction, as received, and the mode of the parameter."""
    name, units = f"{block.name}_ADJUSTED", block.units
    known: dict[str, Attribute] = {"units": units.cf, "coordinates": block.coordinates}
    if units.source != units.cf:
        known["units_source"] = units.source or "none given"
    words = block.parameter.long_name
    return [
        NcVariable(
            name,
            LEVEL,
            variable.adjusted,
            {
                "long_name": f"{words}, adjusted by the provider",
                "coverage_content_type": MEASUREMENT,
                **known,
                "ancillary_variables": f"{name}_QC {name}_ERROR",
            },
            FILL,
        ),
        flag_variable(
            f"{name}_QC",
            LEVEL,
            variable.adjusted_flag_source,
            long_name=f"Quality flag of {name} given by the provider, untouched",
            ours=False,
            extra={"coordinates": block.coordinates},
        ),
        NcVariable(
            f"{name}_ERROR",
            LEVEL,
            variable.adjusted_error,
            {
                "long_name": f"Error of {name} given by the provider",
                "coverage_content_type": QUALITY,
                **known,
            },
            FILL,
        ),
        NcVariable(
            f"{block.name}_DATA_MODE",
            PROFILE,
            modes(variable.mode),
            {"long_name": f"Mode of {block.name}: R real time, A adjusted, D delayed"},
        ),
    ]


def _attributes(
    profiles: Profiles, flags: ProfileFlags, provenance: Provenance, wording: Wording
) -> dict[str, Attribute]:
    located = ~np.isin(flags.position_flag, BAD)
    dated = ~np.isin(flags.juld_flag, BAD)
    coverage = Coverage(
        time=moments(profiles.juld)[dated],
        latitude=profiles.latitude[located],
        longitude=profiles.longitude[located],
        vertical=_good_pressure(profiles, flags),
        vertical_units="decibar",
    )
    platform = {
        f"platform_{name.lower().removeprefix('platform_')}": value
        for name, value in sorted(profiles.attributes.items())
        if value
    }
    return {
        **global_attributes(
            title=f"Argo float {profiles.platform}, {wording.title}",
            summary=wording.summary,
            feature_type="profile",
            parameters=list(profiles.variables),
            coverage=coverage,
            provenance=provenance,
        ),
        "platform_code": profiles.platform,
        **platform,
    }


def _good_pressure(profiles: Profiles, flags: ProfileFlags) -> npt.NDArray[np.float32]:
    if "PRES" not in profiles.variables:
        return np.empty(0, dtype=np.float32)
    pressure = profiles.variables["PRES"]
    trusted = ~np.isin(checked_of("PRES", pressure, flags).flag, BAD)
    return pressure.value[trusted & np.isfinite(pressure.value)]
