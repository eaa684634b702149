"""What a user would stumble over: empty slices, jumps in the flags, intervals that do not hold."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from halocline.pipeline.validation.finding import Finding, at_least, at_most
from halocline.pipeline.validation.snapshot import Snapshot

NAMED: Final = 10


def empty_slices(snapshot: Snapshot, network: str) -> Iterator[Finding]:
    """Cycles or days of the window in which a variable that is usually there has no value.

    Per slice, not per product: a share over the whole hides a sensor that died yesterday.
    """
    total = 0
    for one in snapshot.of(network):
        total += len(one.empty)
        if one.empty:
            yield Finding(
                indicator="empty_slices",
                network=network,
                platform=one.ref.platform,
                state="red",
                value=float(len(one.empty)),
                limit=0.0,
                unit="slices",
                detail=", ".join(one.empty[:NAMED]),
            )
    yield Finding(
        indicator="empty_slices",
        network=network,
        state=at_most(total, 0),
        value=float(total),
        limit=0.0,
        unit="slices",
    )


def flag_jumps(snapshot: Snapshot, network: str) -> Iterator[Finding]:
    """Variables whose share of values flagged 3 or 4 moved since the version before."""
    limit = snapshot.limits.flag_jump
    largest = 0.0
    for ref in snapshot.products:
        now, before = snapshot.summaries[ref.path]
        if ref.network != network or before is None:
            continue
        for name in sorted(set(now) & set(before)):
            jump = abs(_flagged(now[name]) - _flagged(before[name]))
            largest = max(largest, jump)
            if jump > limit:
                yield Finding(
                    indicator="flag_jumps",
                    network=network,
                    platform=ref.platform,
                    variable=name,
                    state="red",
                    value=jump,
                    limit=limit,
                    unit="1",
                    detail=f"{ref.name}: {_flagged(before[name]):.1%} before, "
                    f"{_flagged(now[name]):.1%} now",
                )
    yield Finding(
        indicator="flag_jumps",
        network=network,
        state=at_most(largest, limit),
        value=largest,
        limit=limit,
        unit="1",
    )


def coverage(snapshot: Snapshot, network: str) -> Iterator[Finding]:
    """Share of late values inside the 90 % interval published before they arrived, by variable."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in snapshot.of(network):
        for name, late in one.late.items():
            counts[name][0] += late.count
            counts[name][1] += late.inside
    limits = snapshot.limits
    for name, (count, inside) in sorted(counts.items()):
        enough = count >= limits.late_values
        share = inside / count
        yield Finding(
            indicator="coverage_late",
            network=network,
            variable=name,
            state=at_least(share, limits.coverage) if enough else "not_evaluated",
            value=share,
            limit=limits.coverage,
            unit="1",
            detail=f"{inside} of {count} late values; judged from {limits.late_values} on",
        )
    if not counts:
        yield Finding(
            indicator="coverage_late",
            network=network,
            state="not_evaluated",
            limit=limits.coverage,
            unit="1",
            detail="no value arrived after it had been estimated",
        )


def _flagged(counts: Mapping[str, Any]) -> float:
    flags = counts["flags"]
    total = sum(flags.values())
    return (flags.get("3", 0) + flags.get("4", 0)) / total if total else 0.0
