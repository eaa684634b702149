"""A folder of this machine as a store: whole files or none, created once.

Bytes go to a hidden folder of the same file system first and appear under their key by `link`
(refused when the key exists) or `rename`: a reader never sees half a file, and a writer that is
killed leaves nothing under the key.
"""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from halocline.model.errors import ConfigInvalid, SourceUnavailable
from halocline.stores.bucket import Entry, NoSuchKey

INCOMING = ".incoming"
"""Holds files being written; never listed."""
NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)


class Folder:
    """Objects as files below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def create(self, key: str, content: bytes) -> bool:
        """Write unless the key exists, in one step; False when it exists."""
        target = self.root / key
        if target.exists():  # spares the writing; the link below decides
            return False
        with self._written(content) as temporary, _refusals(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(temporary, target)
            except FileExistsError:
                return False
            _flush_folder(target.parent)
        return True

    def put(self, key: str, content: bytes) -> None:
        """Write or overwrite in one step."""
        target = self.root / key
        with self._written(content) as temporary, _refusals(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            Path(temporary).replace(target)
            _flush_folder(target.parent)

    def get(self, key: str) -> bytes:
        """All bytes under the key; NoSuchKey when there are none."""
        path = self.root / key
        with _refusals(path):
            try:
                return path.read_bytes()
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                raise NoSuchKey(f"no object {key!r} in {self.root}") from None

    def size(self, key: str) -> int | None:
        """Number of bytes under the key, None when there is no such key."""
        path = self.root / key
        with _refusals(path):
            return path.stat().st_size if path.is_file() else None

    def entries(self, prefix: str) -> list[Entry]:
        """Objects whose key starts with the prefix, in order of key."""
        start = self.root / prefix.rpartition("/")[0]
        keys = (self._key(path) for path in _files(start))
        wanted = (key for key in keys if key.startswith(prefix) and not key.startswith(INCOMING))
        return [entry for key in sorted(wanted) if (entry := self._entry(key)) is not None]

    def delete(self, key: str) -> None:
        """Nothing is under the key."""
        with _refusals(self.root / key):
            (self.root / key).unlink(missing_ok=True)

    def ensure(self) -> None:
        """The folder exists."""
        with _refusals(self.root):
            (self.root / INCOMING).mkdir(parents=True, exist_ok=True)

    def _key(self, path: str) -> str:
        return Path(path).relative_to(self.root).as_posix()

    def _entry(self, key: str) -> Entry | None:
        try:
            found = (self.root / key).stat()
        except FileNotFoundError:  # deleted since the listing
            return None
        modified = datetime.fromtimestamp(found.st_mtime, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Entry(key=key, size=found.st_size, modified=modified)

    @contextmanager
    def _written(self, content: bytes) -> Iterator[str]:
        """Path of a hidden file that holds `content` on disk; gone afterwards."""
        self.ensure()
        with _refusals(self.root):
            handle, path = tempfile.mkstemp(dir=self.root / INCOMING)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                Path(path).chmod(0o644)
                yield path
            finally:
                Path(path).unlink(missing_ok=True)


def _files(folder: Path) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != INCOMING]
        yield from (f"{parent}/{name}" for name in names)


def _flush_folder(folder: Path) -> None:
    """Keep the new name across a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    """Say of an operating-system error whose fault it is."""
    try:
        yield
    except PermissionError as fault:
        raise ConfigInvalid(f"{path}: {fault.strerror}; make the store folder writable") from fault
    except OSError as fault:
        if fault.errno in NO_LINKS:
            raise ConfigInvalid(
                f"{path}: this file system has no hard links, so two writers cannot be kept "
                f"apart ({fault.strerror}); choose another folder or an S3 store"
            ) from fault
        raise SourceUnavailable(f"{path}: {fault.strerror or fault}") from fault
