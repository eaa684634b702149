"""Why a centre's mask and ours part, file by file: each case is looked at, and counted by cause."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import gsw
import numpy as np

from halocline.model.profiles import Profiles
from halocline.sources.netcdf.container import RawFile, open_raw

SPIKES = {"TEMP": (6.0, 2.0), "PSAL": (0.9, 0.3)}
JUMPS = {"TEMP": 10.0, "PSAL": 5.0}
DRIFTS = {"TEMP": 1.0, "PSAL": 0.5}
INVERSION, BACK, SPEED = 0.03, 20.0, 3.0
RADIUS_M, DAY_S = 6_371_000.0, 86_400.0
NOT_REAL_TIME = "CODM"
"""HISTORY_STEP of an objective analysis, whose masks do not number the real-time tests."""

ANALYSIS = "the mask is of an objective analysis"
NOWHERE = "the profile has no position, or an interpolated one"
EARLIER = "our test fails it too when run alone: here an earlier test took the values"
GOOD = "nothing to find, run alone either, in a file whose flags call every value good"
BELOW = "nothing to find, run alone either, in a file whose flags doubt some value"
OVER = "the value is over the limit"


@dataclass(frozen=True)
class Case:
    """One file on which a test of ours and the centre's part."""

    file: str
    cause: str
    share: float
    """The largest value the test looks at in the file, over its limit; NaN if unknown."""


def case(
    file: str, number: int, content: bytes, *, alone: int, profiles: Mapping[str, Profiles]
) -> Case:
    """Why `file` fails at the centre and not here; `alone` is the mask of our test run alone."""
    raw, mine = open_raw(content), profiles[file]
    share = STATISTICS[number](mine, profiles, file) if number in STATISTICS else float("nan")
    if not _real_time(raw) >> number & 1:
        return Case(file, ANALYSIS, share)
    if number in (2, 3) and mine.position_flag_source[0] in (8, 9):
        return Case(file, NOWHERE, share)
    if alone >> number & 1:
        return Case(file, EARLIER, share)
    if share > 1:
        return Case(file, OVER, share)
    flags = np.concatenate([one.flag_source[0] for one in mine.variables.values()])
    return Case(file, GOOD if np.isin(flags, (0, 1, 2, 9)).all() else BELOW, share)


def told(cases: Sequence[Case]) -> str:
    """Counts by cause, with the span of the statistic where there is one."""
    by_cause: dict[str, list[Case]] = defaultdict(list)
    for one in cases:
        by_cause[one.cause].append(one)
    parts = []
    for cause, some in sorted(by_cause.items(), key=lambda item: -len(item[1])):
        floats = Counter(one.file.lstrip("RD").split("_")[0] for one in some)
        where = ", ".join(f"{wmo} {count}" for wmo, count in floats.most_common())
        shares = np.array([one.share for one in some])
        known = shares[np.isfinite(shares)]
        below = known.size and cause in (GOOD, BELOW)
        most = f", {max(known.max(), 0.0):.2f} of the limit at most" if below else ""
        parts.append(f"{len(some)}: {cause}{most} ({where})")
    return "; ".join(parts)


def _real_time(raw: RawFile) -> int:
    """Tests failed, by the rows of the history that speak of real-time tests."""
    mask = 0
    columns = [raw.read(f"HISTORY_{name}")[:, 0] for name in ("ACTION", "STEP", "QCTEST")]
    for row in zip(*columns, strict=True):
        action, step, digits = (b"".join(one).decode("ascii", "replace").strip() for one in row)
        if action == "QCF$" and step != NOT_REAL_TIME and digits.strip("0"):
            mask |= int(digits, 16)
    return mask


def _levels(profiles: Profiles, *names: str) -> list[np.ndarray]:
    """Values of the first row where all of them are present."""
    if not set(names) <= set(profiles.variables):
        return [np.empty(0)] * len(names)
    columns = [profiles.variables[name].value[0].astype(float) for name in names]
    held = np.isfinite(columns).all(axis=0)
    return [one[held] for one in columns]


