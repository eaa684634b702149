"""What the last validation found, in a few lines."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from halocline.settings import Settings

NAMED = 8
"""Red findings shown; the table `kpi` and the run's page have all of them."""


def health_lines(settings: "Settings") -> list[str]:
    """Lines of what is fresh, late and red, as of the last validation; none without a store."""
    from halocline.model.errors import HaloclineError  # noqa: PLC0415
    from halocline.pipeline.validation.record import last_findings  # noqa: PLC0415
    from halocline.stores.bucket import Bucket, StoreOptions  # noqa: PLC0415

    if settings.store is None:
        return []
    try:
        at, rows = last_findings(Bucket(settings.store, StoreOptions(**settings.s3_options())))
    except HaloclineError as fault:
        return [f"products    not known: {fault}"]
    if not at:
        return ["products    never validated: run the flow `validate`, or `halocline deploy`"]
    return told(at, rows)


def told(at: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Lines of the findings of one validation."""
    platforms = [row for row in rows if row["indicator"] == "freshness" and row["platform"]]
    stale = [row for row in platforms if row["state"] == "red"]
    red = [row for row in rows if row["state"] == "red"]
    idle = sum(row["state"] == "not_evaluated" for row in rows)
    lines = [
        f"products    {len(platforms) - len(stale)} platforms fresh, {len(stale)} late; "
        f"{len(red)} red findings, {idle} not evaluated, as of {at}"
    ]
    for row in sorted(red, key=lambda row: (row["platform"] != "", row["indicator"]))[:NAMED]:
        what = " ".join(filter(None, (row["network"], row["platform"], row["variable"])))
        lines.append(f"  red       {row['indicator']} {what}: {row['detail']}")
    if len(red) > NAMED:
        lines.append(f"  red       and {len(red) - NAMED} more in the table kpi")
    return lines
