"""Rows of an opened table, read by deltalake's own engine, whose threads hold no Python object.

Not as a pyarrow dataset (`DeltaTable.to_pyarrow_table`): Arrow's threads then read Python files,
and let go of the last of them after the call has returned. A program that ends meanwhile is aborted
with its work done ("terminate called without an active exception", exit code -6): of 100 that read
two small tables and ended, on two busy cores, 10.
"""

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable

from halocline.model.errors import ContractBroken
from halocline.stores.schemas import TableSpec

Condition = tuple[str, str, Any]
"""A column, one of OPERATORS, a text or a whole number; after "in", a list of either."""
Filters = Sequence[Condition]
"""Conditions that all hold: [("source", "=", "argo_gdac"), ("platform", "in", ["6903247"])]."""

OPERATORS: Final = ("=", "!=", "<", "<=", ">", ">=", "in")
FEW: Final = 1000
"""Longest list the engine is given: it takes 5,000 names in 0.4 s, 20,000 in 6 s, and dies of
100,000. In a longer one the rows are looked up here, in parts."""
PART_ROWS: Final = 131_072
"""Rows looked up at once: bounds what is held of rows nobody asked for to some 20 MB."""


def read_rows(
    table: DeltaTable | None,
    spec: TableSpec,
    *,
    columns: Sequence[str] | None = None,
    filters: Filters = (),
) -> pa.Table:
    """Rows of an opened table, in no order, none for None; columns in the order asked for.

    Raises:
        DeltaError, OSError: the store does not answer.
        ContractBroken: a condition that cannot be asked (ours).
    """
    names = list(columns) if columns is not None else spec.schema.names
    long = [one for one in filters if one[1] == "in" and len(one[2]) > FEW]
    asked = [one for one in filters if one not in long]
    needed = dict.fromkeys([*names, *(column for column, _, _ in long)])
    schema = pa.schema([spec.schema.field(name) for name in needed])
    if table is None:
        return schema.empty_table().select(names)
    reader = table.scan(columns=schema.names, predicate=" AND ".join(map(_sql, asked)) or None)
    parts = [_looked_up(part, long) for part in _parts(_batches(reader), schema)]
    rows = pa.concat_tables([schema.empty_table(), *parts]).select(names)
    if rows.num_rows >= PART_ROWS:
        del reader, parts
        _give_back()
    return rows


def _batches(reader: Any) -> Iterator[pa.RecordBatch]:
    """What the engine gives, in its own types: texts are views of texts."""
    try:
        yield from pa.RecordBatchReader.from_stream(reader)
    except pa.ArrowInvalid as fault:  # how the store's fault arrives once the reading has begun
        raise OSError(str(fault)) from fault


def _parts(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """The batches in parts of some PART_ROWS rows, with the columns and types of `schema`."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch.select(schema.names).cast(schema))
        if sum(one.num_rows for one in held) >= PART_ROWS:
            yield pa.Table.from_batches(held).combine_chunks()
            held = []
            del batch
            _give_back()
    yield pa.Table.from_batches(held, schema=schema)


def _give_back() -> None:
    """Hand what the engine freed back to the machine, where the C library keeps it (glibc).

    A poll of 3.1 million rows peaks 300 MB lower, and is no slower.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _looked_up(rows: pa.Table, conditions: Sequence[Condition]) -> pa.Table:
    for column, _, values in conditions:
        known = pa.array(values, rows.schema.field(column).type)
        rows = rows.filter(pc.is_in(rows[column], known))
    return rows


def _sql(condition: Condition) -> str:
    column, operator, value = condition
    if operator not in OPERATORS:
        raise ContractBroken(
            f"condition {operator!r} on column {column}: wanted one of {', '.join(OPERATORS)}"
        )
    if operator != "in":
        return f'"{column}" {operator} {_literal(column, value)}'
    if not value:
        return "FALSE"
    return f'"{column}" IN ({", ".join(_literal(column, one) for one in value)})'


def _literal(column: str, value: object) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ContractBroken(f"a condition on column {column} asks for {value!r}: text or whole number")
