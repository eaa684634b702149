"""Key indicators of the Copernicus In Situ centres, computed on our own output.

KPI-1 delay from observation to availability, KPI-2 platforms per day, KPI-3a index minus files,
KPI-3b metadata, KPI-4 flags (orchestration.md §6).
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

import numpy as np

from halocline.pipeline.outside import OUTSIDE
from halocline.pipeline.providers import SOURCES_OF
from halocline.pipeline.validation.finding import Finding, at_least, at_most
from halocline.pipeline.validation.snapshot import Snapshot

GOOD: Final = ("1", "2")
NAMED: Final = 5
"""Items named in a finding's detail."""


def delay(snapshot: Snapshot, network: str) -> Iterator[Finding]:
    """KPI-1: hours from a file's last observation to its first receipt, 95th percentile.

    Of files whose observations end in the window: an archive pulled for the first time is years
    late and says nothing. A river, of which no product is made, is nobody's delay. None at all is
    red: nothing came.
    """
    first: dict[str, tuple[str, str]] = {}
    for row in _received(snapshot, network):
        is_ours = row["status"] == "current" and row["source"] != OUTSIDE
        if is_ours and row["last"] >= snapshot.since:
            key = row["file"]
            first[key] = min(first.get(key, (row["received"], row["last"])),
                             (row["received"], row["last"]))  # fmt: skip
    hours = [_hours(last, received) for received, last in first.values()]
    limits = snapshot.limits
    limit = limits.argo_delay_h if network == "argo" else limits.coasthf_delay_h
    value = float(np.percentile(hours, 95)) if hours else float("nan")
    yield Finding(
        indicator="kpi1_delay",
        network=network,
        state=at_most(value, limit),
        value=value,
        limit=limit,
        unit="h",
        detail=f"{len(hours)} files observed and received in the window",
    )


def platforms_per_day(snapshot: Snapshot, network: str) -> Iterator[Finding]:
    """KPI-2: platforms with an observation on the last whole day, against a usual day."""
    counts = Counter(
        day
        for days in _days_by_platform(snapshot, network).values()
        for day in days
        if day < snapshot.now[:10]
    )
    usual = float(np.median(list(counts.values()))) if counts else float("nan")
    last = np.datetime64(snapshot.now[:10], "D") - np.timedelta64(1, "D")
    value = float(counts.get(str(last), 0))
    limit = snapshot.limits.platforms_share * usual
    yield Finding(
        indicator="kpi2_platforms_per_day",
        network=network,
        state=at_least(value, limit),
        value=value,
        limit=limit,
        unit="platforms",
        detail=f"on {last}; usual in the window: {usual:.0f}",
    )


def index_minus_files(snapshot: Snapshot, network: str) -> Iterator[Finding]:
    """KPI-3a: objects that the tables name and the bucket lacks, or that are not as published."""
    prefixes = (f"products/{network}/", *(f"raw/{one}/" for one in SOURCES_OF[network]))
    missing = [key for key in snapshot.missing if key.startswith(prefixes)]
    broken = [f"{one.ref.name}: {one.fault}" for one in snapshot.of(network) if one.fault]
    wrong = [*broken, *missing]
    yield Finding(
        indicator="kpi3a_index_minus_files",
        network=network,
        state=at_most(len(wrong), 0),
        value=float(len(wrong)),
        limit=0.0,
        unit="objects",
        detail="; ".join(wrong[:NAMED]),
    )


def metadata(snapshot: Snapshot, network: str) -> Iterator[Finding]:
    """KPI-3b: products that lack an attribute a reader or a catalogue needs."""
    poor = [one for one in snapshot.of(network) if one.missing]
    yield Finding(
        indicator="kpi3b_metadata",
        network=network,
        state=at_most(len(poor), 0),
        value=float(len(poor)),
        limit=0.0,
        unit="products",
        detail="; ".join(f"{one.ref.name}: {', '.join(one.missing[:3])}" for one in poor[:NAMED]),
    )


def flags(snapshot: Snapshot, network: str) -> Iterator[Finding]:
    """KPI-4: share of values that were judged; KPI-4b: share of values flagged 1 or 2."""
    total: Counter[str] = Counter()
    for ref in snapshot.products:
        if ref.network == network:
            for counts in snapshot.summaries[ref.path][0].values():
                total.update(counts["flags"])
    values = sum(total.values())
    judged = 1 - total["0"] / values if values else float("nan")
    good = sum(total[one] for one in GOOD) / values if values else float("nan")
    limits = snapshot.limits
    for name, value, limit in (
        ("kpi4_evaluated", judged, limits.evaluated_share),
        ("kpi4b_good", good, limits.good_share),
    ):
        yield Finding(
            indicator=name,
            network=network,
            state=at_least(value, limit),
            value=value,
            limit=limit,
            unit="1",
            detail=f"of {values:,} values",
        )


def quarantine(snapshot: Snapshot, network: str) -> Iterator[Finding]:
    """Share of the files received in the window that were set aside."""
    rows = _received(snapshot, network)
    aside = [row for row in rows if row["status"] == "quarantined"]
    share = len(aside) / len(rows) if rows else 0.0
    limit = snapshot.limits.quarantine_share
    yield Finding(
        indicator="quarantine_share",
        network=network,
        state=at_most(share, limit),
        value=share,
        limit=limit,
        unit="1",
        detail=f"{len(aside)} of {len(rows)} files; "
        + ", ".join(sorted({row["platform"] for row in aside})[:NAMED]),
    )


def _received(snapshot: Snapshot, network: str) -> list[dict[str, str]]:
    return [dict(row) for row in snapshot.raw if row["source"] in SOURCES_OF[network]]


def _days_by_platform(snapshot: Snapshot, network: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in snapshot.of(network):
        found.setdefault(one.ref.platform, set()).update(one.days)
    return found


def _hours(start: str, end: str) -> float:
    return (_moment(end) - _moment(start)).total_seconds() / 3600


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
