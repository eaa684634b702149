"""Speed of the Argo suite on one core: from arrays in memory, from files, and what the GDAC asks.

Profiles are those of the delayed-mode floats of the reference set that carry salinity; files are
the single-profile ones of the small GDAC. Seconds are of the processor, so a busy machine counts
less; shares are of the tests run one at a time. Each figure is the best of three rounds.
"""

import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from halocline.model.profiles import Profiles
from halocline.qc.argo import ArgoSuite, check
from halocline.sources.argo_gdac import assemble, parse_name
from halocline.sources.argo_gdac.decode import decode
from halocline.suites import load_suite, shipped_suite
from tests.bench import _argo_peers as peers

ROOT = Path(__file__).resolve().parents[2]
NOW = 28000.0
ROUNDS = 3
GDAC = 3_200_000
"""Profiles of the whole GDAC, 2026."""


def main() -> None:
    """Print profiles a second of the suite and of ioos_qc, of reading, and each test's share."""
    folder = Path(os.environ.get("HALOCLINE_SHARED", ROOT.parent / "shared" / "data")) / "argo"
    floats = _floats(folder / "truth")
    if not floats:
        sys.stdout.write(f"no multi-profile files below {folder}: nothing measured\n")
        return
    suite = load_suite(shipped_suite("argo"))
    assert isinstance(suite, ArgoSuite)
    count = sum(one.n_prof for one in floats)
    levels = sum(int((one.variables["PRES"].flag_source != 9).sum()) for one in floats)
    _seconds(floats[:3], suite)
    whole = min(_seconds(floats, suite) for _ in range(ROUNDS))
    _say(f"{count} profiles of {len(floats)} floats, {levels / count:.0f} levels each")
    _say(f"whole suite from memory: {count / whole:,.0f} profiles a second")
    _beside_ioos(floats, count / whole)
    mono, multi = _reading(folder)
    _say(f"whole GDAC, {GDAC:,} profiles, one core: suite {GDAC * whole / count / 60:.0f} min, "
         f"reading {GDAC * multi / 60:.0f} min from multi-profile files or "
         f"{GDAC * mono / 60:.0f} min from single ones; "
         f"this process held {_peak_mb():.0f} MB at most")  # fmt: skip
    _shares(floats, suite)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _beside_ioos(floats: Sequence[Profiles], ours: float) -> None:
    """Its four tests, called as its authors do: profile by profile."""
    if not peers.works("ioos_qc.qartod"):
        _say("ioos_qc is not installed: not compared")
        return
    some = floats[::4]
    count = sum(one.n_prof for one in some)
    spent = min(_time(lambda: [peers.ioos(one) for one in some]) for _ in range(ROUNDS))
    theirs = count / spent
    _say(f"ioos_qc, range, spike, pressure and inversion: {theirs:,.0f} profiles a second; "
         f"the whole suite is {ours / theirs:.1f} times as fast")  # fmt: skip


def _reading(folder: Path) -> tuple[float, float]:
    """Seconds a profile of decoding single-profile files and multi-profile ones, bytes at hand."""
    singles = [path.read_bytes() for path in sorted(folder.glob("gdac/dac/*/*/profiles/[RD]*.nc"))]
    spent = min(_time(lambda: [decode(one, "x.nc") for one in singles]) for _ in range(ROUNDS))
    _say(f"reading single-profile files: {len(singles) / spent:,.0f} files a second "
         f"({len(singles)} of {sum(map(len, singles)) / len(singles) / 1e3:.0f} kB)")  # fmt: skip
    many = sorted((folder / "truth").glob("*/*/*_prof.nc"))
    contents = [(parse_name(one.relative_to(folder / "truth").as_posix()), one.read_bytes())
                for one in many]  # fmt: skip
    found: list[Profiles] = []

    def assembled() -> None:
        found[:] = [assemble(name.platform, [(name, data)]).profiles for name, data in contents]

    took = min(_time(assembled) for _ in range(ROUNDS))
    count = sum(one.n_prof for one in found)
    _say(f"reading multi-profile files: {count / took:,.0f} profiles a second")
    return spent / len(singles), took / count


def _shares(floats: Sequence[Profiles], suite: ArgoSuite) -> None:
    alone = {
        test.name: _seconds(floats, ArgoSuite.model_validate({"suite": "argo", test.name: params}))
        for test, params in suite.tests()
    }
    total = sum(alone.values())
    for name, seconds in sorted(alone.items(), key=lambda one: -one[1]):
        _say(f"{name:26} {seconds / total:6.1%}")


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _floats(tree: Path) -> Sequence[Profiles]:
    found = []
    for path in sorted(tree.glob("*/*/*_prof.nc")):
        remote = parse_name(path.relative_to(tree).as_posix())
        assert remote is not None
        profiles = assemble(remote.platform, [(remote, path.read_bytes())]).profiles
        if profiles.mode[0] == "D" and "PSAL" in profiles.variables:
            found.append(profiles)
    return found


def _seconds(floats: Sequence[Profiles], suite: ArgoSuite) -> float:
    return _time(lambda: [check(one, suite, NOW, greylist=[]) for one in floats])


def _time(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
