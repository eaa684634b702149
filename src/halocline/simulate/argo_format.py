"""The variables of Argo profile and metadata files, format 3.1, as the assembly centres write them.

`argo_format.json` holds names, types, dimensions and attributes of real files.
"""

import functools
import json
from importlib import resources
from typing import Any, Final

from halocline.simulate.classic import Variable

STRINGS: Final = {
    "DATE_TIME": 14, "STRING256": 256, "STRING64": 64, "STRING32": 32, "STRING16": 16,
    "STRING8": 8, "STRING4": 4, "STRING2": 2,
}  # fmt: skip
"""Dimensions every profile file has."""
CORE: Final = ("PRES", "TEMP", "PSAL")
BGC: Final = ("DOXY", "NITRATE", "CHLA", "BBP700")
_WIDER_IN_BIO: Final = {"STATION_PARAMETERS", "HISTORY_PARAMETER", "PARAMETER"}


@functools.cache
def _format() -> dict[str, Any]:
    text = resources.files("halocline.simulate").joinpath("argo_format.json").read_text("utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def _variable(row: list[Any]) -> Variable:
    name, kind, dimensions, attributes = row
    return Variable(name, kind, tuple(dimensions), tuple(attributes.items()))


@functools.cache
def core_variables(parameters: tuple[str, ...] = CORE) -> tuple[Variable, ...]:
    """Variables of a core or multi-profile file, in the order of real ones."""
    content = _format()
    blocks = [variable for name in parameters for variable in _block(name)]
    head = [_variable(row) for row in content["head"]] + [_profile_flag(p) for p in parameters]
    return (
        *head,
        *(_variable(row) for row in content["middle"]),
        *blocks,
        *(_variable(row) for row in content["tail"]),
    )


@functools.cache
def bio_variables(parameters: tuple[str, ...]) -> tuple[Variable, ...]:
    """Variables of a B file: PRES bare, each parameter with its own data mode, wider names."""
    content, made = _format(), []
    for row in content["head"]:
        made.append(_variable(row if row[0] != "DATA_TYPE" else [*row[:2], ["STRING32"], row[3]]))
        if row[0] == "DATA_MODE":
            dimensions = ["N_PROF", "N_PARAM"]
            made.append(_variable(["PARAMETER_DATA_MODE", "c", dimensions, row[3]]))
    made += [_profile_flag(name) for name in parameters if name != "PRES"]
    made += [_variable(row) for row in content["middle"]]
    made += [_block("PRES")[0]]
    made += [variable for name in parameters if name != "PRES" for variable in _block(name)]
    made += [_variable(row) for row in content["tail"]]
    return tuple(_widened(variable) for variable in made)


@functools.cache
def meta_variables() -> tuple[Variable, ...]:
    """Variables of a metadata file."""
    return tuple(_variable(row) for row in _format()["meta"])


def _widened(variable: Variable) -> Variable:
    if variable.name not in _WIDER_IN_BIO:
        return variable
    dimensions = (*variable.dimensions[:-1], "STRING64")
    return Variable(variable.name, variable.kind, dimensions, variable.attributes)


def _profile_flag(parameter: str) -> Variable:
    attributes = (
        ("long_name", f"Global quality flag of {parameter} profile"),
        ("conventions", "Argo reference table 2a"),
        ("_FillValue", " "),
    )
    return Variable(f"PROFILE_{parameter}_QC", "c", ("N_PROF",), attributes)


def _block(parameter: str) -> tuple[Variable, ...]:
    """Value, flag, adjusted value, its flag and its error."""
    attributes = tuple(_format()["parameters"][parameter].items())
    kept = {"_FillValue", "units", "C_format", "FORTRAN_format", "resolution"}
    name = "Contains the error on the adjusted values as determined by the delayed mode QC process"
    error = (("long_name", name), *(pair for pair in attributes if pair[0] in kept))
    flag = (
        ("long_name", "quality flag"),
        ("conventions", "Argo reference table 2"),
        ("_FillValue", " "),
    )
    shape = ("N_PROF", "N_LEVELS")
    adjusted = f"{parameter}_ADJUSTED"
    return (
        Variable(parameter, "f", shape, attributes),
        Variable(f"{parameter}_QC", "c", shape, flag),
        Variable(adjusted, "f", shape, attributes),
        Variable(f"{adjusted}_QC", "c", shape, flag),
        Variable(f"{adjusted}_ERROR", "f", shape, error),
    )
