"""Validate: read what is published as a user would, apart from the runs that published it."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows.context import named, open_run, received_now
from halocline.pipeline.incidents import incidents_of
from halocline.pipeline.validation.checks import judge, networks_of
from halocline.pipeline.validation.limits import Limits
from tasks.alerts import tell_operators
from tasks.runs import note_run
from tasks.status_site import make_site
from tasks.turns import Turn
from tasks.validate import keep_findings, look, read_products

USUAL = Limits()
PRODUCTS_A_BATCH = 64
MOST_BATCHES = 80
"""Tasks that read, at most: the design allows about 200 a run."""


@dataclass(frozen=True)
class Validated:
    """How many findings of each state a validation made."""

    at: str
    green: int
    red: int
    not_evaluated: int


@flow(
    name="validate",
    flow_run_name=named("validate"),
    task_runner=ThreadPoolTaskRunner(max_workers=2),  # type: ignore[arg-type]  # prefect 3.8
    description="Freshness, completeness and key indicators, from the published products.",
)
def validate(network: Path, *, limits: Limits = USUAL, at: datetime | None = None) -> Validated:
    """Judge every published product over a window; a check that could not run is red.

    Args:
        network: Network to validate: a name such as france, or the path of a network file.
        limits: What is judged against what; the usual limits when nothing is changed.
        at: Moment to judge as of (UTC); now when empty. For looking back at an archive.
    """
    context, began = open_run(network, turn=Turn.UPKEEP), received_now()
    now = (at or datetime.now(UTC)).astimezone(UTC)
    seen = look(now=now, limits=limits, context=context)
    size = max(PRODUCTS_A_BATCH, -(-len(seen.products) // MOST_BATCHES))
    cut = [seen.products[start : start + size] for start in range(0, len(seen.products), size)]
    futures = [
        read_products.submit(
            part, since=seen.since, until=seen.now, number=number, total=len(cut), context=context
        )
        for number, part in enumerate(cut, start=1)
    ]
    facts = [one for future in futures for one in future.result()]
    found = judge(replace(seen, facts=facts))
    keep_findings(found, at=seen.now, context=context)
    tell_operators(
        incidents_of(found), networks=networks_of(seen), at=received_now(), context=context
    )
    states: Counter[str] = Counter(one.state for one in found)
    note_run(
        flow="validate",
        name=Path(network).stem,
        started=began,
        parameters={"network": str(network)},
        summary={"at": seen.now, **states},
        context=context,
    )
    make_site(context=context)
    return Validated(seen.now, states["green"], states["red"], states["not_evaluated"])
