"""Ask a store whether it keeps the promises that publishing rests on.

A store, or a proxy before it, that accepts a condition and ignores it fails late and in silence:
two runs would both believe they published. So the probe goes through the address that production
uses, and through both clients, s3fs and deltalake (orchestration.md §4).
"""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError

from halocline.model.digest import sha256_of
from halocline.model.errors import HaloclineError
from halocline.stores._s3 import S3
from halocline.stores.bucket import Bucket
from halocline.stores.delta import delta_options, plain

RACERS: Final = 16
ROUNDS: Final = 3
OBJECTS: Final = 20
CHECKSUM_BYTES: Final = 1_000_003
SMALLEST_PART: Final = 5 * 2**20
"""S3 refuses smaller parts but for the last."""

SINGLE_WRITER: Final = (
    "use a store with conditional writes (AWS S3, SeaweedFS, RustFS, Ceph RGW), or reach it "
    "without the proxy; until then let one process at a time publish: concurrency limit 1"
)
STALE_READS: Final = (
    "the store, or a cache before it, shows old states: reach it without the cache, or use a "
    "strongly consistent store"
)
DAMAGED: Final = "bytes change on the way: look for a proxy that rewrites bodies; do not use it"
PARTS: Final = "products above 64 MiB cannot be stored: allow multipart uploads on this address"


@dataclass(frozen=True)
class Finding:
    """One promise of the store: kept or not, what was seen, and what to do when it was not."""

    name: str
    passed: bool
    detail: str
    mend: str = ""
    was_checked: bool = True
    """Whether the store answered; what could not be checked has not passed either."""


@dataclass(frozen=True)
class _Place:
    """Where the probe writes: keys below a prefix that only this probe uses."""

    bucket: Bucket
    prefix: str

    def key(self, name: str) -> str:
        return f"{self.prefix}/{name}"


Check = Callable[[_Place], str]
"""Returns what was seen when the promise is kept; raises _Broken with what was seen when not."""


class _Broken(Exception):
    """The store broke the promise."""


def probe(bucket: Bucket, *, token: str) -> list[Finding]:
    """Whether the store is fit for several writers; a check that cannot run has not passed.

    Writes and removes some 20 MB below `probe/<token>`; `token` tells simultaneous probes apart.
    """
    place = _Place(bucket, f"probe/{token}")
    checks = [*CHECKS, *(S3_CHECKS if isinstance(bucket.backend, S3) else ())]
    try:
        return [_finding(name, check, mend, place) for name, check, mend in checks]
    finally:
        _clean(place)


def _finding(name: str, check: Check, mend: str, place: _Place) -> Finding:
    try:
        return Finding(name, passed=True, detail=check(place))
    except _Broken as seen:
        return Finding(name, passed=False, detail=str(seen), mend=mend)
    except (HaloclineError, DeltaError, OSError) as fault:
        detail = f"could not be checked: {plain(fault)}"
        first = "mend the access first, then again"
        return Finding(name, passed=False, detail=detail, mend=first, was_checked=False)


def _one_winner(place: _Place) -> str:
    """Racing create-if-absent writes: exactly one succeeds, and its bytes are there."""
    with ThreadPoolExecutor(RACERS) as pool:
        for number in range(ROUNDS):
            key, start = place.key(f"race/{number}"), threading.Barrier(RACERS)
            won = list(pool.map(lambda racer: _race(place, key, racer, start), range(RACERS)))  # noqa: B023  used within the round
            if sum(won) != 1:
                raise _Broken(f"round {number + 1}: {sum(won)} of {RACERS} writers won, wanted 1")
            if place.bucket.get(key) != _name(won.index(True)):
                raise _Broken(f"round {number + 1}: the bytes of a loser are under the key")
    return f"{ROUNDS} rounds of {RACERS} racing writers, one winner each"


def _race(place: _Place, key: str, racer: int, start: threading.Barrier) -> bool:
    start.wait()
    return place.bucket.backend.create(key, _name(racer))


def _name(racer: int) -> bytes:
    return f"writer {racer}".encode()


