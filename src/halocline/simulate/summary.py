"""What an archive holds and what is wrong with it, as written beside it."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from halocline.model.quarantine import Reason

SUMMARY_PATH = "truth/summary.json"


@dataclass(frozen=True)
class BadFile:
    """A file (path in the provider's tree) that must be set aside, and why."""

    network: str
    file: str
    platform: str
    reason: Reason


@dataclass(frozen=True)
class FaultEvent:
    """One fault: `place` is the cycle of a float or the first stamp at a station."""

    network: str
    platform: str
    place: str
    variable: str
    fault: str
    values: int


@dataclass(frozen=True)
class Parameters:
    """What an archive was made from: the same parameters make the same bytes."""

    seed: int
    floats: int
    profiles_per_float: int
    stations: int
    months: int
    start: str

    @property
    def end(self) -> np.datetime64:
        """First day after the archive."""
        first = np.datetime64(self.start, "M")
        lead = np.datetime64(self.start, "D") - first.astype("datetime64[D]")
        return np.datetime64((first + self.months).astype("datetime64[D]") + lead, "D")


@dataclass
class Tally:
    """Counts and lists that grow while an archive is written."""

    counts: Counter[str] = field(default_factory=Counter)
    bad_files: list[BadFile] = field(default_factory=list)
    faults: list[FaultEvent] = field(default_factory=list)


@dataclass(frozen=True)
class ArchiveSummary:
    """What was written; `counts` by kind of file and of thing."""

    parameters: Parameters
    floats: tuple[str, ...]
    stations: tuple[str, ...]
    counts: dict[str, int]
    bad_files: tuple[BadFile, ...]
    faults: tuple[FaultEvent, ...]

    @property
    def profiles(self) -> int:
        """Mono-profile core files."""
        return self.counts.get("core", 0)

    @property
    def rows(self) -> int:
        """Rows of all CSV files."""
        return self.counts.get("rows", 0)

    def write(self, folder: Path) -> None:
        """Put the summary in `folder` as JSON."""
        path = folder / SUMMARY_PATH
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def read_summary(folder: Path) -> ArchiveSummary:
    """The summary written beside an archive."""
    content = json.loads((folder / SUMMARY_PATH).read_text(encoding="utf-8"))
    bad = (BadFile(**{**row, "reason": Reason(row["reason"])}) for row in content["bad_files"])
    return ArchiveSummary(
        parameters=Parameters(**content["parameters"]),
        floats=tuple(content["floats"]),
        stations=tuple(content["stations"]),
        counts=content["counts"],
        bad_files=tuple(bad),
        faults=tuple(FaultEvent(**row) for row in content["faults"]),
    )


def write_truth(path: Path, arrays: Iterable[tuple[str, npt.NDArray[np.generic]]]) -> None:
    """Write arrays as one compressed .npz; the bytes depend on nothing but the arrays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **dict(arrays))  # type: ignore[arg-type]
