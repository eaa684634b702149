"""Keep tables fast and the bucket free of what nobody refers to; take copies that can be restored.

Everything here may run beside publishers, and may be killed and run again.
"""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pyarrow.compute as pc
from deltalake import WriterProperties

from halocline.model.errors import ContractBroken
from halocline.stores.bucket import Bucket, Entry, NoSuchKey, raw_key
from halocline.stores.delta import open_table, store_faults
from halocline.stores.schemas import CANDIDATES, PRODUCTS, RAW_FILES, spec_of
from halocline.stores.tables import Tables, current_files, current_products

GRACE_DAYS: Final = 7
"""An object younger than this may belong to a run that has not committed yet."""
FIRST_SEEN: Final = "unreferenced.json"
"""Object of the store: key that no event names → when a look found it first."""
RETENTION_HOURS: Final = 7 * 24
"""Files a compaction replaced stay this long for readers that opened the table before."""
TARGET_BYTES: Final = 64 * 2**20
"""Size of a compacted file: some 1.5 million rows of raw_files."""
COMPACTED: Final = WriterProperties(
    compression="ZSTD", compression_level=3, max_row_group_size=128 * 1024
)
MANIFEST: Final = "manifest.json"
PRODUCT_FILES: Final = ("product.nc", "preview.png", MANIFEST)
READERS: Final = 16
"""Manifests read at once: a few kB each, so the store's answer is what is waited for."""
LOG_ENTRY: Final = re.compile(r"/_delta_log/\d{20}\.json$")
LAST_CHECKPOINT: Final = "/_delta_log/_last_checkpoint"


@dataclass(frozen=True)
class Compacted:
    """Files that hold a table's rows, before and after."""

    files_before: int
    files_after: int


def compact(tables: Tables, name: str) -> Compacted:
    """The table's small files are merged and its log has a checkpoint; its rows are as before.

    A publisher that commits meanwhile decides again on the new version and goes on.

    Raises:
        SourceUnavailable: the store does not answer, or others kept winning — retry.
    """
    spec = spec_of(name)
    table = open_table(tables.bucket, spec)
    if table is None:
        return Compacted(0, 0)
    with store_faults(tables.bucket, spec):
        before = len(table.file_uris())
        table.optimize.compact(target_size=TARGET_BYTES, writer_properties=COMPACTED)
        table.update_incremental()
        table.create_checkpoint()
        return Compacted(files_before=before, files_after=len(table.file_uris()))


