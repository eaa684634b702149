"""The dead man's switch: what the bucket alone says of whether anybody is still at work.

Needs no Prefect and no Dask: when the server is down it is the bucket that has fallen silent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from halocline.pipeline.validation.record import last_findings
from halocline.stores.bucket import Bucket
from halocline.stores.schemas import ALERTS, RUNS
from halocline.stores.tables import Tables, current_alerts

WATCHED: Final = ("pull", "process", "validate")
"""Flows that the clock starts and that leave a row in `runs` when they end."""


@dataclass(frozen=True)
class Sign:
    """One thing looked at: whether it is as it should be, and in words."""

    what: str
    is_well: bool
    detail: str


def signs_of_life(bucket: Bucket, *, now: datetime, within_h: Mapping[str, float]) -> list[Sign]:
    """When each watched flow ended last, and incidents that are open. `now`: UTC.

    `within_h`: flow → hours within which one must have ended; a flow without is not looked at.

    Raises:
        SourceUnavailable: the store does not answer — that too is red, for the caller to say.
    """
    rows = Tables(bucket).read(RUNS.name, columns=["flow", "finished"]).to_pylist()
    newest: dict[str, str] = {}
    for row in rows:
        newest[row["flow"]] = max(newest.get(row["flow"], ""), row["finished"])
    signs = [_run(flow, newest.get(flow, ""), hours, now) for flow, hours in within_h.items()]
    return [*signs, *_incidents(bucket), _validation(bucket)]


def _run(flow: str, finished: str, hours: float, now: datetime) -> Sign:
    if not finished:
        return Sign(flow, is_well=False, detail="no run has ever ended")
    age_h = (now - datetime.fromisoformat(finished.replace("Z", "+00:00"))).total_seconds() / 3600
    said = f"last ended {finished}, {age_h:.1f} h ago"
    if age_h <= hours:
        return Sign(flow, is_well=True, detail=said)
    return Sign(flow, is_well=False, detail=f"{said}; expected within {hours:g} h")


def _incidents(bucket: Bucket) -> list[Sign]:
    rows = current_alerts(Tables(bucket).read(ALERTS.name)).to_pylist()
    return [
        Sign(row["incident"], is_well=False, detail=f"open since {row['at']}: {row['detail']}")
        for row in sorted(rows, key=lambda row: row["incident"])
        if row["state"] == "open"
    ]


def _validation(bucket: Bucket) -> Sign:
    at, rows = last_findings(bucket)
    red = sum(row["state"] == "red" for row in rows)
    return Sign("findings", is_well=True, detail=f"{red} red as of {at}" if at else "none yet")
