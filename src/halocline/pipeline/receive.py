"""Take files from a provider: fetch, keep the bytes, say what each one is.

Runs in a worker process. Downloads overlap in threads; files are opened one after another in the
calling thread, because the netCDF4 library crashes under threads.
"""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Protocol

from halocline.model.digest import sha256_of
from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Quarantined
from halocline.stores.bucket import Bucket, raw_key

log = logging.getLogger(__name__)
DOWNLOADS: Final = 8
"""Downloads under way at once in one worker."""
Row = Mapping[str, str | int]


class Remote(Protocol):
    """What a source's listing says of one file."""

    @property
    def file(self) -> str:
        """Path in the provider's tree."""

    @property
    def date_update(self) -> str:
        """The provider's date of this edition, '' where it gives none."""


@dataclass(frozen=True)
class Known:
    """What the store holds under a path: the edition's digest, its date, and when it came."""

    sha256: str
    date_update: str
    received: str
    sound: bool = True
    """False where it was set aside: newer code or other options may read it."""
    doubted: bool = False
    """Whether the store's own bytes are to be compared with those that come, and mended."""


@dataclass(frozen=True)
class Examined:
    """A sound file: facts for its row of `raw_files`, and the parts of it set aside."""

    facts: Row
    quarantined: tuple[Quarantined, ...] = ()


class Provider(Protocol):
    """What this room needs of a source; both are picklable."""

    @property
    def name(self) -> str:
        """Word of the source: part of the key of every file it gives."""

    def list_files(self) -> Any:
        """What it offers now, as `pipeline.pull.Listing`; SourceUnavailable when none answers."""

    def fetch(self, remote: Remote) -> bytes | None:
        """Bytes of one file, None where the provider does not have it; safe in a thread."""

    def examine(self, content: bytes, remote: Any, received: str) -> Examined:
        """Facts of one file; raises BadUpstreamData. Called in one thread only."""

    def describe(self, remote: Any) -> Row:
        """What the path alone says: kind, platform, cycle, direction, mode."""


@dataclass(frozen=True)
class Receipt:
    """What one batch brought: rows for `raw_files`, counts, and what was set aside."""

    rows: tuple[Row, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    absent: int = 0
    unchanged: int = 0
    mended: int = 0
    """Of those unchanged: the store had lost or damaged their bytes."""
    bytes_received: int = 0


def receive(
    files: Sequence[Remote],
    *,
    provider: Provider,
    known: dict[str, Known],
    bucket: Bucket,
    received: str,
) -> Receipt:
    """Fetch `files`, keep each one's bytes in the store, and describe them as `raw_files` rows.

    Bytes are stored before the row that names them exists: a killed worker leaves an object
    nobody refers to, never a row without its object. A file whose bytes are those already known
    keeps its first receipt time, so that nothing downstream is made again for it; where they are
    doubted the store holds them whole afterwards. One that was set aside is looked at again, and is
    news where it can be used now.

    Raises:
        SourceUnavailable: the provider or the store did not answer — theirs; retry.
    """
    with ThreadPoolExecutor(max_workers=DOWNLOADS) as pool:
        answers = list(pool.map(lambda remote: _fetch(remote, provider), files))
    contents = [None if isinstance(one, Quarantined) else one for one in answers]
    aside = [one for one in answers if isinstance(one, Quarantined)]
    rows: list[Row] = []
    unchanged = mended = 0
    for remote, content in zip(files, contents, strict=True):
        if content is None:
            continue
        before = known.get(remote.file)
        digest = sha256_of(content)
        same = before and before.sha256 == digest and remote.date_update in ("", before.date_update)
        if before and same and before.sound:
            mended += before.doubted and _mended(remote, content, name=provider.name, bucket=bucket)
            unchanged += 1
            continue
        first_received = before.received if before and before.sha256 == digest else received
        row, out = _keep(remote, content, provider=provider, bucket=bucket, received=first_received)
        if same and row["status"] == "quarantined":
            unchanged += 1
            continue
        rows.append(row)
        aside.extend(out)
    return Receipt(
        rows=tuple(rows),
        quarantined=tuple(aside),
        absent=sum(one is None for one in answers),
        unchanged=unchanged,
        mended=mended,
        bytes_received=sum(len(content) for content in contents if content),
    )


def _fetch(remote: Remote, provider: Provider) -> bytes | Quarantined | None:
    """Bytes of a file, or why its path must not be followed."""
    try:
        return provider.fetch(remote)
    except BadUpstreamData as fault:
        return Quarantined(item=remote.file, reason=fault.reason, detail=fault.detail)


def _mended(remote: Remote, content: bytes, *, name: str, bucket: Bucket) -> bool:
    """Whether the store lacked these received bytes, or held others; it holds them now."""
    key = raw_key(name, sha256_of(content))
    found = bucket.mend(key, content)
    if found:
        log.warning(
            "%s: %s was lost or damaged; it is whole again", remote.file, bucket.url_of(key)
        )
    return found


def _keep(
    remote: Remote, content: bytes, *, provider: Provider, bucket: Bucket, received: str
) -> tuple[Row, tuple[Quarantined, ...]]:
    digest = sha256_of(content)
    bucket.mend(raw_key(provider.name, digest), content)
    row: Row = {
        "source": provider.name,
        "file": remote.file,
        "date_update": remote.date_update,
        "sha256": digest,
        "size": len(content),
        "received": received,
        "first": "",
        "last": "",
        "reason": "",
        "detail": "",
        **provider.describe(remote),
    }
    try:
        examined = provider.examine(content, remote, received)
    except BadUpstreamData as fault:
        log.warning("%s set aside: %s", remote.file, fault)
        aside = Quarantined(
            item=remote.file,
            reason=fault.reason,
            detail=fault.detail,
            platform=str(row["platform"]),
        )
        bad: Row = {"status": "quarantined", "reason": str(fault.reason), "detail": fault.detail}
        return {**row, **bad}, (aside,)
    for part in examined.quarantined:
        log.warning("%s: set aside of it: %s: %s", remote.file, part.reason, part.detail)
    return {**row, "status": "current", **examined.facts}, examined.quarantined


def in_batches(files: Sequence[Remote], *, size: int) -> list[list[Remote]]:
    """Cut a list into batches of at most `size`, in order."""
    return [list(files[start : start + size]) for start in range(0, len(files), size)]
