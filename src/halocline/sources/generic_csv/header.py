"""What the name of a column says: place, platform, flags of another, units, a variable."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal

Role = Literal["latitude", "longitude", "platform"]
PLACES: Final[Mapping[str, Role]] = {
    "latitude": "latitude", "lat": "latitude", "longitude": "longitude", "lon": "longitude",
    "platform": "platform", "station": "platform", "platform_code": "platform", "site": "platform",
}  # fmt: skip
_UNITS: Final = re.compile(r"(.*?)\s*[\[(](.*)[\])]\s*")
_FLAG: Final = re.compile(r"(?:QC|FLAG)[_ ](.+)|(.+)[_ ](?:QC|FLAG)", re.IGNORECASE)
_UNNAMED: Final = re.compile(r"(unnamed: \d+)?", re.IGNORECASE)
"""pandas calls a column so whose name it did not find."""


def is_unnamed(name: str) -> bool:
    """Whether a header says nothing of a column."""
    return _UNNAMED.fullmatch(name) is not None


def named(header: Sequence[str]) -> list[str]:
    """Names of all columns; one without a name is called after its place, column_3."""
    return [name or f"column_{place}" for place, name in enumerate(header, start=1)]


def role_of(name: str) -> Role | None:
    """What a column holds that is no variable; None for any other."""
    return PLACES.get(name.lower())


def flags_of(names: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Column → the columns that hold its flags, the one to be read first.

    That is one called QC, whose flags are digits more often than those of one called FLAG are;
    of two called so, the first in the table.
    """
    found: dict[str, list[str]] = {}
    for name in names:
        column = _flagged(name, names)
        if column is not None:
            found.setdefault(column, []).append(name)
    return {
        column: tuple(sorted(flags, key=lambda name: "qc" not in name.lower()))
        for column, flags in found.items()
    }


def bare_name(name: str) -> tuple[str, str]:
    """Name and units of a column."""
    found = _UNITS.fullmatch(name)
    return (found[1].strip(), found[2].strip()) if found else (name, "")


def parameter_of(name: str, rename: Mapping[str, str]) -> tuple[str, str]:
    """Name of the variable a column becomes, and its units."""
    bare, units = bare_name(name)
    given = rename.get(name) or rename.get(bare)
    cleaned = re.sub(r"\W+", "_", given or bare).strip("_")
    return (cleaned if cleaned[:1].isalpha() else f"V_{cleaned}"), units


def names_of(name: str, rename: Mapping[str, str]) -> tuple[str, ...]:
    """What a caller may call a column: its name, that without units, the variable it becomes."""
    return (name, bare_name(name)[0], parameter_of(name, rename)[0])


def _flagged(name: str, names: Collection[str]) -> str | None:
    """The column a flag column speaks of, None for one that holds no flags."""
    found = _FLAG.fullmatch(name)
    if found is None:
        return None
    other = (found[1] or found[2]).lower()
    return next((one for one in names if other in (one.lower(), bare_name(one)[0].lower())), None)