def vacuum(tables: Tables, name: str, *, dry_run: bool = True) -> list[str]:
    """Files of the table that no version of the last 7 days needs; gone unless `dry_run`.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    spec = spec_of(name)
    table = open_table(tables.bucket, spec)
    if table is None:
        return []
    with store_faults(tables.bucket, spec):
        found: list[str] = table.vacuum(retention_hours=RETENTION_HOURS, dry_run=dry_run)
        if not dry_run:
            table.cleanup_metadata()
    return sorted(found)


def unreferenced(tables: Tables, *, now: datetime) -> list[Entry]:
    """Objects of raw/ and products/ that no event names and that are older than the grace.

    Old versions of a product are named by old events, so they stay. `now`: UTC. To remove them:
    `remove`. Listed before the tables are read, so that what is published meanwhile is named.
    """
    oldest = (now - timedelta(days=GRACE_DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")
    bucket = tables.bucket
    listed = [*bucket.entries("raw/"), *bucket.entries("products/")]
    named = set(_raw_keys(tables)) | set(_product_keys(tables))
    return [entry for entry in listed if entry.modified < oldest and entry.key not in named]


def found_before(bucket: Bucket, found: list[Entry], *, now: datetime) -> list[Entry]:
    """Those of `found` that a look found as long as the grace ago; this look is written down.

    So nothing goes that no look has listed a week before: where tables were lost, no event names
    any object, and there is a week to bring them back. `now`: UTC.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    try:
        known: dict[str, str] = json.loads(bucket.get(FIRST_SEEN))
    except NoSuchKey:
        known = {}
    today = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    seen = {entry.key: known.get(entry.key, today) for entry in found}
    if seen != known:
        bucket.put(FIRST_SEEN, json.dumps(seen, indent=0, sort_keys=True).encode())
    oldest = (now - timedelta(days=GRACE_DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return [entry for entry in found if seen[entry.key] < oldest]


def superseded_raw(tables: Tables, *, now: datetime, days: int) -> list[Entry]:
    """Received bytes that no current file and no current product is made of, older than `days`.

    Without them a superseded version of a product stays readable but cannot be made again from
    raw. `now`: UTC; at least the grace is kept. To remove them: `remove`.
    """
    oldest = (now - timedelta(days=max(days, GRACE_DAYS))).strftime("%Y-%m-%dT%H:%M:%SZ")
    listed = tables.bucket.entries("raw/")
    wanted = set(_raw_keys(tables, current_only=True)) | {
        key.rpartition("/")[2] for key in _inputs_of_products(tables)
    }
    return [
        entry
        for entry in listed
        if entry.modified < oldest
        and entry.key not in wanted
        and entry.key.rpartition("/")[2] not in wanted
    ]


def _inputs_of_products(tables: Tables) -> Iterator[str]:
    """Digests of what current products are made of, as their manifests say."""
    bucket = tables.bucket
    keys = [key for key in _product_keys(tables, current_only=True) if key.endswith(MANIFEST)]
    with ThreadPoolExecutor(max_workers=READERS) as pool:
        for content in pool.map(bucket.get, keys):
            yield from (one["sha256"] for one in json.loads(content)["inputs"])


def remove(bucket: Bucket, entries: list[Entry]) -> int:
    """The objects are gone; returns how many bytes that frees."""
    for entry in entries:
        bucket.delete(entry.key)
    return sum(entry.size for entry in entries)


def missing(tables: Tables) -> list[str]:
    """Keys that current products or current files name and that are not in the bucket: none."""
    named = [*_raw_keys(tables, current_only=True), *_product_keys(tables, current_only=True)]
    there = {*tables.bucket.list("raw/"), *tables.bucket.list("products/")}
    return sorted(set(named) - there)


def copy_table(name: str, *, source: Bucket, target: Bucket) -> int:
    """The target holds the source's table, version for version; returns that version.

    Backup and restore are this one call, with the buckets exchanged. `seq` of rows is the table's
    version, so a restored table must keep its versions: files are copied, not rows. Log entries go
    last and in order: a copy that was killed is an older state of the table, and is resumed.

    Raises:
        ContractBroken: the target's table has another history than the source's (ours).
    """
    keys = source.list(f"{spec_of(name).path}/")
    log = [key for key in keys if LOG_ENTRY.search(key)]
    pointer = [key for key in keys if key.endswith(LAST_CHECKPOINT)]
    _require_same_history(name, log, source=source, target=target)
    for key in [key for key in keys if key not in {*log, *pointer}]:
        target.put_new(key, source.get(key))
    for key in log:
        target.put_new(key, source.get(key))
    for key in pointer:
        target.put(key, source.get(key))
    return Tables(target).version(name)


def _require_same_history(name: str, log: list[str], *, source: Bucket, target: Bucket) -> None:
    theirs = [key for key in target.list(f"{spec_of(name).path}/") if LOG_ENTRY.search(key)]
    newer = sorted(set(theirs) - set(log))
    shared = sorted(set(theirs) & set(log))
    if (newer and newer[-1] > max(log, default="")) or (
        shared and source.get(shared[-1]) != target.get(shared[-1])
    ):
        raise ContractBroken(
            f"{target.url_of(spec_of(name).path)} has a history of its own: copy into an empty "
            "store, or remove that table first"
        )


def _raw_keys(tables: Tables, *, current_only: bool = False) -> Iterator[str]:
    """Keys of the bytes that events of received files name; a withdrawal may name none."""
    columns = [*RAW_FILES.key, "sha256", "seq"] if current_only else ["source", "sha256"]
    events = tables.read(RAW_FILES.name, columns=columns)
    if current_only:
        events = current_files(events)
    pairs = events.group_by(["source", "sha256"]).aggregate([])
    for source, digest in zip(
        pairs["source"].to_pylist(), pairs["sha256"].to_pylist(), strict=True
    ):
        if digest:
            yield raw_key(source, digest)


def _product_keys(tables: Tables, *, current_only: bool = False) -> Iterator[str]:
    events = tables.read(PRODUCTS.name, columns=[*PRODUCTS.key, "path", "status", "seq"])
    if current_only:
        events = current_products(events)
        events = events.filter(pc.equal(events["status"], "current"))
    paths = set(events["path"].to_pylist())
    if not current_only:  # what a reprocessing made waits for a person to publish it
        staged = tables.read(CANDIDATES.name, columns=["path"], filters=[("path", "!=", "")])
        paths |= set(staged["path"].to_pylist())
    for path in sorted(paths):
        yield from (f"{path}/{name}" for name in PRODUCT_FILES)
