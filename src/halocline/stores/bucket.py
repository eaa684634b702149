"""One bucket or folder of bytes: immutable objects written once, a few overwritten pages beside.

The same calls work on `s3://bucket/prefix` and on `file:///folder`. A `Bucket` is a value: it can
be pickled and sent to a worker process, which connects by itself at the first call.
"""

import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from halocline.model.digest import sha256_of
from halocline.model.errors import ConfigInvalid, ContractBroken


@dataclass(frozen=True)
class StoreOptions:
    """How to reach an S3 endpoint; of no use to `file://`."""

    endpoint: str = ""
    """Address such as "http://127.0.0.1:8333"; empty means AWS."""
    key: str = ""
    secret: str = field(default="", repr=False)
    region: str = "us-east-1"


@dataclass(frozen=True)
class Entry:
    """One object as a listing shows it."""

    key: str
    size: int
    modified: str
    """Time of the last write, ISO UTC to the second."""


Keys = list[str]
Entries = list[Entry]


class NoSuchKey(KeyError):
    """There is no object under this key."""

    def __str__(self) -> str:
        return str(self.args[0])


class Backend(Protocol):
    """What a kind of store has to offer; `key` is relative to the bucket's root."""

    def create(self, key: str, content: bytes) -> bool:
        """Write unless the key exists, in one step; False when it exists."""

    def put(self, key: str, content: bytes) -> None:
        """Write or overwrite in one step."""

    def get(self, key: str) -> bytes:
        """All bytes under the key; NoSuchKey when there are none."""

    def size(self, key: str) -> int | None:
        """Number of bytes under the key, None when there is no such key."""

    def entries(self, prefix: str) -> list[Entry]:
        """Objects whose key starts with the prefix, in order of key."""

    def delete(self, key: str) -> None:
        """Nothing is under the key."""

    def ensure(self) -> None:
        """The bucket or folder exists."""


@dataclass(frozen=True)
class Bucket:
    """Objects under one address.

    Every call raises SourceUnavailable when the store does not answer after bounded retries
    (theirs: try later), ConfigInvalid when it refuses the address or the credentials.
    """

    url: str
    options: StoreOptions = field(default_factory=StoreOptions)

    def put_new(self, key: str, content: bytes) -> bool:
        """The key holds exactly `content`: True if this call wrote it, False if it was there.

        A lost answer makes the retry look like a second writer; both find the same bytes.

        Raises:
            ContractBroken: other bytes are under this immutable key (ours).
        """
        if self.backend.create(_checked(key), content):
            return True
        self._require_same(key, content)
        return False

    def mend(self, key: str, content: bytes) -> bool:
        """The key holds exactly `content`: False if it did, and was not touched.

        As `put_new`, where the caller knows that the key names this content: other bytes under it
        are damaged, and are replaced in one step.
        """
        try:
            return self.put_new(key, content)
        except ContractBroken:
            self.backend.put(_checked(key), content)
            return True

    def put(self, key: str, content: bytes) -> None:
        """The key holds `content`, whatever was there: for the catalogue and the site only."""
        self.backend.put(_checked(key), content)

    def get(self, key: str) -> bytes:
        """Bytes under the key.

        Raises:
            NoSuchKey: nothing is there (a KeyError).
        """
        return self.backend.get(_checked(key))

    def exists(self, key: str) -> bool:
        """Whether an object is under the key now."""
        return self.backend.size(_checked(key)) is not None

    def list(self, prefix: str = "") -> Keys:
        """Keys that start with `prefix`, in order."""
        return [entry.key for entry in self.entries(prefix)]

    def entries(self, prefix: str = "") -> Entries:
        """Objects whose key starts with `prefix`, in order, with size and time of writing."""
        return self.backend.entries(prefix)

    def delete(self, key: str) -> None:
        """Nothing is under the key: for maintenance and the probe only."""
        self.backend.delete(_checked(key))

    def ensure(self) -> None:
        """The bucket (or folder) exists."""
        self.backend.ensure()

    def url_of(self, key: str) -> str:
        """Address of an object or prefix, for other clients of the same store."""
        return f"{self.url.rstrip('/')}/{key}"

    @property
    def backend(self) -> Backend:
        """This process's own client of the store; for the probe."""
        return _connected(os.getpid(), self.url, self.options)

    def _require_same(self, key: str, content: bytes) -> None:
        size = self.backend.size(key)
        if size != len(content):
            raise ContractBroken(
                f"{self.url_of(key)} is immutable and holds {size} bytes, "
                f"{len(content)} others were to be written; the key does not name the content"
            )
        found = sha256_of(self.backend.get(key))
        if found != sha256_of(content):
            raise ContractBroken(
                f"{self.url_of(key)} is immutable and holds bytes of sha256 {found}, "
                f"not {sha256_of(content)}; the key does not name the content"
            )


def raw_key(source: str, sha256: str) -> str:
    """Key of received bytes: raw/<source>/<first two digits>/<sha256>."""
    return f"raw/{source}/{sha256[:2]}/{sha256}"


@lru_cache(maxsize=16)
def _connected(pid: int, url: str, options: StoreOptions) -> Backend:
    """One client a process: `pid` keeps a forked child from using its parent's connections."""
    del pid
    parts = urlsplit(url)
    if parts.scheme == "s3" and parts.netloc:
        from halocline.stores._s3 import S3  # noqa: PLC0415  a folder must not need s3fs

        return S3(bucket=parts.netloc, prefix=parts.path.strip("/"), options=options)
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
        from halocline.stores._folder import Folder  # noqa: PLC0415

        return Folder(Path(unquote(parts.path)))
    raise ConfigInvalid(f"store {url!r} is neither s3://bucket/prefix nor file:///folder")


def _checked(key: str) -> str:
    if not key or key.startswith("/") or any(part in {"", ".", ".."} for part in key.split("/")):
        raise ContractBroken(f"{key!r} is not a key: wanted parts joined by single slashes")
    return key
