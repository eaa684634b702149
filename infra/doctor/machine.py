"""This machine and this process: configuration, disk, installed versions."""

import importlib.metadata
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

from halocline.pipeline.bgc import reference_digest
from halocline.pipeline.code_digest import code_digest
from halocline.settings import VARIABLES, Settings
from infra.doctor.finding import Finding, verdict
from infra.door import NEWEST, OLDEST

LEAST_FREE_BYTES: Final = 2 * 2**30
"""A platform's inputs and product need some 100 MB; the rest is for logs and Dask's spilling."""
ADDRESSES: Final = ("store", "prefect_api_url", "dask_address")


def configuration(settings: Settings, *, hazards: Mapping[str, str]) -> Iterator[Finding]:
    """Whether every address is known, and nothing in the environment works against us."""
    for name in ADDRESSES:
        value = getattr(settings, name)
        yield from verdict(
            "configuration", VARIABLES[name], good=value is not None,
            seen=value or "not set, and no embedded stack runs",
            mend=f"start a stack with `halocline up`, or set {VARIABLES[name]}",
        )  # fmt: skip
    for variable, why in hazards.items():
        yield Finding("configuration", variable, "ill", f"set: {why}", mend=f"unset {variable}")
    half = (settings.s3_key is None) != (settings.s3_secret is None)
    if half:
        yield Finding(
            "configuration", "HALOCLINE_S3_KEY", "ill", "key and secret are not set together",
            mend="set both HALOCLINE_S3_KEY and HALOCLINE_S3_SECRET, or neither",
        )  # fmt: skip


def disk(folder: Path, *, least_free: int = LEAST_FREE_BYTES) -> Iterator[Finding]:
    """Whether the home folder has room and is nobody else's."""
    there = next(one for one in (folder, *folder.parents) if one.is_dir())
    free = shutil.disk_usage(there).free
    yield from verdict(
        "disk", "room for home", good=free >= least_free,
        seen=f"{free / 2**30:.1f} GiB free at {there}",
        mend=f"free at least {least_free / 2**30:.0f} GiB there, or set HALOCLINE_HOME elsewhere",
    )  # fmt: skip
    if folder.is_dir():
        mode = stat.S_IMODE(folder.stat().st_mode)
        yield from verdict(
            "disk", "home is private", good=not mode & 0o022, seen=f"{folder} has mode {mode:04o}",
            mend=f"chmod go-w {folder}: who can write there can run code as you",
        )  # fmt: skip


def versions() -> Iterator[Finding]:
    """Whether Python and every package halocline asks for are of a version it takes."""
    found = sys.version_info[:2]
    yield from verdict(
        "versions", "Python", good=OLDEST <= found <= NEWEST, seen=sys.version.split()[0],
        mend=f"install halocline with Python {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}",
    )  # fmt: skip
    wrong = list(_wrong_packages())
    yield from verdict(
        "versions", "packages", good=not wrong,
        seen="; ".join(wrong) or f"all as halocline asks; code {code_digest()[:12]}",
        mend="pip install -c constraints.txt 'halocline[ops]'",
    )  # fmt: skip
    weights = reference_digest()
    yield from verdict(
        "versions", "weights of CANYON-B", good=bool(weights), otherwise="notice",
        seen=weights[:12] or "not installed: NITRATE is left uncorrected, and products say so",
        mend="pip install -c constraints.txt 'halocline[bgc]', here and on every worker",
    )  # fmt: skip


def _wrong_packages() -> Iterator[str]:
    for text in importlib.metadata.requires("halocline") or ():
        wanted = Requirement(text)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": "ops"}):
            continue
        try:
            found = importlib.metadata.version(wanted.name)
        except importlib.metadata.PackageNotFoundError:
            yield f"{wanted.name} is not installed"
            continue
        if not wanted.specifier.contains(found, prereleases=True):
            yield f"{wanted.name} {found}, wanted {wanted.specifier}"