def _speed(mine: Profiles, others: Mapping[str, Profiles], file: str) -> float:
    """Between this fix and those before and after it, over 3 m/s."""
    fixes = sorted(_fix(one) for one in others.values() if np.isfinite(_fix(one)).all())
    place = fixes.index(_fix(mine)) if _fix(mine) in fixes else -1
    if place < 0:
        return float("nan")
    near = fixes[max(place - 1, 0) : place + 2]
    return max((_drift(a, b) for a, b in pairwise(near)), default=0.0) / SPEED


def _fix(one: Profiles) -> tuple[float, float, float]:
    date = one.juld_location[0] if np.isfinite(one.juld_location[0]) else one.juld[0]
    return float(date), float(one.latitude[0]), float(one.longitude[0])


def _drift(a: tuple[float, float, float], b: tuple[float, float, float]) -> float:
    (t1, lat1, lon1), (t2, lat2, lon2) = a, b
    lat1, lon1, lat2, lon2 = np.radians((lat1, lon1, lat2, lon2))
    chord = np.sin((lat2 - lat1) / 2) ** 2
    chord += np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    if t2 == t1:
        return 0.0
    return float(2 * RADIUS_M * np.arcsin(np.sqrt(min(chord, 1.0))) / (t2 - t1) / DAY_S)


def _back(mine: Profiles, _others: Mapping[str, Profiles], _file: str) -> float:
    """The farthest any level lies above the deepest one before it, over 20 dbar."""
    (pressure,) = _levels(mine, "PRES")
    if not pressure.size:
        return 0.0
    return float(np.max(np.maximum.accumulate(pressure) - pressure)) / BACK


def _spike(mine: Profiles, _others: Mapping[str, Profiles], _file: str) -> float:
    found = [0.0]
    for name, (shallow, deep) in SPIKES.items():
        pressure, value = _levels(mine, "PRES", name)
        if value.size > 2:
            middle, around = value[1:-1], (value[2:] + value[:-2]) / 2
            size = np.abs(middle - around) - np.abs(value[2:] - value[:-2]) / 2
            found.append(float(np.max(size / np.where(pressure[1:-1] < 500, shallow, deep))))
    return max(found)


def _jump(mine: Profiles, _others: Mapping[str, Profiles], _file: str) -> float:
    found = [0.0]
    for name, limit in JUMPS.items():
        (value,) = _levels(mine, name)
        if value.size > 1:
            found.append(float(np.max(np.abs(np.diff(value)))) / limit)
    return max(found)


def _inversion(mine: Profiles, _others: Mapping[str, Profiles], _file: str) -> float:
    pressure, temp, psal = _levels(mine, "PRES", "TEMP", "PSAL")
    if pressure.size < 2:
        return 0.0
    where = np.nan_to_num((mine.longitude[0], mine.latitude[0]))
    salinity = gsw.SA_from_SP(np.maximum(psal, 0.0), pressure, *where)
    heat = gsw.CT_from_t(salinity, temp, pressure)
    middle = (pressure[1:] + pressure[:-1]) / 2
    upper = gsw.rho(salinity[:-1], heat[:-1], middle)
    return float(np.max(upper - gsw.rho(salinity[1:], heat[1:], middle))) / INVERSION


def _deep_change(mine: Profiles, others: Mapping[str, Profiles], file: str) -> float:
    """Of the mean of the deepest 100 dbar since the profile before, over 1 °C and 0.5."""
    key = (int(mine.cycle[0]), mine.direction[0] != "D")
    before = [
        one for name, one in others.items()
        if name != file and one.direction[0] == mine.direction[0]
        and (int(one.cycle[0]), one.direction[0] != "D") < key
    ]  # fmt: skip
    if not before:
        return float("nan")
    last = max(before, key=lambda one: int(one.cycle[0]))
    return max(abs(_deep(mine, n) - _deep(last, n)) / limit for n, limit in DRIFTS.items())


def _deep(one: Profiles, name: str) -> float:
    pressure, value = _levels(one, "PRES", name)
    return float(value[pressure >= pressure.max() - 100].mean()) if value.size else float("nan")


Statistic = Callable[[Profiles, Mapping[str, Profiles], str], float]
STATISTICS: Mapping[int, Statistic] = {
    5: _speed, 8: _back, 9: _spike, 12: _jump, 14: _inversion, 16: _deep_change,
}  # fmt: skip
"""What each test looks at, computed here on its own, without its code."""
