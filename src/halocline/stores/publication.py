"""Publish products: one commit a batch, never an older input over a newer one, never twice."""

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Literal

import pyarrow as pa
from deltalake import DeltaTable

from halocline.model.errors import ContractBroken
from halocline.stores.bucket import Bucket
from halocline.stores.commit import compare_and_set
from halocline.stores.scan import read_rows
from halocline.stores.schemas import PRODUCTS, rows_of
from halocline.stores.tables import Tables, current_products

Event = Mapping[str, Any]
Identity = tuple[str, str, int]

GUARD_COLUMNS: Final = (*PRODUCTS.key, "recipe", "reference_time", "version", "status", "seq")
INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
"""One way to write a time, so that text order is time order."""
PRODUCT_FILE: Final = "product.nc"
LOOKUPS_AT_ONCE: Final = 16


@dataclass(frozen=True)
class Dropped:
    """An event that was not published, and why that is right."""

    event: Event
    reason: Literal[
        "same recipe", "newer inputs published", "later in the batch", "published since"
    ]


@dataclass(frozen=True)
class PublishResult:
    """How many events one call published and left out; `version` is the table's afterwards."""

    published: int
    dropped: int
    version: int
    left_out: tuple[Dropped, ...] = ()


def publish(
    tables: Tables,
    events: Sequence[Event],
    *,
    run: str,
    by_version: bool = False,
    rng: random.Random | None = None,
) -> PublishResult:
    """Every event is the current one of its product, or was dropped for a reason that stands.

    `by_version`: an event is the same as the current one only when its bytes are too; what was
    reverted can then be published again. Decided on the table's state at the version before the
    commit; decided again after a lost race.
    Exactly once: called again after a failure or a kill it publishes what is missing, no more.

    Raises:
        ContractBroken: an event is malformed or names an object that is not in the bucket (ours).
        SourceUnavailable: the store does not answer, or others kept winning — retry.
    """
    rows_of(PRODUCTS.name, events)  # malformed events are refused before anything is read
    _require_instants(events)
    _require_objects(tables.bucket, events)
    decided: list[tuple[list[Event], list[Dropped]]] = []

    def decide(table: DeltaTable) -> pa.Table:
        decided.append(select(events, current=_current(table), by_version=by_version))
        return rows_of(PRODUCTS.name, decided[-1][0])

    done = compare_and_set(bucket=tables.bucket, spec=PRODUCTS, run=run, decide=decide, rng=rng)
    dropped = tuple(decided[-1][1])
    return PublishResult(
        published=done.rows, dropped=len(dropped), version=done.version, left_out=dropped
    )


def revert(tables: Tables, *, undo: str, rng: random.Random | None = None) -> PublishResult:
    """Products whose current event is of the run `undo` have their version before it again.

    One commit, by a run called revert-<undo>. A product without an earlier version is withdrawn;
    one that was published again since is left. The event keeps the recipe it supersedes: the
    answer to that recipe is now the older version, so the next run does not make the same again,
    and makes a new one as soon as inputs, code or thresholds ask for another. Twice is once.

    Raises:
        SourceUnavailable: the store does not answer, or others kept winning — retry.
    """
    decided: list[tuple[list[Event], list[Dropped]]] = []

    def decide(table: DeltaTable) -> pa.Table:
        decided.append(_undone(read_rows(table, PRODUCTS).to_pylist(), undo=undo))
        return rows_of(PRODUCTS.name, decided[-1][0])

    done = compare_and_set(
        bucket=tables.bucket, spec=PRODUCTS, run=f"revert-{undo}", decide=decide, rng=rng
    )
    dropped = tuple(decided[-1][1])
    return PublishResult(
        published=done.rows, dropped=len(dropped), version=done.version, left_out=dropped
    )


def _undone(rows: Sequence[Event], *, undo: str) -> tuple[list[Event], list[Dropped]]:
    history: dict[Identity, list[Event]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["seq"]):
        history[_identity(row)].append(row)
    events: list[Event] = []
    dropped = []
    for past in history.values():
        last = past[-1]
        if last["run"] != undo:
            if any(row["run"] == undo for row in past):
                dropped.append(Dropped(last, "published since"))
            continue
        before = next((row for row in reversed(past) if row["run"] != undo), None)
        event = dict(before or {**last, "status": "withdrawn"}) | {"recipe": last["recipe"]}
        events.append({name: event[name] for name in event if name not in {"run", "seq"}})
    return events, dropped


def select(
    events: Sequence[Event], *, current: Mapping[Identity, Event], by_version: bool = False
) -> tuple[list[Event], list[Dropped]]:
    """Split events into those to publish on this state and those to drop."""
    accepted: dict[Identity, Event] = {}
    dropped = []
    for event in events:
        identity = _identity(event)
        before = accepted.get(identity) or current.get(identity)
        if before is not None and _same(before, event, by_version=by_version):
            dropped.append(Dropped(event, "same recipe"))
        elif before is not None and before["reference_time"] > event["reference_time"]:
            dropped.append(Dropped(event, "newer inputs published"))
        else:
            if identity in accepted:
                dropped.append(Dropped(accepted[identity], "later in the batch"))
            accepted[identity] = event
    return list(accepted.values()), dropped


def _same(before: Event, event: Event, *, by_version: bool) -> bool:
    names = ("recipe", "status", *(["version"] if by_version else []))
    return all(before[name] == event[name] for name in names)


def _current(table: DeltaTable) -> dict[Identity, Event]:
    events = read_rows(table, PRODUCTS, columns=GUARD_COLUMNS)
    return {_identity(event): event for event in current_products(events).to_pylist()}


def _identity(event: Event) -> Identity:
    return event["network"], event["platform"], event["year"]


def _require_instants(events: Sequence[Event]) -> None:
    for event in events:
        if not INSTANT.fullmatch(event["reference_time"]):
            raise ContractBroken(
                f"{event['network']} {event['platform']}: reference_time "
                f"{event['reference_time']!r} is not like 2026-01-31T00:00:00Z"
            )


def _require_objects(bucket: Bucket, events: Sequence[Event]) -> None:
    """Nobody publishes what a reader could not open: a worker may have written elsewhere."""
    keys = [f"{event['path']}/{PRODUCT_FILE}" for event in events if event["status"] == "current"]
    with ThreadPoolExecutor(max_workers=LOOKUPS_AT_ONCE) as pool:
        found = list(pool.map(bucket.exists, keys))
    missing = [key for key, there in zip(keys, found, strict=True) if not there]
    if missing:
        raise ContractBroken(
            f"{len(missing)} of {len(keys)} products to publish are not in {bucket.url}, first "
            f"{missing[0]}; do workers and publisher use the same store?"
        )
