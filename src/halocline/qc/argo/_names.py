"""Which thresholds hold for a variable."""

import re
from collections.abc import Mapping
from typing import Final, TypeVar

T = TypeVar("T")
TWIN: Final = re.compile(r"_?\d$")
"""A second sensor of a parameter: DOXY2, BBP700_2."""


def thresholds_of(name: str, table: Mapping[str, T]) -> T | None:
    """Entry of a variable, or of the parameter it is a second sensor of; None when neither has one.

    DOWN_IRRADIANCE380 and BBP700 are parameters of their own: the name itself is tried first.
    """
    if name in table:
        return table[name]
    return table.get(TWIN.sub("", name))
