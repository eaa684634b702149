"""The Dask cluster: workers, their versions, their code, threads, clocks and room."""

import shutil
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

from distributed import Client

from halocline.pipeline.bgc import reference_digest
from halocline.pipeline.code_digest import code_digest
from infra.doctor.clock import compared
from infra.doctor.finding import Finding, verdict
from infra.doctor.machine import LEAST_FREE_BYTES
from tasks.turns import TRAIN, none_left_for_polls

PATIENCE_S: Final = 15
AREA: Final = "Dask"
SAME: Final = (
    *("python", "dask", "distributed", "cloudpickle", "msgpack", "numpy", "pandas", "xarray"),
    *("netCDF4", "pyarrow", "scipy"),
)
"""What travels between client and workers pickled, or decides a product's bytes."""


def cluster(address: str) -> Iterator[Finding]:
    """Everything of the cluster at `address`."""
    with Client(address, timeout=PATIENCE_S, set_as_default=False) as client:
        known = client.scheduler_info(n_workers=-1)["workers"]
        yield from verdict(
            AREA, "workers", good=bool(known), seen=f"{len(known)} at {address}",
            mend="start workers: `halocline up`, or `dask worker ADDRESS --nthreads 1`",
        )  # fmt: skip
        if known:
            yield from _threads(known)
            yield from _polls(known)
            yield from _code(client)
            yield from _weights(client)
            yield from _versions(client)
            yield from _clocks(client)
            yield from _room(client, known)


def _threads(known: Mapping[str, Any]) -> Iterator[Finding]:
    several = [address for address, one in known.items() if one["nthreads"] != 1]
    yield from verdict(
        AREA, "one thread a worker", good=not several,
        seen=f"{len(several)} of {len(known)} have several" if several else "all of them",
        mend="start workers with --nthreads 1: the netCDF4 library crashes under threads",
    )  # fmt: skip


def _polls(known: Mapping[str, Any]) -> Iterator[Finding]:
    why = none_left_for_polls(known)
    yield from verdict(
        AREA, "a worker for polls", good=not why, otherwise="notice",
        seen=why or "trainings leave some of the workers to them",
        mend=f"start all workers but one with --resources {TRAIN}=1 (`halocline up` does)",
    )  # fmt: skip


def _code(client: Client) -> Iterator[Finding]:
    answers = {"scheduler": client.run_on_scheduler(code_digest)}
    answers |= client.run(code_digest, on_error="return")
    other = [address for address, digest in answers.items() if digest != code_digest()]
    yield from verdict(
        AREA, "code", good=not other,
        seen=f"{len(other)} of {len(answers)} run other code than {code_digest()[:12]}"
        if other else f"all run {code_digest()[:12]}",
        mend="install the same halocline everywhere, restart the cluster (`halocline up` does)",
    )  # fmt: skip


def _weights(client: Client) -> Iterator[Finding]:
    answers = client.run(reference_digest, on_error="return")
    other = [address for address, digest in answers.items() if digest != reference_digest()]
    ours = reference_digest()[:12] or "none"
    yield from verdict(
        AREA, "weights of CANYON-B", good=not other,
        seen=f"{len(other)} of {len(answers)} workers have others than {ours}, {other[0]} first"
        if other else f"all have {ours}",
        mend="install 'halocline[bgc]' on every worker or on none: Argo runs stop otherwise",
    )  # fmt: skip


def _versions(client: Client) -> Iterator[Finding]:
    told: Any = client.get_versions(check=False, packages=["xarray", "netCDF4", "pyarrow", "scipy"])
    ours = _packages(told["client"])
    others = {"scheduler": told["scheduler"], **told["workers"]}
    wrong = sorted(
        {
            f"{name} {theirs[name]} at {'the scheduler' if who == 'scheduler' else 'a worker'}, "
            f"{ours[name]} here"
            for who, told_by in others.items()
            for theirs in [_packages(told_by)]
            for name in SAME
            if theirs.get(name) is not None and theirs[name] != ours.get(name)
        }
    )
    yield from verdict(
        AREA, "versions", good=not wrong, seen="; ".join(wrong) or "the same everywhere",
        mend="install everywhere with the same Python and constraints.txt",
    )  # fmt: skip


def _packages(told: Mapping[str, Any]) -> dict[str, str]:
    python = ".".join(str(told["host"]["python"]).split(".")[:2])
    return {**told["packages"], "python": python}


def _clocks(client: Client) -> Iterator[Finding]:
    before = time.time()
    theirs = list(client.run(time.time).values())
    after = time.time()
    worst = max(theirs, key=lambda one: max(before - one, one - after))
    yield from compared("Dask workers", worst, before=before, after=after)


def _room(client: Client, known: Mapping[str, Any]) -> Iterator[Finding]:
    free = min(
        client.run(shutil.disk_usage, one.get("local_directory") or "/", workers=[address])[
            address
        ].free
        for address, one in known.items()
    )
    yield from verdict(
        "disk", "room for Dask", good=free >= LEAST_FREE_BYTES,
        seen=f"{free / 2**30:.1f} GiB free at the fullest worker",
        mend="free room, or start workers with --local-directory elsewhere",
    )  # fmt: skip
