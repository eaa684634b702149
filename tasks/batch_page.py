"""What a batch leaves on its run's page: a table of its platforms, its most flagged picture.

From the run's page a failing platform is two clicks away: the tab Artifacts, then the batch's
table, in which what was set aside comes first.
"""

from collections.abc import Sequence
from typing import Any, Final

from prefect.artifacts import create_image_artifact, create_table_artifact

from halocline.pipeline.outcome import Outcome
from halocline.products.paths import PREVIEW
from tasks.context import StoreContext

REASON_CHARACTERS: Final = 300
WORST: Final = 0.2
"""Share of values flagged 3 or 4 from which a product's picture is shown unasked."""


def show_batch(
    made: Sequence[tuple[Outcome, float]], *, key: str, what: str, context: StoreContext
) -> None:
    """The table is on the run's page; a picture too when a product is unusually flagged.

    `made`: what became of each platform, and seconds. A picture needs an address a browser can
    open: the setting `browse_url`.
    """
    if not made:
        return
    rows = batch_rows(made, context=context)
    aside = sum(one.event is None for one, _seconds in made)
    create_table_artifact(
        table=rows, key=f"{key}-platforms", description=f"{what}: {aside} of {len(made)} set aside"
    )
    worst = max((one for one, _seconds in made), key=flagged_share)
    if context.browse_url and flagged_share(worst) >= WORST:
        create_image_artifact(
            image_url=picture_of(worst, context=context),
            key=f"{key}-most-flagged",
            description=f"{worst.name}: {flagged_share(worst):.0%} of its values flagged 3 or 4",
        )


def batch_rows(
    made: Sequence[tuple[Outcome, float]], *, context: StoreContext
) -> list[dict[str, Any]]:
    """One row a platform: what was set aside first, then the slowest."""
    ordered = sorted(made, key=lambda pair: (pair[0].event is not None, -pair[1]))
    return [_row(outcome, seconds, context) for outcome, seconds in ordered]


def _row(outcome: Outcome, seconds: float, context: StoreContext) -> dict[str, Any]:
    event = outcome.event or {}
    reason = "; ".join(
        f"{one.reason}: {one.detail}" if outcome.event is None else f"{one.item}: {one.reason}"
        for one in outcome.quarantined
    )
    return {
        "platform": outcome.name,
        "status": outcome.status.replace("_", " "),
        "reason": reason[:REASON_CHARACTERS],
        "seconds": round(seconds, 1),
        "values": event.get("n_values", 0),
        "flagged": event.get("n_flagged", 0),
        "filled": event.get("n_filled", 0),
        "picture": picture_of(outcome, context=context),
    }


def picture_of(outcome: Outcome, *, context: StoreContext) -> str:
    """Address of a product's picture: for a browser where that is known; '' without a product."""
    if outcome.event is None:
        return ""
    return context.address_of(f"{outcome.event['path']}/{PREVIEW}")


def flagged_share(outcome: Outcome) -> float:
    """Share of a product's values flagged 3 or 4; 0 without a product."""
    event = outcome.event or {}
    return int(event.get("n_flagged", 0)) / max(int(event.get("n_values", 0)), 1)
