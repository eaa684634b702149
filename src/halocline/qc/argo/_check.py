"""Run a suite over a float's profiles."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.checked import Checked
from halocline.model.errors import ContractBroken
from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray, start_flags
from halocline.model.greylist import GreylistEntry
from halocline.model.profiles import Profiles
from halocline.qc.argo._api import (
    JULD,
    POSITION,
    PRES,
    PSAL,
    TEMP,
    ArgoTest,
    BoolArray,
    Casts,
    Verdict,
)
from halocline.qc.argo._raise import raise_flags
from halocline.qc.argo._suite import ArgoSuite

CNDC: Final = "CNDC"


@dataclass(frozen=True)
class ProfileFlags:
    """What quality control says of a float, (N_PROF, N_LEVELS) by variable and (N_PROF,) by row."""

    variables: dict[str, Checked]
    position: Checked
    juld: Checked

    @property
    def position_flag(self) -> FlagArray:
        """Flag of each position, (N_PROF,)."""
        return self.position.flag

    @property
    def juld_flag(self) -> FlagArray:
        """Flag of each date, (N_PROF,)."""
        return self.juld.flag


def check(
    profiles: Profiles,
    suite: ArgoSuite,
    reference_juld: float,
    *,
    greylist: Iterable[GreylistEntry] | None = None,
) -> ProfileFlags:
    """Judge every raw value, position and date of a float; the provider's flags are not looked at.

    Tests run in the manual's order on what is not yet BAD, and only ever raise a flag. A test
    whose needs are not met (no metadata, no list, no earlier cycle) leaves its `done` bit clear.
    `reference_juld`: now, in days since 1950-01-01 UTC. `greylist`: None where there is none.
    """
    verdicts = _Verdicts(profiles)
    listed = None if greylist is None else tuple(greylist)
    casts = _casts(profiles, verdicts, reference_juld=reference_juld, greylist=listed)
    for test, params in suite.tests():
        verdicts.take(test, test.function(casts, params), casts)
    return verdicts.checked()


def _casts(
    profiles: Profiles,
    verdicts: "_Verdicts",
    *,
    reference_juld: float,
    greylist: tuple[GreylistEntry, ...] | None,
) -> Casts:
    configured = (profiles.park_and_profile_pressure, profiles.park_pressure)
    unknown = np.full(profiles.n_prof, np.nan)
    deepest, parked = (unknown if one is None else _finite(one) for one in configured)
    return Casts(
        value=MappingProxyType(verdicts.value),
        flag=MappingProxyType(verdicts.seen),
        units={name: variable.units for name, variable in profiles.variables.items()},
        platform=profiles.platform,
        cycle=profiles.cycle,
        direction=profiles.direction,
        scheme=profiles.scheme,
        juld=_finite(profiles.juld),
        juld_location=_finite(profiles.juld_location),
        latitude=_finite(profiles.latitude),
        longitude=_finite(profiles.longitude),
        profile_pressure=deepest,
        park_pressure=parked,
        spectra=profiles.spectra,
        calibration=profiles.calibration,
        attributes=profiles.attributes,
        reference_juld=reference_juld,
        greylist=greylist,
    )


class _Verdicts:
    """Flags and masks while tests speak; lives only inside `check`."""

    def __init__(self, profiles: Profiles) -> None:
        self.value = {name: _finite(v.value) for name, v in profiles.variables.items()}
        position = np.where(np.isfinite(profiles.longitude), profiles.latitude, np.nan)
        rows = {POSITION: position, JULD: profiles.juld}
        started = self.value | {name: _finite(value) for name, value in rows.items()}
        # In the order of rows: `raise_flags` goes through them as one line and changes them there.
        self.flag = {
            name: np.ascontiguousarray(start_flags(value)) for name, value in started.items()
        }
        self.seen = {name: _read_only(flag) for name, flag in self.flag.items()}
        shapes = {name: flag.shape for name, flag in self.flag.items()}
        self.failed = {name: np.zeros(shape, dtype=np.uint64) for name, shape in shapes.items()}
        self.done = {name: np.zeros(shape, dtype=np.uint64) for name, shape in shapes.items()}

    def take(self, test: ArgoTest, verdict: Verdict, casts: Casts) -> None:
        """Raise flags, set the test's bits where it judged and where it failed; follow up."""
        pressure_bad = False
        for name, found in verdict.items():
            said = found
            if said.shape != self.flag[name].shape:
                raise ContractBroken(
                    f"Argo test {test.name} gave {said.shape} flags for {name}, "
                    f"which has {self.flag[name].shape} values"
                )
            if not test.near_surface and casts.is_near_surface.any():
                said = np.where(_along(casts.is_near_surface, said), np.uint8(0), said)
            self._raise(test, name, said)
            pressure_bad |= name == PRES and bool((said == Flag.BAD).any())
        if pressure_bad:
            self._condemn_levels(test)
        if CNDC in self.flag and TEMP in verdict and PSAL in self.flag:
            self._raise(test, PSAL, _doubts(self.flag[TEMP]))

    def _raise(self, test: ArgoTest, name: str, said: FlagArray) -> None:
        raise_flags(
            self.flag[name].reshape(-1),
            self.failed[name].reshape(-1),
            self.done[name].reshape(-1),
            np.ascontiguousarray(said, dtype=np.uint8).reshape(-1),
            np.uint64(1 << test.number),
        )

    def _condemn_levels(self, test: ArgoTest) -> None:
        """Make every parameter BAD where pressure is: a value at no known depth means nothing."""
        lost = np.where(self.flag[PRES] == Flag.BAD, np.uint8(Flag.BAD), np.uint8(0))
        for name in self.value:
            if name != PRES:
                self._raise(test, name, np.where(self.flag[name] == Flag.BAD, np.uint8(0), lost))

    def checked(self) -> ProfileFlags:
        """The judgement as others see it."""
        found = {
            name: Checked(flag=flag, failed=self.failed[name], done=self.done[name])
            for name, flag in self.flag.items()
        }
        position, juld = found.pop(POSITION), found.pop(JULD)
        return ProfileFlags(variables=found, position=position, juld=juld)


def _doubts(flag: FlagArray) -> FlagArray:
    """Salinity computed from a doubtful temperature is as doubtful."""
    doubtful = (flag == Flag.PROBABLY_BAD) | (flag == Flag.BAD)
    return np.where(doubtful, flag, np.uint8(0))


def _along(rows: BoolArray, said: FlagArray) -> BoolArray:
    return rows if said.ndim == 1 else rows[:, None]


def _finite(value: npt.NDArray[np.floating]) -> FloatArray:
    number = np.asarray(value, dtype=np.float64)
    return np.ascontiguousarray(np.where(np.isfinite(number), number, np.nan))


def _read_only(flag: FlagArray) -> FlagArray:
    view = flag.view()
    view.flags.writeable = False
    return view
