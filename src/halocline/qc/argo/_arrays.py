"""Quality control of plain arrays: what a notebook has at hand."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from halocline.model.checked import Checked
from halocline.model.errors import ConfigInvalid
from halocline.model.greylist import GreylistEntry
from halocline.model.lined_yaml import read_model
from halocline.model.profiles import Profiles, ProfileVariable
from halocline.model.shipped import shipped_suite
from halocline.qc.argo._check import ProfileFlags, check
from halocline.qc.argo._suite import ArgoSuite

EPOCH: Final = np.datetime64("1950-01-01T00:00:00", "us")


@cache
def manual() -> ArgoSuite:
    """The suite that comes with halocline: every test with the thresholds of the manual.

    Raises:
        ConfigInvalid: the package `deployments` is not installed — pass a suite.
    """
    path = shipped_suite("argo")
    return read_model(path.read_text(encoding="utf-8"), model=ArgoSuite, source=str(path))


def check_arrays(
    *,
    pres: npt.ArrayLike,
    juld: npt.ArrayLike = np.nan,
    latitude: npt.ArrayLike = np.nan,
    longitude: npt.ArrayLike = np.nan,
    cycle: npt.ArrayLike | None = None,
    direction: npt.ArrayLike = "A",
    scheme: npt.ArrayLike = "",
    platform: str = "",
    profile_pressure: npt.ArrayLike = np.nan,
    attributes: Mapping[str, str] | None = None,
    suite: ArgoSuite | None = None,
    now: np.datetime64 | datetime | None = None,
    greylist: Iterable[GreylistEntry] | None = None,
    **parameters: npt.ArrayLike,
) -> ProfileFlags:
    """Judge the profiles of one float; flags have the shape of `pres`, (n,) or (N_PROF, N_LEVELS).

    pres dbar; `parameters` by Argo's names in any case: temp °C, psal, doxy µmol/kg, …; NaN is
    missing. One value a profile, or one for all: juld days since 1950-01-01 UTC or datetime64,
    latitude and longitude degrees, cycle (default 1, 2, …), direction A or D, scheme
    VERTICAL_SAMPLING_SCHEME, profile_pressure CONFIG_ProfilePressure_dbar. What is not given is
    unknown, and tests that need it do not run. Values are taken as the float32 of an Argo file.
    Profiles may be in any order; each is judged among the others by cycle. `suite`: the manual's;
    `now`: the clock's; `greylist`: none at hand.

    Raises:
        ConfigInvalid: yours; shapes disagree, or no suite is at hand.
    """
    rows = np.asarray(pres, dtype=np.float64)
    if rows.ndim not in (1, 2):
        raise ConfigInvalid(f"pres has {rows.ndim} dimensions: one profile (n,), or a row each")
    given = {"PRES": rows, **{name.upper(): _like(name, one, rows) for name, one in
                              parameters.items()}}  # fmt: skip
    values = {name: np.atleast_2d(one) for name, one in given.items()}
    n_prof = values["PRES"].shape[0]
    facts: dict[str, npt.NDArray[Any]] = {
        "cycle": _each("cycle", np.arange(1, n_prof + 1) if cycle is None else cycle, n_prof)
        .astype(np.int32),
        "direction": _each("direction", direction, n_prof).astype(np.str_),
        "scheme": _each("scheme", scheme, n_prof).astype(np.str_),
        "juld": _days(_each("juld", juld, n_prof)),
        "latitude": _each("latitude", latitude, n_prof).astype(np.float64),
        "longitude": _each("longitude", longitude, n_prof).astype(np.float64),
        "profile_pressure": _each("profile_pressure", profile_pressure, n_prof)
        .astype(np.float64),
    }  # fmt: skip
    # By cycle, descending first: what a test calls the previous profile is the one before in time.
    order = np.lexsort((np.arange(n_prof), facts["direction"] != "D", facts["cycle"]))
    profiles = _profiles(platform, values, facts, order, dict(attributes or {}))
    today = float(_days(np.asarray([_instant(now)]))[0])
    flags = check(profiles, suite or manual(), today, greylist=greylist)
    return _in_order_of(flags, np.argsort(order), rows.shape)


def _like(name: str, value: npt.ArrayLike, pres: npt.NDArray[np.float64]) -> Any:
    found = np.asarray(value, dtype=np.float64)
    if found.shape != pres.shape:
        raise ConfigInvalid(f"{name} has shape {found.shape}, pres {pres.shape}: give each level")
    return found


def _each(name: str, value: npt.ArrayLike, n_prof: int) -> npt.NDArray[Any]:
    found = np.asarray(value)
    if found.shape not in ((), (1,), (n_prof,)):
        raise ConfigInvalid(f"{name} has shape {found.shape}: one value, or {n_prof} for the rows")
    return np.broadcast_to(found, (n_prof,)).copy()


def _days(value: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Days since 1950-01-01 of days or of dates; NaN for what is no time."""
    if value.dtype.kind != "M":
        return value.astype(np.float64)
    since = (value.astype("datetime64[us]") - EPOCH) / np.timedelta64(1, "D")
    return np.where(np.isnat(value), np.nan, since)


