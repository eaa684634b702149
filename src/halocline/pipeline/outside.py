"""Rivers, reanalyses, any table kept elsewhere: pulled, looked at, never published."""

import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Final

import numpy as np

from halocline.model.digest import digest_of
from halocline.model.errors import SourceUnavailable
from halocline.model.quarantine import Quarantined
from halocline.model.series import Series
from halocline.networks import CoasthfNetwork
from halocline.pipeline.jobs import OUTSIDE_KIND
from halocline.pipeline.outside_options import options_of
from halocline.pipeline.receive import Examined, Remote, Row
from halocline.pipeline.series_listing import RemoteSeries, SeriesListing, described
from halocline.sources.address import Addresses
from halocline.sources.generic_csv import CsvOptions
from halocline.sources.series_file import decode_any, opened

log = logging.getLogger(__name__)
OUTSIDE: Final = "outside"


@dataclass(frozen=True)
class OutsideSeries:
    """The files of one platform, each known to the store as PLATFORM/path."""

    platform: str
    addresses: Addresses
    files: tuple[str, ...]
    options: CsvOptions
    name: str = OUTSIDE

    def list_files(self) -> SeriesListing:
        """The files named, and those a pattern finds; a file named has no date: content decides.

        The edition of either says how the network file has it read too: with other options it is
        another one, looked at again whatever became of it.

        Raises:
            SourceUnavailable: theirs; no address answers, or a pattern finds nothing.
        """
        found = {file: modified for one in self.files for file, modified in self._found(one)}
        return SeriesListing(
            tuple(self._remote(file, modified) for file, modified in sorted(found.items()))
        )

    def _found(self, path: str) -> Iterator[tuple[str, str]]:
        folder, _, pattern = path.rpartition("/")
        if not {"*", "?"} & set(pattern):
            yield path, ""
            return
        entries = self.addresses.list(folder, pattern)
        if not entries:
            raise SourceUnavailable(f"{self._words}: no file is called {path}")
        yield from ((one.path, one.modified) for one in entries)

    def _remote(self, file: str, modified: str) -> RemoteSeries:
        """A file in the edition that is offered: its date, and how it is read."""
        is_plain = modified and self.options == CsvOptions()
        read = "" if is_plain else f"read as {digest_of(asdict(self.options))[:12]}"
        edition = f"{modified} {read}".strip()
        return RemoteSeries(f"{self.platform}/{file}", self.platform, edition, bool(modified))

    def fetch(self, remote: Remote) -> bytes:
        """Bytes of one file.

        Raises:
            SourceUnavailable: theirs; no address answers, or none has it.
        """
        path = remote.file.removeprefix(f"{self.platform}/")
        content = self.addresses.read(path)
        if content is None:
            raise SourceUnavailable(
                f"{self._words}: no file is called {path}; correct `outside` in the network file, "
                "or ask who keeps it"
            )
        return content

    def examine(self, content: bytes, remote: Remote, received: str) -> Examined:
        """First and last row of one file; raises BadUpstreamData."""
        now = np.datetime64(received.rstrip("Z"), "s")
        series, aside = decode_outside(
            content, remote.file, now, platform=self.platform, options=self.options
        )
        first, last = series.time[0], series.time[-1]
        return Examined({"first": f"{first}Z", "last": f"{last}Z"}, tuple(aside))

    def describe(self, remote: RemoteSeries) -> Row:
        """What the name says."""
        return described(remote, kind=OUTSIDE_KIND)

    @property
    def _words(self) -> str:
        return f"{self.platform}, outside series, at {', '.join(self.addresses.urls)}"


def decode_outside(
    content: bytes, file: str, received: np.datetime64, *, platform: str, options: CsvOptions
) -> tuple[Series, list[Quarantined]]:
    """The series of one file, of any form `sources.series_file` reads, under the platform's code.

    What was taken for missing or left alone of it is told in the log.

    Raises:
        BadUpstreamData: theirs; the file cannot be understood.
    """
    series, aside, notes = decode_any(opened(content), file, received, options=options)
    for note in notes:
        log.warning("%s, %s: %s", platform, file, note)
    return replace(series, platform=platform), [replace(one, platform=platform) for one in aside]


def outside_of(part: CoasthfNetwork) -> list[OutsideSeries]:
    """A provider for each platform: one that does not answer never stops the others."""
    return [
        OutsideSeries(name, Addresses(one.addresses), one.files, options_of(one))
        for name, one in sorted(part.outside.items())
    ]
