"""One judgement: an indicator's value against its limit."""

import math
from dataclasses import dataclass
from typing import Literal

State = Literal["green", "red", "not_evaluated"]


@dataclass(frozen=True)
class Finding:
    """One indicator of one network or platform at one validation."""

    indicator: str
    network: str
    state: State
    value: float = math.nan
    """NaN where there is none: nothing to judge, or a check that could not run."""
    limit: float = math.nan
    unit: str = ""
    platform: str = ""
    """'' for the network as a whole."""
    variable: str = ""
    detail: str = ""


def at_most(value: float, limit: float) -> State:
    """Green up to the limit; a value that is not a number is red."""
    return "green" if value <= limit else "red"


def at_least(value: float, limit: float) -> State:
    """Green from the limit on; a value that is not a number is red."""
    return "green" if value >= limit else "red"
