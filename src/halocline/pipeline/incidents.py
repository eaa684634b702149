"""Incidents: what an operator is told once, from the moment it begins until it is over.

The table `alerts` holds each beginning and end. A validation that finds the same again says
nothing; what was over and comes back is a new incident.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from halocline.pipeline.validation.finding import Finding
from halocline.stores.bucket import Bucket
from halocline.stores.schemas import ALERTS, rows_of
from halocline.stores.tables import Tables, current_alerts

Urgency = Literal["urgent", "routine"]


@dataclass(frozen=True)
class Kind:
    """A kind of incident: how urgent, what it means, and where the ops card says what to do."""

    name: str
    urgency: Urgency
    """urgent: look now. routine: look in working hours, nothing is lost by waiting."""
    meaning: str
    indicators: tuple[str, ...] = ()
    """Indicators of a validation that open and close it; none for what others see."""
    place: str = ""
    """Place in the ops card; its own name when empty."""

    @property
    def anchor(self) -> str:
        """Place in the ops card."""
        return f"#{self.place or self.name}"


KINDS: Final = {
    one.name: one
    for one in (
        Kind("failed-run", "urgent", "A run ended with an error; what it published before stands."),
        Kind("crashed-run", "urgent", "A run's process ended without a word: killed, no memory."),
        Kind("late-run", "routine", "A run has not started: no worker, or no slot of it is free."),
        Kind("zombie-run", "urgent", "A run that said it was alive has fallen silent."),
        Kind(
            "stale-platform",
            "routine",
            "Published observations are older than their usual interval allows.",
            ("freshness", "kpi2_platforms_per_day"),
        ),
        Kind(
            "quarantine-share",
            "routine",
            "An unusual share of the files received was set aside: a provider changed something.",
            ("quarantine_share",),
        ),
        Kind(
            "coverage-lost",
            "routine",
            "Values that arrived late fall outside the published intervals too often.",
            ("coverage_late",),
        ),
        Kind(
            "data-lost",
            "urgent",
            "Objects that were published are missing, or a check could not run.",
            ("kpi3a_index_minus_files",),
            place="failed-run",
        ),
        Kind("dead-server", "urgent", "No run has ended in time: is the Prefect server alive?"),
    )
}
"""Every kind of incident by its name."""


@dataclass(frozen=True)
class Incident:
    """One thing that is wrong with one network."""

    kind: str
    network: str
    detail: str

    @property
    def name(self) -> str:
        """What tells it from others: one of a kind per network."""
        return f"{self.network}/{self.kind}"


@dataclass(frozen=True)
class Changes:
    """What has begun and what is over since the last look."""

    opened: tuple[Incident, ...] = ()
    closed: tuple[Incident, ...] = ()


def incidents_of(found: Sequence[Finding]) -> list[Incident]:
    """Incidents that findings amount to: at most one of a kind and network.

    A check that could not run is one too, whatever it would have looked at.
    """
    causes: dict[tuple[str, str], list[str]] = {}
    for one in found:
        if one.state != "red" or one.platform:
            continue
        for kind in KINDS.values():
            unrun = one.detail.startswith("could not run") and kind.name == "data-lost"
            if one.indicator in kind.indicators or unrun:
                said = f"{one.indicator} {one.variable}".strip() + f": {one.detail}"
                causes.setdefault((kind.name, one.network), []).append(said)
    return [
        Incident(kind=kind, network=network, detail="; ".join(said))
        for (kind, network), said in causes.items()
    ]


def changes_of(bucket: Bucket, now: Sequence[Incident], *, networks: Sequence[str]) -> Changes:
    """What of `now` is new, and what was open for these networks and is over.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    rows = current_alerts(Tables(bucket).read(ALERTS.name)).to_pylist()
    was = {row["incident"]: row for row in rows if row["state"] == "open"}
    names = {one.name for one in now}
    over = [row for name, row in was.items() if name not in names and row["network"] in networks]
    return Changes(
        opened=tuple(one for one in now if one.name not in was),
        closed=tuple(Incident(row["kind"], row["network"], row["detail"]) for row in over),
    )


def record_changes(bucket: Bucket, changes: Changes, *, at: str, run: str) -> None:
    """The changes are in `alerts`, in one commit; no commit without any.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    events = [
        {
            "incident": one.name,
            "kind": one.kind,
            "network": one.network,
            "state": state,
            "urgency": KINDS[one.kind].urgency,
            "at": at,
            "detail": one.detail,
        }
        for state, these in (("open", changes.opened), ("closed", changes.closed))
        for one in these
    ]
    if events:
        Tables(bucket).append(ALERTS.name, rows_of(ALERTS.name, events), run=run)
