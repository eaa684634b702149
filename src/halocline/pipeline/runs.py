"""The table `runs`: what each run did and took."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from halocline.model.version import VERSION
from halocline.pipeline.code_digest import code_digest
from halocline.pipeline.outcome import Outcome
from halocline.stores.bucket import Bucket
from halocline.stores.schemas import RUNS, rows_of
from halocline.stores.tables import Tables

PACE_RUNS: Final = 50
"""Runs, newest first, whose pace an estimate rests on: older ones ran other code."""


@dataclass(frozen=True)
class RunRecord:
    """One run of a flow, as an operator looks back at it."""

    flow: str
    name: str
    status: str
    """completed or failed."""
    started: str
    """ISO UTC."""
    finished: str
    parameters: Mapping[str, Any]
    published: int = 0
    dropped: int = 0
    set_aside: int = 0
    summary: Mapping[str, Any] | None = None
    """JSON; key `pace` holds products, bytes and seconds by network."""


@dataclass(frozen=True)
class Pace:
    """What making products of a network took, over some runs."""

    products: int
    bytes_read: int
    busy_s: float


def record_run(bucket: Bucket, record: RunRecord, *, run: str) -> None:
    """The run has a row in `runs`; a retry of the same run leaves the newest of two.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    event = {
        **{name: getattr(record, name) for name in ("flow", "name", "status", "started")},
        "finished": record.finished,
        "software": f"halocline {VERSION}",
        "code_digest": code_digest(),
        "parameters": json.dumps(dict(record.parameters), sort_keys=True, default=str),
        "published": record.published,
        "dropped": record.dropped,
        "set_aside": record.set_aside,
        "summary": json.dumps(dict(record.summary or {}), sort_keys=True, default=str),
    }
    Tables(bucket).append(RUNS.name, rows_of(RUNS.name, [event]), run=run)


def pace_of(outcomes: Iterable[tuple[Outcome, float]]) -> dict[str, dict[str, float]]:
    """Products, bytes read and workers' seconds by network, for a run's summary."""
    found: dict[str, dict[str, float]] = {}
    for outcome, seconds in outcomes:
        one = found.setdefault(outcome.network, {"products": 0, "bytes": 0, "busy_s": 0.0})
        one["products"] += 1
        one["bytes"] += outcome.bytes_read
        one["busy_s"] = round(one["busy_s"] + seconds, 3)
    return found


def paces(bucket: Bucket) -> dict[str, Pace]:
    """Pace of each network over the newest runs that made products."""
    rows = Tables(bucket).read(RUNS.name, columns=["summary", "started"]).to_pylist()
    newest = sorted(rows, key=lambda row: row["started"], reverse=True)
    made = [json.loads(row["summary"]).get("pace") for row in newest]
    found: dict[str, Pace] = {}
    for pace in [one for one in made if one][:PACE_RUNS]:
        for network, one in pace.items():
            before = found.get(network, Pace(0, 0, 0.0))
            found[network] = Pace(
                products=before.products + int(one["products"]),
                bytes_read=before.bytes_read + int(one["bytes"]),
                busy_s=before.busy_s + float(one["busy_s"]),
            )
    return found
