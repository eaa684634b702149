"""Speed of the Argo suite from arrays in memory, on one core: whole, and test by test.

Profiles are those of the delayed-mode floats of the reference set that carry salinity. Seconds are
of the processor, so a busy machine counts less; shares are of the tests run one at a time.
"""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from halocline.model.profiles import Profiles
from halocline.qc.argo import ArgoSuite, check
from halocline.sources.argo_gdac import assemble, parse_name
from halocline.suites import load_suite, shipped_suite

ROOT = Path(__file__).resolve().parents[2]
NOW = 28000.0
ROUNDS = 3


def main() -> None:
    """Print profiles a second of the whole suite and each test's share of the time."""
    folder = Path(os.environ.get("HALOCLINE_SHARED", ROOT.parent / "shared" / "data")) / "argo"
    floats = _floats(folder / "truth")
    if not floats:
        sys.stdout.write(f"no multi-profile files below {folder}: nothing measured\n")
        return
    suite = load_suite(shipped_suite("argo"))
    assert isinstance(suite, ArgoSuite)
    count = sum(one.n_prof for one in floats)
    _seconds(floats[:3], suite)
    whole = min(_seconds(floats, suite) for _ in range(ROUNDS))
    sys.stdout.write(f"{count} profiles, {len(floats)} floats: {count / whole:,.0f} a second\n")
    alone = {
        test.name: _seconds(floats, ArgoSuite.model_validate({"suite": "argo", test.name: params}))
        for test, params in suite.tests()
    }
    total = sum(alone.values())
    for name, seconds in sorted(alone.items(), key=lambda one: -one[1]):
        sys.stdout.write(f"{name:26} {seconds / total:6.1%}\n")


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
    start = time.process_time()
    for one in floats:
        check(one, suite, NOW, greylist=[])
    return time.process_time() - start
