"""Candidates: versions a reprocessing has made and nobody has published yet.

Their objects lie under `products/` like any other version's; the table `candidates` names them, so
that maintenance keeps them. Readers see nothing of it until publication.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from halocline.model.errors import ConfigInvalid
from halocline.model.latest import latest
from halocline.pipeline.outcome import Outcome
from halocline.stores.bucket import Bucket
from halocline.stores.publication import PublishResult, publish, revert
from halocline.stores.schemas import CANDIDATES, PRODUCTS, event_schema, rows_of
from halocline.stores.tables import Tables

FLUSH_S: Final = 5.0
"""At most so much work is done again after a kill, beside what was under way."""
Identity = tuple[str, str, int]
EVENT_COLUMNS: Final = tuple(event_schema(PRODUCTS.name).names)


@dataclass(frozen=True)
class Candidate:
    """One product a reprocessing made, or could not make."""

    network: str
    platform: str
    year: int
    status: str
    """current (what it will be once published), or set_aside."""
    detail: str
    """Why it was set aside."""
    busy_s: float
    event: dict[str, Any]

    @property
    def name(self) -> str:
        """Platform as an operator names it."""
        return f"{self.platform} {self.year}" if self.year else self.platform


def stage(
    outcomes: Iterable[tuple[Outcome, str, float]],
    *,
    bucket: Bucket,
    run: str,
    flush_s: float = FLUSH_S,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[tuple[Outcome, float]]:
    """Yield outcomes, each kept in `candidates` within `flush_s`, all of them at the end.

    `outcomes`: what became of a platform, the recipe it was asked for, and seconds. A reprocessing
    that is killed finds every kept one again and does not repeat it.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    waiting: list[dict[str, Any]] = []
    kept = clock()
    try:
        for outcome, recipe, seconds in outcomes:
            waiting.append(_row(outcome, recipe=recipe, run=run, seconds=seconds))
            if clock() - kept >= flush_s:
                _keep(waiting, bucket=bucket, run=run)
                waiting, kept = [], clock()
            yield outcome, seconds
    finally:
        _keep(waiting, bucket=bucket, run=run)


def _keep(rows: list[dict[str, Any]], *, bucket: Bucket, run: str) -> None:
    if rows:
        Tables(bucket).append(CANDIDATES.name, rows_of(CANDIDATES.name, rows), run=run)


def _row(outcome: Outcome, *, recipe: str, run: str, seconds: float) -> dict[str, Any]:
    nothing: dict[str, Any] = {
        **dict.fromkeys(("version", "reference_time", "path"), ""),
        **dict.fromkeys(("inputs", "n_profiles", "n_values", "n_flagged", "n_filled"), 0),
        "network": outcome.network,
        "platform": outcome.platform,
        "year": outcome.year,
        "recipe": recipe,
        "status": "set_aside",
        "summary": "{}",
    }
    detail = "; ".join(f"{one.reason}: {one.detail}" for one in outcome.quarantined)
    return {
        **(nothing if outcome.event is None else outcome.event),
        "reprocess": run,
        "busy_s": seconds,
        "detail": detail if outcome.event is None else "",
    }


def _rows(bucket: Bucket, run: str) -> pa.Table:
    rows = Tables(bucket).read(CANDIDATES.name, filters=[("reprocess", "=", run)])
    return latest(rows, key=CANDIDATES.key)


def finished(bucket: Bucket, *, run: str) -> dict[Identity, str]:
    """Recipe of every product this reprocessing has done with, made or set aside."""
    return {
        (row["network"], row["platform"], row["year"]): row["recipe"]
        for row in _rows(bucket, run).to_pylist()
    }


def candidates_of(bucket: Bucket, *, run: str) -> list[Candidate]:
    """What a reprocessing made, by network, platform and year.

    Raises:
        ConfigInvalid: no reprocessing has this name; the message lists those there are.
    """
    found = [_candidate(row) for row in _rows(bucket, run).to_pylist()]
    if not found:
        names = Tables(bucket).read(CANDIDATES.name, columns=["reprocess"])["reprocess"]
        known = ", ".join(sorted(set(names.to_pylist()))) or "none"
        raise ConfigInvalid(f"no reprocessing is called {run!r}; there are: {known}")
    return sorted(found, key=lambda one: (one.network, one.platform, one.year))


def _candidate(row: dict[str, Any]) -> Candidate:
    return Candidate(
        network=row["network"],
        platform=row["platform"],
        year=row["year"],
        status=row["status"],
        detail=row["detail"],
        busy_s=row["busy_s"],
        event={name: row[name] for name in EVENT_COLUMNS},
    )


def publish_candidates(bucket: Bucket, *, run: str) -> PublishResult:
    """What a reprocessing made is current, in one commit; what newer inputs overtook is left out.

    Raises:
        ConfigInvalid: no reprocessing has this name — the operator's.
        SourceUnavailable: the store does not answer — retry.
    """
    events = [one.event for one in candidates_of(bucket, run=run) if one.status == "current"]
    return publish(Tables(bucket), events, run=run, by_version=True)


def revert_run(bucket: Bucket, *, run: str) -> PublishResult:
    """What a run published is superseded by the versions before it, in one commit.

    Raises:
        ConfigInvalid: no run of this name published anything — the operator's.
        SourceUnavailable: the store does not answer — retry.
    """
    rows = Tables(bucket).read(PRODUCTS.name, columns=["run"], filters=[("run", "=", run)])
    if not rows.num_rows:
        raise ConfigInvalid(f"no run called {run!r} has published anything in {bucket.url}")
    return revert(Tables(bucket), undo=run)
