"""Reprocess: make products of a scope anew beside the published ones, compare, publish, go back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows.context import named, open_run, received_now, with_suite
from flows.process import cut_in_batches
from halocline.model.errors import ConfigInvalid
from halocline.pipeline.compare import Difference, NotCompared
from halocline.pipeline.outcome import Outcome
from halocline.pipeline.reprocess import ReprocessPlan
from halocline.pipeline.runs import pace_of
from halocline.pipeline.scope import Scope
from tasks.context import RunContext
from tasks.reprocess import (
    compare_batch,
    find_pairs,
    go_back,
    make_candidates,
    plan_scope,
    publish_run,
    report_differences,
)
from tasks.runs import note_run
from tasks.turns import Turn

Step = Literal["dry run", "make and compare", "publish", "revert"]
PAIRS_A_BATCH = 64
MOST_COMPARISONS = 40
"""Tasks that compare, at most: with those that make, below 200 a run."""
WHOLE_SCOPE = Scope()


@dataclass(frozen=True)
class Reprocessed:
    """What a step of a reprocessing did; `run` names it for the next step."""

    run: str
    planned: int = 0
    made: int = 0
    set_aside: int = 0
    differ: int = 0
    """Products in which a reader would find another number."""
    page: str = ""
    published: int = 0
    left_out: int = 0


@flow(
    name="reprocess",
    flow_run_name=named("reprocess"),
    task_runner=ThreadPoolTaskRunner(max_workers=2),  # type: ignore[arg-type]  # prefect 3.8
    description="Make products anew beside the published ones; compare; publish or go back.",
)
def reprocess(
    network: Path,
    *,
    step: Step = "dry run",
    scope: Scope = WHOLE_SCOPE,
    suite: Path | None = None,
    force: bool = False,
    run: str = "",
) -> Reprocessed:
    """One step of a reprocessing; nothing a reader sees changes before the step `publish`.

    Safe to repeat: a run that was killed goes on where it was, and publishing twice is once.

    Args:
        network: Network to make: a name such as france, or the path of a network file.
        step: What to do: list and estimate; make and compare; make current; or go back.
        scope: Which products; every one when nothing is given.
        suite: File of thresholds to check with, where not those of the network.
        force: Also products that would come out as they are.
        run: For publish and revert: the name the reprocessing gave itself.

    Raises:
        ConfigInvalid: a name or file is missing or wrong — the operator's; nothing was done.
    """
    context = open_run(network, turn=Turn.REPROCESSING)
    context = replace(context, config=with_suite(context.config, suite))
    if step in ("publish", "revert"):
        return _decide(step, run=run, context=context)
    plan = plan_scope(scope, force=force, context=context)
    if step == "dry run":
        return Reprocessed(run=plan.run, planned=len(plan.jobs), set_aside=len(plan.argo_aside))
    return _make(plan, context=context)


def _decide(step: Step, *, run: str, context: RunContext) -> Reprocessed:
    if not run:
        raise ConfigInvalid(f"{step} needs `run`: the name that `make and compare` gave")
    done = (publish_run if step == "publish" else go_back)(run, context=context)
    return Reprocessed(run=run, published=done.published, left_out=done.dropped)


def _make(plan: ReprocessPlan, *, context: RunContext) -> Reprocessed:
    started = received_now()
    outcomes = _candidates(plan, context=context)
    if not (plan.jobs or plan.made):
        return Reprocessed(run=plan.run, set_aside=len(plan.argo_aside))
    pairs, aside = find_pairs(plan.run, context=context)
    size = max(PAIRS_A_BATCH, -(-len(pairs) // MOST_COMPARISONS))
    batches = [pairs[start : start + size] for start in range(0, len(pairs), size)]
    futures = [
        compare_batch.submit(batch, number=number, total=len(batches), context=context)
        for number, batch in enumerate(batches, start=1)
    ]
    answers = [one for future in futures for one in future.result()]
    found = [one for one in answers if isinstance(one, Difference)]
    unread = [one for one in answers if isinstance(one, NotCompared)]
    page = report_differences(found, aside=[*aside, *unread], run=plan.run, context=context)
    statuses = Counter(outcome.status for outcome, _seconds in outcomes)
    note_run(
        flow="reprocess",
        name=plan.run,
        started=started,
        parameters={"reprocess": plan.run},
        set_aside=len(plan.argo_aside) + statuses["set_aside"],
        summary={"pace": pace_of(outcomes), "page": page},
        context=context,
    )
    return Reprocessed(
        run=plan.run,
        planned=len(plan.jobs),
        made=statuses["made"],
        set_aside=len(plan.argo_aside) + len(aside) + len(unread),
        differ=sum(not one.is_none for one in found),
        page=page,
    )


def _candidates(plan: ReprocessPlan, *, context: RunContext) -> Sequence[tuple[Outcome, float]]:
    batches = [
        batch
        for network in ("argo", "coasthf")
        for batch in cut_in_batches(network, [job for job in plan.jobs if job.network == network])
    ]
    futures = [
        make_candidates.submit(
            jobs, run=plan.run, network=name, number=number, total=total, context=context
        )
        for name, number, total, jobs in batches
    ]
    return [one for future in futures for one in future.result()]
