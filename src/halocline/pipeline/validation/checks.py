"""The checks: each judges one thing on a snapshot; one that cannot run is red, never absent."""

import logging
from collections.abc import Callable, Iterable
from typing import Final

from halocline.pipeline.validation.finding import Finding
from halocline.pipeline.validation.freshness import completeness, freshness
from halocline.pipeline.validation.indicators import (
    delay,
    flags,
    index_minus_files,
    metadata,
    platforms_per_day,
    quarantine,
)
from halocline.pipeline.validation.limits import NETWORKS
from halocline.pipeline.validation.quality import coverage, empty_slices, flag_jumps
from halocline.pipeline.validation.snapshot import Snapshot

log = logging.getLogger(__name__)
Check = Callable[[Snapshot, str], Iterable[Finding]]
"""Judges one network of a snapshot."""

CHECKS: Final[dict[str, Check]] = {
    "kpi1_delay": delay,
    "kpi2_platforms_per_day": platforms_per_day,
    "kpi3a_index_minus_files": index_minus_files,
    "kpi3b_metadata": metadata,
    "kpi4_flags": flags,
    "quarantine_share": quarantine,
    "freshness": freshness,
    "completeness": completeness,
    "empty_slices": empty_slices,
    "flag_jumps": flag_jumps,
    "coverage_late": coverage,
}


def judge(snapshot: Snapshot, *, checks: dict[str, Check] | None = None) -> list[Finding]:
    """Findings of every check for every network that has products or files.

    A check that fails is a red finding that says why: silence would read as green.
    """
    found: list[Finding] = []
    for network in networks_of(snapshot):
        for name, check in (CHECKS if checks is None else checks).items():
            try:
                found += check(snapshot, network)
            except (
                Exception
            ) as fault:  # the one guard: whatever goes wrong in a check is its result
                log.exception("check %s of %s could not run", name, network)
                found.append(
                    Finding(
                        indicator=name,
                        network=network,
                        state="red",
                        detail=f"could not run: {type(fault).__name__}: {fault}",
                    )
                )
    return found


def networks_of(snapshot: Snapshot) -> list[str]:
    """Networks with a product; both when there is none at all: nothing published is no green."""
    found = [one for one in NETWORKS if any(ref.network == one for ref in snapshot.products)]
    return found or list(NETWORKS)
