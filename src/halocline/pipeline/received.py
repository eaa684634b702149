"""What the store holds of each source: the table `raw_files`, read for a question at a time."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from halocline.model.latest import latest
from halocline.pipeline.inputs import InputFile
from halocline.pipeline.receive import Row
from halocline.stores.bucket import Bucket
from halocline.stores.schemas import RAW_FILES, rows_of
from halocline.stores.tables import Tables, current_files

NOTED: Final = ("file", "platform", "date_update", "status", "seq")
"""Columns that change detection needs of every file: of the whole GDAC, 0.3 GB."""
EDITION: Final = (*NOTED, "sha256", "received")
"""Columns that tell one edition of a file from another."""


def record(rows: Sequence[Row], *, bucket: Bucket, run: str) -> None:
    """The rows are in `raw_files`, in one commit; no commit without rows.

    Raises:
        SourceUnavailable: the store does not answer — retry; the same rows twice do no harm.
    """
    if rows:
        Tables(bucket).append(RAW_FILES.name, rows_of(RAW_FILES.name, rows), run=run)


def last_word(bucket: Bucket, *, source: str) -> pa.Table:
    """Last event of every file of a source, whatever became of it; columns NOTED but `seq`."""
    found = Tables(bucket).read(RAW_FILES.name, columns=NOTED, filters=[("source", "=", source)])
    return latest(found, key=("file",)).drop_columns(["seq"])


def editions(bucket: Bucket, *, source: str, files: pa.Array) -> pa.Table:
    """Last event of each of these files of a source, of which some are known; columns EDITION."""
    if not len(files):
        return Tables(bucket).read(RAW_FILES.name, columns=EDITION, filters=[("source", "=", "")])
    filters = [("source", "=", source), ("file", "in", files.to_pylist())]
    found = Tables(bucket).read(RAW_FILES.name, columns=EDITION, filters=filters)
    return latest(found, key=("file",))


def usable_table(
    bucket: Bucket,
    *,
    sources: Sequence[str],
    columns: Sequence[str],
    platforms: Sequence[str] | None = None,
) -> pa.Table:
    """The files products are made from: of each, its newest sound edition, unless withdrawn.

    A delivery that was set aside does not take the place of the good one before it (ADR 3).
    `columns` of `raw_files`; `platforms`: theirs alone.
    """
    filters: list[tuple[str, str, Any]] = [("source", "in", list(sources))]
    if platforms is not None:
        filters.append(("platform", "in", list(platforms)))
    needed = list(dict.fromkeys([*columns, *RAW_FILES.key, "status", "seq"]))
    table = Tables(bucket).read(RAW_FILES.name, columns=needed, filters=filters)
    sound = current_files(_where(table, pc.not_equal(table["status"], "quarantined")))
    return _where(sound, pc.equal(sound["status"], "current")).select(list(columns))


def _where(table: pa.Table, mask: pa.ChunkedArray) -> pa.Table:
    """Rows where the mask is true; not a copy of all of them where it is everywhere."""
    return table if pc.all(mask).as_py() is not False else table.filter(mask)


def usable_files(
    bucket: Bucket, *, sources: Sequence[str], platforms: Sequence[str] | None = None
) -> list[InputFile]:
    """As `usable_table`, one object a file: for the platforms that are looked at closer."""
    names = [field.name for field in fields(InputFile)]
    table = usable_table(bucket, sources=sources, columns=names, platforms=platforms)
    return [InputFile(**row) for row in table.to_pylist()]
