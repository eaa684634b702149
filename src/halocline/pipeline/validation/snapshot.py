"""What the tables said at the moment of validation; read once, judged by every check."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from halocline.pipeline.validation.facts import ProductFacts, ProductRef
from halocline.pipeline.validation.limits import Limits
from halocline.stores.bucket import Bucket
from halocline.stores.schemas import RAW_FILES
from halocline.stores.tables import Tables

_RAW: Final = ("source", "file", "platform", "received", "first", "last", "status", "seq")
_PRODUCTS: Final = (
    *("network", "platform", "year", "version", "path", "status", "summary", "seq"),
)


@dataclass(frozen=True)
class Snapshot:
    """Everything the checks look at."""

    now: str
    """Moment of validation, ISO UTC."""
    since: str
    """Start of the window, ISO UTC."""
    limits: Limits
    products: Sequence[ProductRef]
    summaries: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any] | None]]
    """Path → counts by variable of this version and of the one before (None: there is none)."""
    raw: Sequence[Mapping[str, Any]]
    """Events of `raw_files` received in the window."""
    missing: Sequence[str]
    """Keys that tables name and that are not in the bucket."""
    facts: Sequence[ProductFacts] = ()

    def of(self, network: str) -> list[ProductFacts]:
        """Facts of a network's products."""
        return [one for one in self.facts if one.ref.network == network]


def take_snapshot(bucket: Bucket, *, now: datetime, limits: Limits) -> Snapshot:
    """Tables and listing as of now; `facts` are still to be read.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    from halocline.stores.maintenance import missing  # noqa: PLC0415  lists the whole bucket

    since = iso(now - timedelta(days=limits.window_days))
    tables = Tables(bucket)
    history: dict[tuple[str, str, int], list[dict[str, Any]]] = defaultdict(list)
    for row in tables.read("products", columns=_PRODUCTS).sort_by("seq").to_pylist():
        history[row["network"], row["platform"], row["year"]].append(row)
    current = {key: rows for key, rows in history.items() if rows[-1]["status"] == "current"}
    raw = tables.read(RAW_FILES.name, columns=_RAW, filters=[("received", ">=", since)])
    return Snapshot(
        now=iso(now),
        since=since,
        limits=limits,
        products=[_ref(rows) for _key, rows in sorted(current.items())],
        summaries={rows[-1]["path"]: _summaries(rows) for rows in current.values()},
        raw=raw.to_pylist(),
        missing=missing(tables),
    )


def iso(moment: datetime) -> str:
    """ISO UTC to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _earlier(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    other = [row for row in rows[:-1] if row["version"] != rows[-1]["version"]]
    return other[-1] if other and other[-1]["status"] == "current" else None


def _ref(rows: Sequence[Mapping[str, Any]]) -> ProductRef:
    row, before = rows[-1], _earlier(rows)
    return ProductRef(
        network=row["network"],
        platform=row["platform"],
        year=row["year"],
        version=row["version"],
        path=row["path"],
        before="" if before is None else before["path"],
    )


def _summaries(
    rows: Sequence[Mapping[str, Any]],
) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    before = _earlier(rows)
    return json.loads(rows[-1]["summary"]), None if before is None else json.loads(
        before["summary"]
    )
