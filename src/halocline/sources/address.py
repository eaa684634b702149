"""Where a provider's files are: a web server's folder or a local one, read the same way."""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, TypeVar

from halocline.model.errors import BadUpstreamData, SourceUnavailable
from halocline.model.quarantine import Reason
from halocline.sources import _http
from halocline.sources._http import Entry

log = logging.getLogger(__name__)
REST_S: Final = 60.0
"""How long an address that did not answer is asked last."""
_ASKED_LAST: dict[str, float] = {}
"""Address → monotonic time until which others are asked first, in this process."""
_Answer = TypeVar("_Answer")
Entries = list[Entry]
Paths = list[str]

__all__ = ["Address", "Addresses", "Entry", "safe_path"]


def safe_path(path: str) -> str:
    """`path` itself, when it stays below an address.

    Raises:
        BadUpstreamData: theirs (OUTSIDE_TREE); it is absolute, climbs, or holds a backslash or a
            control character.
    """
    parts = path.split("/")
    climbs = path.startswith("/") or ".." in parts or "\\" in path or "://" in path
    if climbs or any(ord(letter) < 32 for letter in path):
        raise BadUpstreamData(Reason.OUTSIDE_TREE, f"{path!r} leaves the provider's tree")
    return path


@dataclass(frozen=True)
class Address:
    """One root of a provider's tree: http(s)://…, /folder or file:///folder."""

    url: str

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine."""
        return not self.url.startswith(("http://", "https://"))

    def read(self, path: str) -> bytes | None:
        """Bytes of a file below the address, None where there is none.

        Raises:
            SourceUnavailable: theirs; no answer, a failing one, or a body cut short. Retried
                here already where it may pass.
            BadUpstreamData: theirs (OUTSIDE_TREE).
        """
        if self.is_local:
            return self._read_local(safe_path(path))
        return _http.read(self._url_of(path))

    def list(self, folder: str, pattern: str) -> Entries:
        """Files of a folder whose name matches a shell pattern, by path; none where no folder is.

        Over HTTP `modified` is what the index page says, its clock taken as UTC.

        Raises:
            SourceUnavailable, BadUpstreamData: as `read`.
        """
        found = [entry for entry in self._entries(folder) if not entry.path.endswith("/")]
        return [one for one in found if fnmatchcase(one.path.rpartition("/")[2], pattern)]

    def folders(self, folder: str) -> Paths:
        """Paths of the folders in a folder, without a final slash.

        Raises:
            SourceUnavailable, BadUpstreamData: as `read`.
        """
        return [one.path[:-1] for one in self._entries(folder) if one.path.endswith("/")]

    def _entries(self, folder: str) -> Entries:
        prefix = f"{safe_path(folder).strip('/')}/" if folder.strip("/") else ""
        if self.is_local:
            found = self._scan(prefix)
        else:
            found = _http.entries(self._url_of(prefix).rstrip("/") + "/")
        return sorted(
            (Entry(prefix + one.path, one.modified, one.size) for one in found),
            key=lambda one: one.path,
        )

    def _url_of(self, path: str) -> str:
        return f"{self.url.rstrip('/')}/{_http.quoted(safe_path(path))}"

    @property
    def _root(self) -> Path:
        return Path(self.url.removeprefix("file://"))

    def _read_local(self, path: str) -> bytes | None:
        place = self._root / path
        try:
            if not place.resolve().is_relative_to(self._root.resolve()):
                raise BadUpstreamData(Reason.OUTSIDE_TREE, f"{path!r} links out of {self.url}")
            return place.read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            self._must_be_there()
            return None
        except OSError as fault:
            raise SourceUnavailable(f"{place} cannot be read: {fault}") from fault

    def _scan(self, prefix: str) -> Entries:
        place = self._root / prefix
        try:
            with os.scandir(place) as found:
                return [_entry(one) for one in found if one.is_dir() or one.is_file()]
        except (FileNotFoundError, NotADirectoryError):
            self._must_be_there()
            return []
        except OSError as fault:
            raise SourceUnavailable(f"{place} cannot be listed: {fault}") from fault

    def _must_be_there(self) -> None:
        if not self._root.is_dir():
            raise SourceUnavailable(f"{self._root} is not a folder: is it mounted?")


def _entry(found: "os.DirEntry[str]") -> Entry:
    if found.is_dir():
        return Entry(f"{found.name}/", "", None)
    facts = found.stat()
    seconds, rest = divmod(facts.st_mtime_ns // 1000, 1_000_000)
    written = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return Entry(found.name, f"{written}.{rest:06d}Z", facts.st_size)


@dataclass(frozen=True)
class Addresses:
    """Several roots of the same tree: the next one is used when one does not answer."""

    urls: tuple[str, ...]

    def read(self, path: str) -> bytes | None:
        """Bytes of a file, from the first address that has it; None where none has it.

        Raises:
            SourceUnavailable: theirs; no address answered.
            BadUpstreamData: theirs (OUTSIDE_TREE).
        """
        return self.first(lambda one: one.read(path), wanted=lambda found: found is not None)

    def list(self, folder: str, pattern: str) -> Entries:
        """Entries of a folder on the first address that answers, as `Address.list`.

        Raises:
            SourceUnavailable, BadUpstreamData: as `read`.
        """
        return self.first(lambda one: one.list(folder, pattern))

    def first(
        self,
        ask: Callable[[Address], _Answer],
        *,
        wanted: Callable[[_Answer], bool] = lambda _: True,
    ) -> _Answer:
        """The first wanted answer; else the last one given.

        Raises:
            SourceUnavailable: theirs; no address answered.
        """
        answers = []
        faults = []
        for address in self._in_order():
            try:
                answers.append(ask(address))
            except SourceUnavailable as fault:
                log.warning("%s does not answer: %s", address.url, fault)
                faults.append(fault)
                _ASKED_LAST[address.url] = time.monotonic() + REST_S
                continue
            _ASKED_LAST.pop(address.url, None)
            if wanted(answers[-1]):
                break
        if not answers:
            raise SourceUnavailable("; ".join(str(fault) for fault in faults)) from faults[-1]
        return answers[-1]

    def _in_order(self) -> "tuple[Address, ...]":
        now = time.monotonic()
        ordered = sorted(self.urls, key=lambda url: _ASKED_LAST.get(url, 0.0) > now)
        return tuple(Address(url) for url in ordered)
