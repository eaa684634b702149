"""Freshness and completeness per platform, from the data of the published products."""

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from halocline.pipeline.validation.facts import ProductFacts
from halocline.pipeline.validation.finding import Finding, at_least, at_most
from halocline.pipeline.validation.snapshot import Snapshot

HOUR: Final = np.timedelta64(1, "h")
NAMED: Final = 10


def freshness(snapshot: Snapshot, network: str) -> Iterator[Finding]:
    """Hours since each platform's newest published observation, against its usual interval."""
    late = []
    platforms = _newest(snapshot, network)
    for platform, one in platforms.items():
        limit = late_after_h(one, snapshot)
        age = age_h(one, snapshot)
        state = at_most(age, limit)
        if state == "red":
            late.append(platform)
        yield Finding(
            indicator="freshness",
            network=network,
            platform=platform,
            state=state,
            value=age,
            limit=limit,
            unit="h",
            detail=f"newest {one.last or 'none'}, usually every {one.cadence_h:.1f} h",
        )
    yield Finding(
        indicator="freshness",
        network=network,
        state="red" if late or not platforms else "green",
        value=float(len(late)),
        limit=0.0,
        unit="platforms",
        detail="; ".join(late[:NAMED]) if platforms else "nothing is published",
    )


def completeness(snapshot: Snapshot, network: str) -> Iterator[Finding]:
    """Observations in the window over those its interval lets expect; platforms below the limit."""
    limit = snapshot.limits.completeness
    shares: dict[str, float] = {}
    for platform, one in _newest(snapshot, network).items():
        if math.isfinite(one.cadence_h) and one.cadence_h > 0:
            expected = snapshot.limits.window_days * 24 / one.cadence_h
            shares[platform] = min(one.in_window / max(expected, 1.0), 1.0)
    poor = sorted(name for name, share in shares.items() if share < limit)
    value = float(np.mean(list(shares.values()))) if shares else float("nan")
    yield Finding(
        indicator="completeness",
        network=network,
        state=at_least(value, limit),
        value=value,
        limit=limit,
        unit="1",
        detail=f"{len(poor)} of {len(shares)} platforms below: {', '.join(poor[:NAMED])}",
    )


def late_after_h(one: ProductFacts, snapshot: Snapshot) -> float:
    """Hours after which a platform is late; its interval is not known from one observation."""
    cadence = one.cadence_h if math.isfinite(one.cadence_h) else 240.0
    return max(snapshot.limits.cadences * cadence, snapshot.limits.floor_h)


def age_h(one: ProductFacts, snapshot: Snapshot) -> float:
    """Hours since the newest observation; infinite without any."""
    if not one.last:
        return math.inf
    now = np.datetime64(snapshot.now.rstrip("Z"), "s")
    return float((now - np.datetime64(one.last.rstrip("Z"), "s")) / HOUR)


def _newest(snapshot: Snapshot, network: str) -> dict[str, ProductFacts]:
    """Facts of each platform's newest product: of a station, those of its last year."""
    found: dict[str, ProductFacts] = {}
    for one in snapshot.of(network):
        before = found.get(one.ref.platform)
        if before is None or one.last > before.last:
            found[one.ref.platform] = one
    return found