def _instant(now: np.datetime64 | datetime | None) -> np.datetime64:
    if isinstance(now, np.datetime64):
        return np.datetime64(str(now), "us")
    moment = datetime.now(UTC) if now is None else now
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return np.datetime64(aware.astimezone(UTC).replace(tzinfo=None), "us")


def _profiles(
    platform: str,
    values: Mapping[str, npt.NDArray[np.float64]],
    facts: Mapping[str, npt.NDArray[Any]],
    order: npt.NDArray[np.intp],
    attributes: dict[str, str],
) -> Profiles:
    unsaid = np.zeros(order.size, dtype=np.uint8)
    sorted_facts = {name: one[order] for name, one in facts.items()}
    return Profiles(
        platform=platform,
        cycle=sorted_facts["cycle"],
        direction=sorted_facts["direction"],
        scheme=sorted_facts["scheme"],
        mode=np.full(order.size, "R"),
        juld=sorted_facts["juld"],
        juld_flag_source=unsaid,
        juld_location=sorted_facts["juld"],
        latitude=sorted_facts["latitude"],
        longitude=sorted_facts["longitude"],
        position_flag_source=unsaid,
        date_update=np.full(order.size, np.datetime64("NaT", "s")),
        source_file=np.full(order.size, ""),
        variables={name: _variable(one[order]) for name, one in values.items()},
        attributes=attributes,
        park_and_profile_pressure=sorted_facts["profile_pressure"],
    )


def _variable(value: npt.NDArray[np.float64]) -> ProfileVariable:
    with np.errstate(over="ignore"):
        stored = value.astype(np.float32)
    none = np.full(value.shape, np.nan, dtype=np.float32)
    unsaid = np.zeros(value.shape, dtype=np.uint8)
    return ProfileVariable(
        value=stored,
        flag_source=unsaid,
        adjusted=none,
        adjusted_flag_source=unsaid,
        adjusted_error=none,
        mode=np.full(value.shape[0], "R"),
    )


def _in_order_of(
    flags: ProfileFlags, back: npt.NDArray[np.intp], shape: tuple[int, ...]
) -> ProfileFlags:
    def rows(checked: Checked, shape: tuple[int, ...]) -> Checked:
        return Checked(
            flag=checked.flag[back].reshape(shape),
            failed=checked.failed[back].reshape(shape),
            done=checked.done[back].reshape(shape),
        )

    each = (back.size,)
    return ProfileFlags(
        variables={name: rows(one, shape) for name, one in flags.variables.items()},
        position=rows(flags.position, each),
        juld=rows(flags.juld, each),
    )
