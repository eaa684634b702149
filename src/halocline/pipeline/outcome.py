"""What became of one platform: the small row a worker returns."""

from dataclasses import dataclass, field
from typing import Literal

from halocline.model.quarantine import Quarantined, Reason
from halocline.pipeline.jobs import Job
from halocline.products.provenance import Network

Status = Literal["made", "set_aside"]


@dataclass(frozen=True)
class Outcome:
    """One job's result: counts, keys and digests, never arrays.

    `event` is the row of the `products` table that publication would append, None when the whole
    platform was set aside; `quarantined` lists the items left out, whatever became of the rest.
    """

    network: Network
    platform: str
    year: int
    status: Status
    event: dict[str, str | int] | None
    quarantined: tuple[Quarantined, ...] = ()
    bytes_read: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    """Wall time per stage: read, decode, qc, fill, encode, write. It goes to the run, never into a
    product."""

    @property
    def name(self) -> str:
        """Platform as an operator names it: the WMO number, or the station and its year."""
        return f"{self.platform} {self.year}" if self.year else self.platform


def set_aside(
    job: Job, reason: Reason, detail: str, *, seconds: dict[str, float] | None = None
) -> Outcome:
    """A whole platform left out, and why."""
    aside = Quarantined(item=job.name, reason=reason, detail=detail, platform=job.platform)
    return Outcome(
        network=job.network,
        platform=job.platform,
        year=job.year,
        status="set_aside",
        event=None,
        quarantined=(aside,),
        bytes_read=job.weight,
        seconds=seconds or {},
    )
