"""Broken files beside sound ones: what becomes of each."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np

from halocline.model.quarantine import Reason
from halocline.pipeline.qc_files import qc_files
from halocline.qc.argo import ArgoSuite
from tests.samples.mutate import mutated

NOW = np.datetime64("2026-01-01T00:00:00", "s")


@dataclass
class Fate:
    """What became of broken files."""

    processed: int = 0
    reasons: Counter = field(default_factory=Counter)
    sound_lost: list[str] = field(default_factory=list)

    def add(self, other: "Fate") -> None:
        self.processed += other.processed
        self.reasons += other.reasons
        self.sound_lost += other.sound_lost


def real_files(argo: Path) -> dict[str, bytes]:
    """Mono core and B files of `gdac/` and the odd ones, by path below the folder."""
    found = {}
    for pattern in ("gdac/dac/*/*/profiles/[RDB]*.nc", "odd/*/*.nc"):
        for path in sorted(argo.glob(pattern)):
            if path.stat().st_size < 400_000:
                found[path.relative_to(argo).as_posix()] = path.read_bytes()
    return found


def judge_broken(
    files: Mapping[str, bytes], folder: Path, *, suite: ArgoSuite, rng: np.random.Generator,
    sound: str,
) -> Fate:  # fmt: skip
    """Write a broken copy of each file but those of the float of `sound`, judge all, count.

    Every broken file must be judged or set aside under a reason of the closed list, and `sound`
    judged as if it stood alone.
    """
    given, results = folder / "given", folder / "results"
    platform = sound.split("/")[-3]
    broken = {name for name in files if f"/{platform}/" not in name}
    for name in sorted(broken):
        _write(given / name, mutated(files[name], rng))
    _write(given / sound, files[sound])
    report = qc_files([given], out=results, suite=suite, now=NOW)
    aside = {one.item: one.reason for one in report.aside}
    assert all(isinstance(reason, Reason) for reason in aside.values())
    judged = {
        path.relative_to(results).as_posix().replace("_qc.nc", ".nc")
        for path in results.rglob("*_qc.nc")
    }
    fate = Fate(processed=len(judged & broken), reasons=Counter(map(str, aside.values())))
    left = broken - judged - set(aside)
    # A file whose DATA_TYPE broke into something out of scope is left out, as technical files are.
    assert len(left) == report.left_out, sorted(left)[:5]
    fate.reasons["out_of_scope"] += len(left)
    if sound not in judged or sound in aside:
        fate.sound_lost.append(sound)
    return fate


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def sound_ones(files: Mapping[str, bytes]) -> list[str]:
    """Files of `gdac/`, one a float, to stand among the broken ones."""
    by_float = {name.split("/")[3]: name for name in files if name.startswith("gdac/")
                and not PurePosixPath(name).name.startswith("B")}  # fmt: skip
    return sorted(by_float.values())
