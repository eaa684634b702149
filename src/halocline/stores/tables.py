"""The tables of a bucket: read with the columns needed, append with the right `seq`."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from halocline.model.errors import ContractBroken
from halocline.model.latest import latest
from halocline.stores.bucket import Bucket
from halocline.stores.commit import compare_and_set
from halocline.stores.delta import open_table, store_faults
from halocline.stores.scan import Filters, read_rows
from halocline.stores.schemas import ALERTS, PRODUCTS, RAW_FILES, TableSpec, event_schema, spec_of


@dataclass(frozen=True)
class Tables:
    """The Delta tables below `tables/`.

    Every call raises SourceUnavailable when the store does not answer, ConfigInvalid when it
    refuses the access key, ContractBroken for a table that does not exist in `schemas`.
    """

    bucket: Bucket

    def read(
        self, name: str, *, columns: Sequence[str] | None = None, filters: Filters = ()
    ) -> pa.Table:
        """Rows as of now, in no order; none when nobody has written. Only `columns` are fetched."""
        spec = spec_of(name)
        table = open_table(self.bucket, spec)
        with store_faults(self.bucket, spec):
            return read_rows(table, spec, columns=columns, filters=filters)

    def version(self, name: str) -> int:
        """Version of the table: a number that every commit raises by one; -1 before the first."""
        table = open_table(self.bucket, spec_of(name))
        return -1 if table is None else int(table.version())

    def append(
        self, name: str, rows: pa.Table, *, run: str, rng: random.Random | None = None
    ) -> int:
        """The rows are in the table, stamped with `run` and `seq`; returns the table's version.

        Of rows with one key only the last is kept, so (key, `seq`) names a row.

        Raises:
            ContractBroken: `rows` has other columns than the table without `run` and `seq` (ours).
        """
        spec = spec_of(name)
        if spec is PRODUCTS:
            raise ContractBroken("products are published by stores.publication.publish only")
        events = _last_of_each_key(_fitting(rows, spec), spec)
        return compare_and_set(
            bucket=self.bucket, spec=spec, run=run, decide=lambda _: events, rng=rng
        ).version


def current_files(table: pa.Table) -> pa.Table:
    """Last event of every file, whatever its status; needs `source`, `file`, `seq`."""
    return latest(table, key=RAW_FILES.key)


def current_products(table: pa.Table) -> pa.Table:
    """Last event of every product, whatever its status; needs `network`, `platform`, `year`, `seq`.

    A product is published when that event's `status` is "current".
    """
    return latest(table, key=PRODUCTS.key)


def current_alerts(table: pa.Table) -> pa.Table:
    """Last event of every incident, whatever its state; needs `incident`, `seq`."""
    return latest(table, key=ALERTS.key)


def _fitting(rows: pa.Table, spec: TableSpec) -> pa.Table:
    wanted = event_schema(spec.name)
    if set(rows.column_names) - {"run", "seq"} != set(wanted.names) - {"run", "seq"}:
        raise ContractBroken(
            f"rows for {spec.name} have columns {sorted(rows.column_names)}, "
            f"wanted {sorted(wanted.names)}"
        )
    try:
        return rows.select(wanted.names).cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as fault:
        raise ContractBroken(
            f"rows for {spec.name} hold values of another type: {fault}"
        ) from fault


def _last_of_each_key(rows: pa.Table, spec: TableSpec) -> pa.Table:
    if "run" in spec.key:
        return rows
    order = pa.array(np.arange(rows.num_rows, dtype=np.int64))
    return latest(rows.append_column("seq", order), key=spec.key).drop_columns(["seq"])
