"""What a real-time QC test of Argo profiles is, and the registry of them.

One file is one test. A test sees a float's profiles side by side and returns flags and nothing
else: 0 where it could not judge, 1 where the value passed, 2, 3 or 4 where the manual says so. It
names the manual's number, which is its bit in the masks.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from halocline.model.errors import ContractBroken
from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray
from halocline.model.greylist import GreylistEntry
from halocline.model.params import Params
from halocline.model.registry import Registry
from halocline.qc.argo._water import Water, water_of

P = TypeVar("P", bound=Params)
BoolArray = npt.NDArray[np.bool_]
Verdict = Mapping[str, FlagArray]
"""Flags by variable (N_PROF, N_LEVELS), and by POSITION and JULD (N_PROF,)."""

MISSING: Final = np.uint8(Flag.MISSING)
BAD: Final = np.uint8(Flag.BAD)
"""As numbers: numpy asks an enumeration for its ufuncs each time it is compared with."""

POSITION: Final = "POSITION"
JULD: Final = "JULD"
PRES: Final = "PRES"
TEMP: Final = "TEMP"
PSAL: Final = "PSAL"

ORDER: Final = (
    1, 2, 3, 4, 5, 15, 19, 21, 22, 48, 49, 6, 7, 8, 9, 11, 50, 25, 12, 13, 14, 51, 16, 18, 26, 24,
    23, 56, 57, 59, 62, 63,
)  # fmt: skip
"""Numbers in the order they run; any other runs after them, in order of number.
Source: `add_rtqc_to_profile_file` v6.5 of the Coriolis chain, doi:10.17882/45589; ours between."""
OURS: Final = range(27, 56)
"""Numbers no test of the manual has: tests of our own, which its suite does not run."""


@dataclass(frozen=True)
class Casts:
    """A float's profiles as a test may see them; nothing here is to be written to.

    value (N_PROF, N_LEVELS) float64, NaN where missing; flag likewise, as raised so far.
    """

    value: Mapping[str, FloatArray]
    flag: Mapping[str, FlagArray]
    units: Mapping[str, str]
    platform: str
    cycle: npt.NDArray[np.int32]
    direction: npt.NDArray[np.str_]
    scheme: npt.NDArray[np.str_]
    juld: FloatArray
    juld_location: FloatArray
    latitude: FloatArray
    longitude: FloatArray
    profile_pressure: FloatArray
    """(N_PROF,) CONFIG_ProfilePressure_dbar, NaN where unknown."""
    park_pressure: FloatArray
    """(N_PROF,) CONFIG_ParkPressure_dbar, NaN where unknown."""
    spectra: Mapping[str, npt.NDArray[np.float32]]
    """(N_PROF, N_LEVELS, N_VALUES) counts, NaN where missing."""
    calibration: Mapping[str, str]
    """Coefficients of each parameter in the words of the metadata."""
    attributes: Mapping[str, str]
    reference_juld: float
    """The only "now": days since 1950-01-01 UTC."""
    greylist: tuple[GreylistEntry, ...] | None
    """None where no list is at hand, which is not an empty one."""

    @property
    def n_prof(self) -> int:
        """Number of rows."""
        return int(self.cycle.size)

    @property
    def shape(self) -> tuple[int, int]:
        """(N_PROF, N_LEVELS)."""
        first = next(iter(self.value.values()), None)
        return (self.n_prof, 0) if first is None else (first.shape[0], first.shape[1])

    @cached_property
    def _held(self) -> Mapping[str, BoolArray]:
        return {name: _read_only(flag != MISSING) for name, flag in self.flag.items()}

    def present(self, name: str) -> BoolArray:
        """Where a variable holds a value; nowhere when the float lacks it. Not to be written to."""
        if name not in self.value:
            return np.zeros(self.shape, dtype=bool)
        return self._held[name]

    def usable(self, name: str) -> BoolArray:
        """Where a variable holds a value that no test has found BAD so far."""
        if name not in self.value:
            return np.zeros(self.shape, dtype=bool)
        return np.asarray(self._held[name] & (self.flag[name] != BAD))

    @cached_property
    def water(self) -> Water:
        """Absolute salinity and conservative temperature of every level, computed once."""
        return water_of(self.value, self.longitude, self.latitude)

    @cached_property
    def is_near_surface(self) -> BoolArray:
        """(N_PROF,) rows sampled with the pump off, or finely, in the uppermost metres."""
        return np.char.startswith(self.scheme, "Near-surface sampling")

    @cached_property
    def is_primary(self) -> BoolArray:
        """(N_PROF,) rows of the float's main sampling; files before version 3 name no scheme."""
        named = np.char.startswith(self.scheme, "Primary sampling")
        return np.asarray(named | (self.scheme == ""))

    @cached_property
    def has_position(self) -> BoolArray:
        """(N_PROF,) rows with a position no test has found BAD so far."""
        known = np.isfinite(self.latitude) & np.isfinite(self.longitude)
        return np.asarray(known & (self.flag[POSITION] != BAD))


