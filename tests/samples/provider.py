"""A provider whose archive is a dict: for what can only be staged, such as a file withdrawn."""

from dataclasses import dataclass, field

from halocline.model.errors import BadUpstreamData, SourceUnavailable
from halocline.model.quarantine import Reason
from halocline.pipeline.receive import Examined
from halocline.pipeline.series_listing import RemoteSeries, SeriesListing

Remote = RemoteSeries


@dataclass(frozen=True)
class Listing(SeriesListing):
    """One that is complete: what is gone from it was withdrawn."""

    complete: bool = True


@dataclass
class Shelf:
    """platform/name → (date, bytes); b"bad" is set aside, None does not answer."""

    files: dict[str, tuple[str, bytes | None]]
    name: str = "shelf"
    complete: bool = True
    fetched: list[str] = field(default_factory=list)

    def list_files(self) -> Listing:
        found = [Remote(f, f.split("/")[0], date) for f, (date, _) in sorted(self.files.items())]
        return Listing(tuple(found), self.complete)

    def fetch(self, remote: Remote) -> bytes | None:
        self.fetched.append(remote.file)
        if remote.file not in self.files:
            return None
        content = self.files[remote.file][1]
        if content is None:
            raise SourceUnavailable("no answer")
        if content == b"link":
            raise BadUpstreamData(Reason.OUTSIDE_TREE, "leads elsewhere")
        return content

    def examine(self, content: bytes, remote: Remote, received: str) -> Examined:
        if content == b"bad":
            raise BadUpstreamData(Reason.UNREADABLE, "made so")
        return Examined({"first": "2024-01-01T00:00:00Z", "last": "2024-12-31T00:00:00Z"})

    def describe(self, remote: Remote) -> dict[str, str | int]:
        platform = remote.platform
        return {"kind": "core", "platform": platform, "cycle": 1, "direction": "A", "mode": "R"}
