"""Prefect tasks that validate: look, read products on the workers, judge, keep, show."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from halocline.pipeline.validation.facts import ProductFacts, ProductRef, facts_of
from halocline.pipeline.validation.finding import Finding
from halocline.pipeline.validation.limits import Limits
from halocline.pipeline.validation.record import record_findings
from halocline.pipeline.validation.snapshot import Snapshot, take_snapshot
from tasks.context import RunContext
from tasks.fan_out import Lost, fan_out
from tasks.guard import RETRY, replay
from tasks.progress import with_progress
from tasks.single_writer import writing

SHOWN: Final = 500
"""Rows of a table on a run's page; the table `kpi` holds all of them."""


@task(name="look", task_run_name="look", cache_policy=NO_CACHE, **RETRY)
def look(*, now: datetime, limits: Limits, context: RunContext) -> Snapshot:
    """What tables and listing say now.

    Raises:
        SourceUnavailable: the store does not answer — retried.
    """
    found = take_snapshot(context.bucket, now=now, limits=limits)
    get_run_logger().info("%d products to read, as of %s", len(found.products), found.now)
    return found


@task(
    name="read",
    task_run_name="read products, batch {number} of {total}",
    cache_policy=NO_CACHE,
    **RETRY,
)
def read_products(
    refs: Sequence[ProductRef],
    *,
    since: str,
    until: str,
    number: int,
    total: int,
    context: RunContext,
) -> list[ProductFacts]:
    """Facts of every product; one that kills its worker is a product that cannot be used."""
    fixed = {"bucket": context.bucket, "since": since, "until": until}
    answers = _answers(refs, fixed=fixed, context=context)
    key = f"validate-{number}"
    return list(with_progress(answers, total=len(refs), key=key, what="products read"))


def _answers(
    refs: Sequence[ProductRef], *, fixed: dict[str, Any], context: RunContext
) -> Iterator[ProductFacts]:
    for ref, done in fan_out(
        facts_of,
        refs,
        fixed=fixed,
        address=context.dask_address,
        weight=lambda _: 1.0,
        turn=context.turn,
    ):
        if isinstance(done, Lost):
            yield ProductFacts(ref, fault=f"reading it kills the reader: {done.detail}")
            continue
        replay(done, name=ref.name)
        yield done.result


@task(name="keep", task_run_name="keep", cache_policy=NO_CACHE, **RETRY)
def keep_findings(found: Sequence[Finding], *, at: str, context: RunContext) -> None:
    """The findings are in the table `kpi`, and on the run's page.

    Raises:
        SourceUnavailable: the store does not answer — retried.
    """
    with writing(context):
        record_findings(context.bucket, found, at=at, run=context.run)
    create_markdown_artifact(
        markdown=as_markdown(found, at=at), key="validation", description="Indicators"
    )
    red = [one for one in found if one.state == "red"]
    if red:
        create_table_artifact(
            table=[_row(one) for one in red[:SHOWN]],
            key="validation-red",
            description="What is red",
        )
    log = get_run_logger()
    for one in red:
        log.warning(
            "%s %s %s %s: %s", one.network, one.indicator, one.platform, one.variable, one.detail
        )


def _row(one: Finding) -> dict[str, str]:
    return {
        "indicator": one.indicator,
        "network": one.network,
        "platform": one.platform,
        "variable": one.variable,
        "value": _number(one.value, one.unit),
        "limit": _number(one.limit, one.unit),
        "detail": one.detail,
    }


def _number(value: float, unit: str) -> str:
    if value != value:  # noqa: PLR0124  not a number
        return ""
    return f"{value:.1%}" if unit == "1" else f"{value:,.1f} {unit}".strip()


def as_markdown(found: Sequence[Finding], *, at: str) -> str:
    """Indicators of each network, and how many findings of platforms are behind them."""
    states = Counter(one.state for one in found)
    lines = [
        f"As of {at}: {states['green']} green, **{states['red']} red**, "
        f"{states['not_evaluated']} not evaluated.\n",
        "| network | indicator | state | value | limit | |",
        "|---|---|---|---:|---:|---|",
    ]
    for one in found:
        if not one.platform:
            word = {"green": "green", "red": "**red**"}.get(one.state, "not evaluated")
            name = f"{one.indicator} {one.variable}".strip()
            lines.append(
                f"| {one.network} | {name} | {word} | {_number(one.value, one.unit)} | "
                f"{_number(one.limit, one.unit)} | {one.detail.replace('|', '/')} |"
            )
    return "\n".join(lines)
