"""What the keys of a network file may hold, and the blocks that floats and stations share."""

import re
from collections.abc import Collection
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from halocline.model.fixed_zone import zone_offset_s
from halocline.model.flags import Flag
from halocline.model.params import Params
from halocline.model.time_units import time_units

NEVER_USABLE: Final = frozenset({Flag.BAD, Flag.NOMINAL, Flag.ESTIMATED, Flag.MISSING})
"""A bad value, one nobody measured and nothing never feed an estimate (design, decision 5)."""


def _address(value: str) -> str:
    if value.startswith(("http://", "https://", "/", "file:///")):
        return value.rstrip("/") or "/"
    raise ValueError("wanted http://…, https://…, /folder or file:///folder")


def _spelled(pattern: str, wanted: str) -> AfterValidator:
    """Text that is spelled so, or what was wanted."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(wanted)
        return value

    return AfterValidator(check)


def _file(value: str) -> str:
    parts = value.split("/")
    if not value or value.startswith("/") or ".." in parts or "*" in "/".join(parts[:-1]):
        raise ValueError("wanted a path below the address, * in its last part alone")
    return value


def _fixed_zone(value: str) -> str:
    zone_offset_s(value)
    return value


def _time_units(value: str) -> str:
    time_units(value)
    return value


def _usable(values: frozenset[int]) -> frozenset[int]:
    strange = sorted(values - set(Flag))
    if strange:
        raise ValueError(
            f"no flag is {', '.join(map(str, strange))}; those that may feed an estimate are "
            f"{_flags(set(Flag) - NEVER_USABLE)}"
        )
    if values & NEVER_USABLE:
        raise ValueError(
            f"{_flags(NEVER_USABLE)} never feed an estimate; found {_flags(values & NEVER_USABLE)}"
        )
    return values


def _flags(codes: Collection[int]) -> str:
    """Each flag's number and what it means."""
    return ", ".join(
        f"{code} ({Flag(code).name.lower().replace('_', ' ')})" for code in sorted(codes)
    )


AsText = BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)
Addresses = Annotated[tuple[Annotated[str, AfterValidator(_address)], ...], Field(min_length=1)]
NetworkName = Annotated[
    str, _spelled(r"[a-z0-9][a-z0-9_-]*", "wanted lower-case letters, digits, - and _")
]
Wmo = Annotated[str, AsText, _spelled(r"\d{5}|\d{7}", "a WMO number has 5 or 7 digits")]
PlatformCode = Annotated[str, AsText]
TimeUnits = Annotated[str, AfterValidator(_time_units)]
FixedZone = Annotated[str, AfterValidator(_fixed_zone)]
OutsideCode = Annotated[
    str, AsText, _spelled(r"[A-Za-z0-9]{1,16}", "wanted a code of 1 to 16 letters and digits")
]
FilePattern = Annotated[str, AfterValidator(_file)]
LevelName = Annotated[
    str,
    _spelled(
        r"[A-Za-z0-9]\w*", "wanted a variable such as SLEV, or PLATFORM_VARIABLE of a neighbour"
    ),
]
UsableFlags = Annotated[frozenset[int], AfterValidator(_usable)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


class Box(Params):
    """Degrees; west greater than east crosses the date line."""

    west: Longitude = Field(description="Western edge, degrees east.")
    east: Longitude = Field(description="Eastern edge, degrees east.")
    south: Latitude = Field(description="Southern edge, degrees north.")
    north: Latitude = Field(description="Northern edge, degrees north.")

    @model_validator(mode="after")
    def _not_upside_down(self) -> Self:
        if self.south > self.north:
            raise ValueError(f"south {self.south} is north of north {self.north}")
        return self


class Filling(Params):
    """Which measured values feed an estimate, and how finely estimates are written."""

    usable_flags: UsableFlags = frozenset({0, 1, 2, 5})
    decimals: int = Field(default=4, ge=0, le=8)
