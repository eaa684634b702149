"""What a QC test of a station's series is, and the registries of them.

One file is one test. A test returns flags and nothing else: 0 where it could not judge, 1 where
the value passed, 3 or 4 where it did not; which bit that sets is declared once and never reused.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from halocline.model.errors import ContractBroken
from halocline.model.estimates import FloatArray
from halocline.model.flags import FlagArray
from halocline.model.params import Params
from halocline.model.registry import Registry
from halocline.model.series import TimeArray, own_step_s

P = TypeVar("P", bound=Params)
SecondArray = npt.NDArray[np.int64]
HOUR_S: Final = 3600.0


@dataclass(frozen=True)
class Column:
    """The values of one variable a test may look at: present, and not BAD so far.

    value (n,) finite; time_s (n,) seconds since 1970, strictly increasing; spacing as observed.
    """

    value: FloatArray
    time_s: SecondArray

    @cached_property
    def spacing_s(self) -> SecondArray:
        """(n-1,) seconds from each value to the next."""
        return np.diff(self.time_s)

    @cached_property
    def step_s(self) -> int:
        """The variable's own step in seconds, 0 for fewer than two values."""
        return own_step_s(np.asarray(self.time_s, dtype="datetime64[s]"))


@dataclass(frozen=True)
class Channel:
    """One variable of a station as tests of several variables see it; arrays (n,)."""

    value: FloatArray
    flag: FlagArray
    """What the tests of single variables said."""
    parameter: str
    """The provider's code; empty where the variable's unit makes it no such thing to compare."""
    level: int


@dataclass(frozen=True)
class Station:
    """All variables of a station on the union of their stamps; time (n,)."""

    time: TimeArray
    latitude: FloatArray
    longitude: FloatArray
    channels: Mapping[str, Channel]

    @cached_property
    def time_s(self) -> SecondArray:
        """(n,) seconds since 1970."""
        return np.asarray(self.time, dtype="datetime64[s]").astype(np.int64)

    def of(self, parameters: Sequence[str], *, level: int) -> dict[str, Channel]:
        """Channels of some parameters at one level, by name."""
        return {
            name: channel
            for name, channel in self.channels.items()
            if channel.level == level and channel.parameter in parameters
        }


@dataclass(frozen=True)
class Example:
    """A worked case of a test of one variable, at a regular step; NaN is a missing value."""

    value: Sequence[float]
    expected: Sequence[int]
    params: Mapping[str, Any]
    reason: str
    """How the expected flags come out by hand, or where they are published."""
    step_s: int = 1200


@dataclass(frozen=True)
class StationExample:
    """A worked case of a test of several variables; names as in a product (PSAL, TEMP_LEVEL3)."""

    value: Mapping[str, Sequence[float]]
    expected: Mapping[str, Sequence[int]]
    params: Mapping[str, Any]
    reason: str
    step_s: int = 1200
    position: tuple[float, float] = (50.0, 1.0)
    start: str = "2024-06-01T00:00:00"


@dataclass(frozen=True)
class ColumnTest:
    """A registered test of one variable."""

    name: str
    bit: int
    stage: int
    vouches: bool
    """Whether a value that passes is GOOD. A test that does not know what the variable should be
    (position, a flat line) can condemn a value and never make it good."""
    params: type[Params]
    function: Callable[[Column, Any], FlagArray]
    reach_s: Callable[[Any], float]
    """Seconds on each side within which a value's flag is decided: a longer record, cut there,
    gives the same flag."""
    source: str
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class StationTest:
    """A registered test of several variables."""

    name: str
    bit: int
    stage: int
    vouches: bool
    """Whether a value that passes is GOOD. A test that does not know what the variable should be
    (position, a flat line) can condemn a value and never make it good."""
    params: type[Params]
    function: Callable[[Station, Any], Mapping[str, FlagArray]]
    source: str
    examples: tuple[StationExample, ...]


COLUMN_TESTS: Final[Registry[ColumnTest]] = Registry("QC test of a series")
STATION_TESTS: Final[Registry[StationTest]] = Registry("QC test of a station")


def column_test(
    *,
    name: str,
    bit: int,
    params: type[P],
    reach_s: Callable[[P], float],
    source: str,
    examples: Sequence[Example],
    stage: int = 2,
    vouches: bool = True,
) -> Callable[[Callable[[Column, P], FlagArray]], Callable[[Column, P], FlagArray]]:
    """Register a test of one variable; stages run in order, names in order within a stage.

    `bit` is its place in the masks for ever; `reach_s` how far around a value it looks; `vouches`:
    see `ColumnTest`.
    """
    _refuse_taken_bit(name=name, bit=bit)

    def register(function: Callable[[Column, P], FlagArray]) -> Callable[[Column, P], FlagArray]:
        entry = ColumnTest(
            name, bit, stage, vouches, params, function, reach_s, source, tuple(examples)
        )
        COLUMN_TESTS.add(name, entry)
        return function

    return register


def station_test(
    *,
    name: str,
    bit: int,
    params: type[P],
    source: str,
    examples: Sequence[StationExample],
    stage: int = 1,
    vouches: bool = True,
) -> Callable[
    [Callable[[Station, P], Mapping[str, FlagArray]]],
    Callable[[Station, P], Mapping[str, FlagArray]],
]:
    """Register a test of several variables; it runs after those of single variables.

    It returns flags (n,) for each variable it could say something of, on the station's axis.
    """
    _refuse_taken_bit(name=name, bit=bit)

    def register(
        function: Callable[[Station, P], Mapping[str, FlagArray]],
    ) -> Callable[[Station, P], Mapping[str, FlagArray]]:
        entry = StationTest(name, bit, stage, vouches, params, function, source, tuple(examples))
        STATION_TESTS.add(name, entry)
        return function

    return register


def _refuse_taken_bit(*, name: str, bit: int) -> None:
    tests: list[ColumnTest | StationTest] = [*COLUMN_TESTS.values(), *STATION_TESTS.values()]
    taken = {test.bit: test.name for test in tests}
    if bit in taken or not 0 < bit < 64:
        owner = taken.get(bit, "no test: bits go from 1 to 63")
        raise ContractBroken(f"QC test {name!r} asks for bit {bit}, which belongs to {owner}")
