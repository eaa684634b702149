"""Append rows by compare-and-set: read, decide, write at the next version, or start over.

`max_commit_retries=0` makes Delta refuse an append whose table has moved on (with its default it
would accept it in silence, and what was decided on the old state would stand). Hence a commit
lands at the version read plus one or not at all, and `seq`, which the rows carry, is that version.
"""

import hashlib
import io
import json
import os
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, SchemaMismatchError

from halocline.model.errors import ContractBroken, SourceUnavailable
from halocline.stores.bucket import Bucket, NoSuchKey
from halocline.stores.delta import create_table, open_table, plain, store_faults
from halocline.stores.schemas import TableSpec

TRIES: Final = 30
"""Versions attempted before giving up. With 16 publishers at once the unluckiest needed 17."""
FAILURES: Final = 3
"""Attempts of these that may fail by the store's fault, each after deltalake's own retries."""
DIGEST_ROWS: Final = 65_536
FIRST_PAUSE_S: Final = 0.01
LONGEST_PAUSE_S: Final = 1.0
BATCH: Final = "halocline.batch"
RUN: Final = "halocline.run"
"""Names in a commit's metadata of what it carries."""

Decide = Callable[[DeltaTable], pa.Table]
"""Rows to append given the table's state, without `run` and `seq`; none at all is an answer too."""


@dataclass(frozen=True)
class Committed:
    """How many rows landed, and the version of the table that holds them."""

    rows: int
    version: int


def compare_and_set(
    *, bucket: Bucket, spec: TableSpec, run: str, decide: Decide, rng: random.Random | None = None
) -> Committed:
    """The rows that `decide` chose on the table's state are in the table, exactly once.

    `decide` is called again after each lost race. Safe to call again after any failure or kill.

    Raises:
        SourceUnavailable: the store does not answer, or other writers won TRIES times — retry.
    """
    pauses = rng or _own_pauses(run)
    lost: list[Exception] = []
    while True:
        table = open_table(bucket, spec) or create_table(bucket, spec)
        with store_faults(bucket, spec):
            rows = decide(table)
        if not rows.num_rows:
            return Committed(rows=0, version=table.version())
        target = table.version() + 1
        stamped = _stamped(rows, spec=spec, run=run, seq=target)
        batch = _batch_of(stamped)
        try:
            _write(table, stamped, run=run, batch=batch)
        except (DeltaError, OSError) as fault:
            lost.append(fault)
            if not _is_ours(bucket, spec, version=target, batch=batch):
                _give_up_if_hopeless(spec, lost)
                time.sleep(pauses.uniform(0, min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** len(lost))))
                continue
        return Committed(rows=stamped.num_rows, version=target)


def _write(table: DeltaTable, rows: pa.Table, *, run: str, batch: str) -> None:
    write_deltalake(
        table,
        rows,
        mode="append",
        commit_properties=CommitProperties(
            max_commit_retries=0, custom_metadata={RUN: run, BATCH: batch}
        ),
        # maintenance cleans the log: a publication spends no time on it
        post_commithook_properties=PostCommitHookProperties(cleanup_expired_logs=False),
    )


def _is_ours(bucket: Bucket, spec: TableSpec, *, version: int, batch: str) -> bool:
    """Whether the commit of that version carries our batch.

    A write that fails may have landed all the same: the answer was lost, or what follows the
    commit (a checkpoint) failed. When the version is still free, the lost write may yet arrive:
    it then finds the version taken, or takes it before our next try, which finds it here.
    """
    try:
        entry = bucket.get(f"{spec.path}/_delta_log/{version:020d}.json")
    except NoSuchKey:
        return False
    actions = [json.loads(line) for line in entry.splitlines()]
    return any(action.get("commitInfo", {}).get(BATCH) == batch for action in actions)


def _give_up_if_hopeless(spec: TableSpec, lost: list[Exception]) -> None:
    fault = lost[-1]
    if isinstance(fault, SchemaMismatchError):
        raise ContractBroken(
            f"table {spec.name} has other columns than this code writes: {plain(fault)}"
        ) from fault
    failures = [one for one in lost if not isinstance(one, CommitFailedError)]
    if len(failures) >= FAILURES or len(lost) >= TRIES:
        raise SourceUnavailable(
            f"table {spec.name}: {len(lost)} attempts to commit failed, {len(failures)} of them by "
            f"the store's fault, the last: {plain(fault)}; nothing of this batch is in the table, "
            "try again later"
        ) from fault


def _stamped(rows: pa.Table, *, spec: TableSpec, run: str, seq: int) -> pa.Table:
    count = rows.num_rows
    stamped = rows.append_column("run", pa.array([run] * count, pa.string())).append_column(
        "seq", pa.array([seq] * count, pa.int64())
    )
    return stamped.select(spec.schema.names).cast(spec.schema)


def _batch_of(rows: pa.Table) -> str:
    """Digest of the rows, `run` and `seq` included."""
    sink = _Hashed()
    with pa.PythonFile(sink, "w") as file, pa.ipc.new_stream(file, rows.schema) as stream:
        stream.write_table(rows, max_chunksize=DIGEST_ROWS)
    return sink.digest.hexdigest()


class _Hashed(io.RawIOBase):
    """A file that keeps nothing but the digest of what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        view = memoryview(content)
        self.digest.update(view)
        return view.nbytes


def _own_pauses(run: str) -> random.Random:
    """Pauses unlike those of any other writer; they shape no result."""
    return random.Random(f"{run}/{os.getpid()}/{threading.get_ident()}")  # noqa: S311
