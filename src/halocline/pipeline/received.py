"""What the store holds of each source: the table `raw_files`, read for a question at a time."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from halocline.pipeline.inputs import InputFile
from halocline.pipeline.receive import Row
from halocline.stores.bucket import Bucket
from halocline.stores.schemas import RAW_FILES, rows_of
from halocline.stores.tables import Tables, current_files

NOTED: Final = ("source", "file", "platform", "date_update", "sha256", "received", "status", "seq")
"""Columns that change detection needs."""


def record(rows: Sequence[Row], *, bucket: Bucket, run: str) -> None:
    """The rows are in `raw_files`, in one commit; no commit without rows.

    Raises:
        SourceUnavailable: the store does not answer — retry; the same rows twice do no harm.
    """
    if rows:
        Tables(bucket).append(RAW_FILES.name, rows_of(RAW_FILES.name, rows), run=run)


def last_word(bucket: Bucket, *, source: str) -> pa.Table:
    """Last event of every file of a source, whatever became of it."""
    found = Tables(bucket).read(RAW_FILES.name, columns=NOTED, filters=[("source", "=", source)])
    return current_files(found)


def usable_files(bucket: Bucket, *, sources: Sequence[str]) -> list[InputFile]:
    """The files products are made from: of each, its newest sound edition, unless withdrawn.

    A delivery that was set aside does not take the place of the good one before it (ADR 3).
    """
    names = [field.name for field in fields(InputFile)]
    table = Tables(bucket).read(
        RAW_FILES.name,
        columns=[*names, "status", "seq"],
        filters=[("source", "in", list(sources))],
    )
    sound = current_files(table.filter(pc.not_equal(table["status"], "quarantined")))
    current = sound.filter(pc.equal(sound["status"], "current")).select(names)
    return [InputFile(**row) for row in current.to_pylist()]
