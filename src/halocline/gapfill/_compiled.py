"""Loops that numpy cannot say, compiled."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile for the machine, keeping the result on disk for the next process."""
    return cast("F", numba.njit(cache=True, error_model="numpy")(function))
