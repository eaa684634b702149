"""One summary a run: what was made, what was set aside and why, where to look."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from halocline.model.quarantine import Quarantined
from halocline.pipeline.outcome import Outcome
from tasks.batch_page import picture_of
from tasks.context import StoreContext

SHOWN_ASIDE = 200
"""Rows of the table of items set aside; the table `raw_files` holds all of them."""


@dataclass(frozen=True)
class RunSummary:
    """Counts of one run; small enough to be a flow's result."""

    received: int = 0
    unchanged_files: int = 0
    withdrawn: int = 0
    platforms: int = 0
    up_to_date: int = 0
    published: int = 0
    superseded: int = 0
    profiles: int = 0
    values: int = 0
    flagged: int = 0
    filled: int = 0
    busy_s: float = 0.0
    process_wall_s: float = 0.0
    quarantined: tuple[Quarantined, ...] = ()
    unavailable: tuple[str, ...] = ()
    """Providers that did not answer: the run went on without them, and is not called a success."""
    not_offered: tuple[str, ...] = ()
    """Platforms the network names and no provider has a file of."""
    previews: dict[str, str] = field(default_factory=dict)
    """Platform → address of its picture."""

    @property
    def reasons(self) -> dict[str, int]:
        """How many items were set aside, by reason."""
        return dict(Counter(str(one.reason) for one in self.quarantined).most_common())


def counts_of(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Totals over the products made."""
    events = [one.event for one in outcomes if one.event is not None]
    names = {"profiles": "n_profiles", "values": "n_values", "flagged": "n_flagged",
             "filled": "n_filled"}  # fmt: skip
    return {ours: sum(int(event[key]) for event in events) for ours, key in names.items()}


@task(name="summary", task_run_name="summary", cache_policy=NO_CACHE)
def write_summary(summary: RunSummary, *, key: str) -> None:
    """Leave a Markdown artifact, and a table of what was set aside, on the run's page."""
    create_markdown_artifact(markdown=as_markdown(summary), key=f"summary-{key}",
                             description="What this run made")  # fmt: skip
    show_aside(summary.quarantined, key=key)


def show_aside(quarantined: Sequence[Quarantined], *, key: str) -> None:
    """A table of what was set aside is on the run's page; none where nothing was."""
    if quarantined:
        create_table_artifact(
            table=aside_rows(quarantined),
            key=f"set-aside-{key}",
            description="Items set aside, with the reason; their bytes are kept",
        )


def previews_of(outcomes: Sequence[Outcome], *, context: StoreContext) -> dict[str, str]:
    """Address of the picture of every product made, by platform."""
    return {one.name: picture_of(one, context=context) for one in outcomes if one.event is not None}


def aside_rows(quarantined: Sequence[Quarantined]) -> list[dict[str, Any]]:
    """Rows of the table of items set aside, the longest list cut at SHOWN_ASIDE."""
    return [
        {
            "platform": one.platform,
            "item": one.item,
            "reason": str(one.reason),
            "detail": one.detail,
        }
        for one in quarantined[:SHOWN_ASIDE]
    ]


def as_markdown(summary: RunSummary) -> str:
    """The summary as a person reads it."""
    lines = [
        "| of this run | count |",
        "|---|---:|",
        f"| files received · unchanged · withdrawn | {summary.received} · "
        f"{summary.unchanged_files} · {summary.withdrawn} |",
        f"| platforms to make · already up to date | {summary.platforms} · {summary.up_to_date} |",
        f"| **products published** | **{summary.published}** |",
        f"| profiles | {summary.profiles:,} |",
        f"| values · flagged 3 or 4 · filled | {summary.values:,} · {summary.flagged:,} · "
        f"{summary.filled:,} |",
        f"| items set aside | {len(summary.quarantined)} |",
    ]
    lines += [f"| — {reason} | {count} |" for reason, count in summary.reasons.items()]
    lines += [f"\n**Not reached: {name}**" for name in summary.unavailable]
    lines += [f"\n**No provider has a file of {name}**" for name in summary.not_offered]
    if summary.previews:
        lines.append("\n### Pictures\n")
        lines += [f"- [{name}]({url})" for name, url in sorted(summary.previews.items())]
    return "\n".join(lines)
