"""What a provider of series offers: files of stations, found by its folders or its index."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from halocline.model.quarantine import Quarantined
from halocline.pipeline.receive import Row


@dataclass(frozen=True)
class RemoteSeries:
    """One file of a platform."""

    file: str
    platform: str
    date_update: str
    """When the provider wrote it, '' where the folder does not say: content decides then."""
    is_dated: bool = True
    """False where `date_update` tells how the file is read and not when it was written."""


@dataclass(frozen=True)
class SeriesListing:
    """Files of the stations asked for.

    Never complete: a month that leaves the folder takes back none of its values, unlike a profile
    that leaves Argo's index.
    """

    files: tuple[RemoteSeries, ...]
    complete: bool = False
    quarantined: tuple[Quarantined, ...] = ()

    @property
    def file(self) -> pa.Array:
        """(n,) paths."""
        return pa.array([one.file for one in self.files], pa.string())

    @property
    def platform(self) -> pa.Array:
        """(n,) platform codes."""
        return pa.array([one.platform for one in self.files], pa.string())

    @property
    def date_update(self) -> pa.Array:
        """(n,) ISO UTC or ''."""
        dates = [one.date_update if one.is_dated else "" for one in self.files]
        return pa.array(dates, pa.string())

    def remote(self, indices: Sequence[int]) -> list[RemoteSeries]:
        """The files at these places."""
        return [self.files[index] for index in indices]


def described(remote: RemoteSeries, *, kind: str) -> Row:
    """What the name of a file says of it, for its row of `raw_files`."""
    return {
        "kind": kind,
        "platform": remote.platform,
        "cycle": -1,
        "direction": "",
        "mode": "",
    }
