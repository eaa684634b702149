"""What each table holds: columns, which of them name an item, and the layout on disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from halocline.model.errors import ContractBroken


@dataclass(frozen=True)
class TableSpec:
    """One table: append-only rows; every commit stamps its rows with `run` and `seq`."""

    name: str
    schema: pa.Schema
    key: tuple[str, ...]
    """Columns that name an item; its current state is the row with the highest `seq`."""
    partition_by: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Prefix of the table in the bucket."""
        return f"tables/{self.name}"


def _columns(*text: str, **typed: pa.DataType) -> list[tuple[str, pa.DataType]]:
    return [*((name, pa.string()) for name in text), *typed.items()]


RAW_FILES: Final = TableSpec(
    name="raw_files",
    key=("source", "file"),
    partition_by=("source",),
    schema=pa.schema(
        [
            *_columns("source", "file", "kind", "platform", cycle=pa.int32()),
            *_columns("direction", "mode", "date_update", "sha256", size=pa.int64()),
            *_columns("received", "first", "last", "status", "reason", "detail", "run"),
            *_columns(seq=pa.int64()),
        ]
    ),
)
"""What became of each received file: one event per file and delivery."""

PRODUCTS: Final = TableSpec(
    name="products",
    key=("network", "platform", "year"),
    schema=pa.schema(
        [
            *_columns("network", "platform", year=pa.int32()),
            *_columns("version", "recipe", "reference_time", "path", "status", inputs=pa.int32()),
            *_columns(n_profiles=pa.int64(), n_values=pa.int64(), n_flagged=pa.int64()),
            *_columns(n_filled=pa.int64()),
            *_columns("summary", "run", seq=pa.int64()),
        ]
    ),
)
"""Publication events: the only truth about what is published."""

RUNS: Final = TableSpec(
    name="runs",
    key=("run",),
    schema=pa.schema(
        [
            *_columns("flow", "name", "status", "started", "finished", "software", "code_digest"),
            *_columns("parameters", published=pa.int64(), dropped=pa.int64()),
            *_columns(set_aside=pa.int64(), summary=pa.string()),
            *_columns("run", seq=pa.int64()),
        ]
    ),
)
"""One row a flow run: the place for clocks and run ids, which products must not hold."""

CANDIDATES: Final = TableSpec(
    name="candidates",
    key=("reprocess", *PRODUCTS.key),
    schema=pa.schema(
        [
            *_columns("reprocess", busy_s=pa.float64()),
            *_columns("detail"),
            *PRODUCTS.schema,
        ]
    ),
)
"""What a reprocessing made and nobody has published yet: events of `products` to be."""

KPI: Final = TableSpec(
    name="kpi",
    key=("at", "indicator", "network", "platform", "variable"),
    schema=pa.schema(
        [
            *_columns("at", "indicator", "network", "platform", "variable", "state"),
            *_columns(value=pa.float64(), limit=pa.float64()),
            *_columns("unit", "detail", "run", seq=pa.int64()),
        ]
    ),
)
"""Findings of every validation; `value` is NaN where there is none."""

ALERTS: Final = TableSpec(
    name="alerts",
    key=("incident",),
    schema=pa.schema(
        [
            *_columns("incident", "kind", "network", "state", "urgency", "at", "detail", "run"),
            *_columns(seq=pa.int64()),
        ]
    ),
)
"""Beginnings and ends of incidents: what operators have been told."""

MODELS: Final = TableSpec(
    name="models",
    key=("name",),
    schema=pa.schema(
        [
            *_columns("name", "platform", "version", "recipe", "inputs_digest", "reference_time"),
            *_columns("variables", "status", "run", seq=pa.int64()),
        ]
    ),
)
"""Which trained model of each name is applied: its last event, when the status is current."""

TABLES: Final = {
    spec.name: spec for spec in (RAW_FILES, PRODUCTS, RUNS, CANDIDATES, KPI, ALERTS, MODELS)
}


def spec_of(name: str) -> TableSpec:
    """Description of the table of that name.

    Raises:
        ContractBroken: there is no such table (ours).
    """
    if name not in TABLES:
        raise ContractBroken(f"no table is called {name!r}; known: {', '.join(sorted(TABLES))}")
    return TABLES[name]


def rows_of(name: str, events: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows of a table from events: exactly its columns but `run` and `seq`, which the commit adds.

    Raises:
        ContractBroken: an event lacks a column, has another, or holds a value of another type.
    """
    wanted = event_schema(name)
    for event in events:
        if set(event) != set(wanted.names):
            raise ContractBroken(
                f"an event for {name} lacks {sorted(set(wanted.names) - set(event))} "
                f"and has unknown {sorted(set(event) - set(wanted.names))}"
            )
    try:
        rows = pa.Table.from_pylist([dict(event) for event in events], schema=wanted)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as fault:
        raise ContractBroken(
            f"an event for {name} holds a value of another type: {fault}"
        ) from fault
    empty = [column for column in wanted.names if rows[column].null_count]
    if empty:
        raise ContractBroken(f'an event for {name} has no {empty}; nothing is "" or -1, not null')
    return rows


def event_schema(name: str) -> pa.Schema:
    """Schema of a table without the columns its commits add."""
    schema = spec_of(name).schema
    return pa.schema([field for field in schema if field.name not in {"run", "seq"}])