@dataclass(frozen=True)
class Example:
    """A worked case: profiles by variable, one list a row; NaN is a missing value."""

    value: Mapping[str, Sequence[Sequence[float]]]
    expected: Mapping[str, Sequence[Sequence[int]] | Sequence[int]]
    """What the test says: 9 missing, 0 not judged; POSITION and JULD one flag a row."""
    params: Mapping[str, Any]
    reason: str
    """How the flags come out by hand, or where they are published."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Fields of `Profiles`, or `greylist`, that differ from those of an ordinary float."""


@dataclass(frozen=True)
class ArgoTest:
    """A registered test."""

    number: int
    name: str
    params: type[Params]
    function: Callable[[Casts, Any], Verdict]
    near_surface: bool
    """Whether it judges near-surface rows too."""
    needs_history: bool
    """Whether a row's flags depend on other rows of the float."""
    source: str
    examples: tuple[Example, ...]


ARGO_TESTS: Final[Registry[ArgoTest]] = Registry("Argo QC test")


def argo_test(
    *,
    number: int,
    name: str,
    params: type[P],
    source: str,
    examples: Sequence[Example],
    near_surface: bool = True,
    needs_history: bool = False,
) -> Callable[[Callable[[Casts, P], Verdict]], Callable[[Casts, P], Verdict]]:
    """Register a test under the manual's number and a name of ours, which is its suite key.

    Raises:
        ContractBroken: ours; the number or the name is taken.
    """
    taken = {test.number: test.name for test in ARGO_TESTS.values()}
    if number in taken or not 0 < number < 64:
        owner = taken.get(number, "no test: bits go from 1 to 63")
        raise ContractBroken(f"Argo test {name!r} asks for bit {number}, which belongs to {owner}")

    def register(function: Callable[[Casts, P], Verdict]) -> Callable[[Casts, P], Verdict]:
        entry = ArgoTest(
            number, name, params, function, near_surface, needs_history, source, tuple(examples)
        )
        ARGO_TESTS.add(name, entry)
        return function

    return register


def in_order() -> list[ArgoTest]:
    """Every registered test in the order they run."""
    last = len(ORDER)
    place = {number: k for k, number in enumerate(ORDER)}
    return sorted(ARGO_TESTS.values(), key=lambda test: (place.get(test.number, last), test.number))


def flags_where(judged: BoolArray, bad: BoolArray, code: Flag = Flag.BAD) -> FlagArray:
    """`code` where bad, GOOD where else judged, NOT_EVALUATED elsewhere; shapes are the same."""
    said = judged.astype(np.uint8)
    np.putmask(said, bad, np.uint8(int(code)))
    return said


def as_stored(threshold: float) -> float:
    """A threshold as a float32 file would hold it: −2.4 in a file is not below −2.4 here."""
    return float(np.float32(threshold))


def _read_only(held: BoolArray) -> BoolArray:
    held.flags.writeable = False
    return held
