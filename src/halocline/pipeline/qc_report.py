"""What `halocline qc` found, as numbers: the same for the table and for the JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from halocline.model.checked import Checked
from halocline.model.flags import Flag
from halocline.model.quarantine import Quarantined
from halocline.pipeline.bgc import BgcFindings
from halocline.pipeline.judged import JudgedFile
from halocline.qc.argo import ArgoSuite

SHOWN: Final = (Flag.NOT_EVALUATED, Flag.GOOD, Flag.PROBABLY_GOOD, Flag.PROBABLY_BAD, Flag.BAD)


@dataclass(frozen=True)
class FloatReport:
    """One float. `flags` counts values that are present, over all variables and files given."""

    platform: str
    files: int
    profiles: int
    levels: int
    """Levels with a pressure."""
    flags: dict[int, int]
    variables: dict[str, dict[int, int]]
    fired: dict[int, int]
    """Values, positions and dates each test raised to 3 or 4, by the manual's number."""
    not_run: tuple[int, ...]
    """Tests of the suite that could judge nothing here."""
    seconds: float
    bgc: BgcFindings | None = None
    """What a reference says of oxygen and nitrate; None where nobody asked."""

    @property
    def values(self) -> int:
        """Values present."""
        return sum(self.flags.values())

    def share(self, flag: int) -> float:
        """Part of the present values that has this flag; 0 without any value."""
        return self.flags.get(flag, 0) / self.values if self.values else 0.0


@dataclass(frozen=True)
class QcReport:
    """A whole call."""

    floats: tuple[FloatReport, ...]
    aside: tuple[Quarantined, ...]
    left_out: int
    suite: str
    suite_digest: str
    greylist: tuple[str, ...]

    def as_json(self, names: Mapping[int, str]) -> dict[str, Any]:
        """Plain mapping; tests by name."""
        return {
            "suite": self.suite,
            "suite_digest": self.suite_digest,
            "greylist": list(self.greylist),
            "floats": [_float(one, names) for one in self.floats],
            "set_aside": [
                {"file": one.item, "reason": str(one.reason), "detail": one.detail,
                 "platform": one.platform}
                for one in self.aside
            ],
            "left_out": self.left_out,
        }  # fmt: skip


def _float(one: FloatReport, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "platform": one.platform,
        "files": one.files,
        "profiles": one.profiles,
        "levels": one.levels,
        "values": one.values,
        "flag_share": {str(int(flag)): round(one.share(flag), 6) for flag in Flag
                       if flag != Flag.MISSING},
        "variables": {
            name: {str(flag): count for flag, count in counts.items()}
            for name, counts in one.variables.items()
        },
        "fired": {names[number]: count for number, count in one.fired.items()},
        "not_run": [names[number] for number in one.not_run],
        "seconds": round(one.seconds, 3),
        **({} if one.bgc is None else {"reference": _reference(one.bgc)}),
    }  # fmt: skip


def _reference(bgc: BgcFindings) -> dict[str, Any]:
    told: dict[str, Any] = {
        name: {"corrected": finding.correction is not None, **finding.evidence}
        for name, finding in bgc.found.items()
    }
    return told | {name: {"corrected": False, "why": why} for name, why in bgc.without.items()}


def report_of(
    platform: str,
    judged: Sequence[JudgedFile],
    suite: ArgoSuite,
    seconds: float,
    bgc: BgcFindings | None = None,
) -> FloatReport:
    """Counts over the files of one float, each file for itself."""
    bits = {test.number for test, _ in suite.tests()}
    variables: dict[str, dict[int, int]] = {}
    fired, done = dict.fromkeys(sorted(bits), 0), 0
    for one in judged:
        for name, checked in one.flags.variables.items():
            variables[name] = _added(variables.get(name, {}), _flags(checked))
        for checked in (*one.flags.variables.values(), one.flags.position, one.flags.juld):
            done |= int(np.bitwise_or.reduce(checked.done, axis=None))
            for number in fired:
                bit = np.uint64(1 << number)
                fired[number] += int(np.count_nonzero(checked.failed & bit))
    flags: dict[int, int] = {}
    for counts in variables.values():
        flags = _added(flags, counts)
    return FloatReport(
        platform=platform,
        files=len(judged),
        profiles=sum(one.profiles.n_prof for one in judged),
        levels=sum(variables.get("PRES", {}).values()),
        flags=flags,
        variables=variables,
        fired={number: count for number, count in fired.items() if count},
        not_run=tuple(number for number in sorted(bits) if not done >> number & 1),
        seconds=seconds,
        bgc=bgc,
    )


def _flags(checked: Checked) -> dict[int, int]:
    """How many present values have each flag."""
    found, counts = np.unique(checked.flag[checked.flag != Flag.MISSING], return_counts=True)
    return {int(flag): int(count) for flag, count in zip(found, counts, strict=True)}


def _added(first: Mapping[int, int], second: Mapping[int, int]) -> dict[int, int]:
    return {
        key: first.get(key, 0) + second.get(key, 0) for key in sorted(first.keys() | second.keys())
    }
