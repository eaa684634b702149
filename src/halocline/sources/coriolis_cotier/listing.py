"""What a folder of Coriolis-côtier files offers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from halocline.sources.coriolis_cotier.names import parse_name

GLOB: Final = "OC_*_TS_M[AO]_*.csv"


class Listed(Protocol):
    """One entry of a folder, local or of an HTTP server's page."""

    @property
    def path(self) -> str:
        """Path below the provider's address."""

    @property
    def modified(self) -> str:
        """When the provider wrote it, ISO UTC, '' where the listing does not say."""

    @property
    def size(self) -> int | None:
        """Bytes, None where the listing does not say exactly."""


class Folder(Protocol):
    """A provider's address that can be asked what it holds."""

    def list(self, folder: str, pattern: str) -> Iterable[Listed]:
        """Entries of a folder whose name matches a shell pattern."""


@dataclass(frozen=True)
class RemoteFile:
    """One file the provider offers."""

    file: str
    """Path in the provider's tree."""
    platform: str
    period: str
    """YYYYMM or LATEST."""
    modified: str
    size: int | None
    kind: Literal["csv"] = "csv"


def list_files(address: Folder, *, folder: str = "") -> list[RemoteFile]:
    """Every file of the source in a folder, by name; other files there are left alone.

    Raises:
        SourceUnavailable: theirs; the address does not answer.
    """
    return remote_files(address.list(folder, GLOB))


def remote_files(entries: Iterable[Listed]) -> list[RemoteFile]:
    """Recognise the files of this source among entries, by name and each path once."""
    found = {}
    for entry in entries:
        name = parse_name(entry.path)
        if name is not None:
            found[entry.path] = RemoteFile(
                file=entry.path, platform=name.platform, period=name.period,
                modified=entry.modified, size=entry.size,
            )  # fmt: skip
    return [found[path] for path in sorted(found)]