def _commit_refused(place: _Place) -> str:
    """A Delta commit decided on a state that is gone must be refused."""
    url, options = place.bucket.url_of(place.key("table")), delta_options(place.bucket)
    rows = pa.table({"row": pa.array([1], pa.int64())})
    write_deltalake(url, rows, storage_options=options)
    first, second = (DeltaTable(url, storage_options=options) for _ in range(2))
    once = CommitProperties(max_commit_retries=0)
    write_deltalake(first, rows, mode="append", commit_properties=once)
    try:
        write_deltalake(second, rows, mode="append", commit_properties=once)
    except CommitFailedError:
        return "a commit on an old state was refused"
    raise _Broken("two commits of one version were both accepted: one is lost")


def _read_after_write(place: _Place) -> str:
    for number in range(OBJECTS):
        key = place.key(f"read/{number}")
        for content in (b"old", b"new"):
            place.bucket.put(key, content)
            seen = place.bucket.get(key)
            if seen != content:
                raise _Broken(f"wrote {content!r}, read {seen!r} at once afterwards")
    return f"{2 * OBJECTS} writes and overwrites read back at once"


def _list_after_write(place: _Place) -> str:
    for number in range(OBJECTS):
        place.bucket.put_new(place.key(f"list/{number:02d}"), b"")
        found = len(place.bucket.list(place.key("list/")))
        if found != number + 1:
            raise _Broken(f"{number + 1} objects written, {found} listed")
    return f"each of {OBJECTS} new objects was in the next listing"


def _checksum(place: _Place) -> str:
    content = random.Random(place.prefix).randbytes(CHECKSUM_BYTES)  # noqa: S311  any bytes do
    place.bucket.put_new(place.key("checksum"), content)
    _require_equal(place.bucket.get(place.key("checksum")), content)
    return f"{CHECKSUM_BYTES} bytes came back with their sha256"


def _stale_overwrite(place: _Place) -> str:
    """An overwrite on condition of an ETag that is no longer the object's must be refused."""
    store, key = _s3(place), place.key("etag")
    store.put(key, b"old")
    stale = _etag(store, key)
    store.put(key, b"newer")
    if store.put_if(key, b"lost update", condition={"IfMatch": stale}):
        raise _Broken("an overwrite with a stale ETag was accepted")
    if not store.put_if(key, b"newest", condition={"IfMatch": _etag(store, key)}):
        raise _Broken("an overwrite with the right ETag was refused")
    return "an overwrite with a stale ETag was refused (412)"


def _in_parts(place: _Place) -> str:
    store, key = _s3(place), place.key("parts")
    content = random.Random(place.prefix).randbytes(2 * SMALLEST_PART + 7)  # noqa: S311
    store.create_in_parts(key, content, part_bytes=SMALLEST_PART)
    _require_equal(store.get(key), content)
    if store.create_in_parts(key, content, part_bytes=SMALLEST_PART):
        raise _Broken("a second multipart upload replaced an immutable object")
    return "three parts came back as one object, and a second upload was refused"


def _require_equal(found: bytes, wanted: bytes) -> None:
    if sha256_of(found) != sha256_of(wanted):
        raise _Broken(f"{len(wanted)} bytes written, {len(found)} others read")


def _etag(store: S3, key: str) -> str:
    found = store.head(key)
    if found is None:
        raise _Broken("an object just written is not there")
    return str(found["ETag"])


def _s3(place: _Place) -> S3:
    store = place.bucket.backend
    assert isinstance(store, S3)
    return store


def _clean(place: _Place) -> None:
    try:
        for key in place.bucket.list(f"{place.prefix}/"):
            place.bucket.delete(key)
    except HaloclineError:
        return  # the findings say that the store does not answer


CHECKS: Final[tuple[tuple[str, Check, str], ...]] = (
    ("create-if-absent has one winner", _one_winner, SINGLE_WRITER),
    ("a stale table commit is refused", _commit_refused, SINGLE_WRITER),
    ("read after write", _read_after_write, STALE_READS),
    ("list after write", _list_after_write, STALE_READS),
    ("checksum round trip", _checksum, DAMAGED),
)
S3_CHECKS: Final[tuple[tuple[str, Check, str], ...]] = (
    ("a stale overwrite is refused", _stale_overwrite, SINGLE_WRITER),
    ("multipart upload", _in_parts, PARTS),
)
