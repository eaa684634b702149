"""A Prefect task makes the status site: changed platforms on the cluster, then the front page."""

from datetime import UTC, datetime

from prefect import task
from prefect.artifacts import create_link_artifact
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from halocline.pipeline.site import SitePlan, make_platform, plan_site, write_front
from halocline.site.card import Card
from tasks.context import RunContext
from tasks.fan_out import Lost, fan_out
from tasks.guard import RETRY, replay


@task(name="status site", task_run_name="status site", cache_policy=NO_CACHE, **RETRY)
def make_site(*, context: RunContext) -> int:
    """The site shows what is published; returns how many platforms' pages were made anew.

    Raises:
        SourceUnavailable: cluster or store do not answer — retried.
    """
    plan = plan_site(context.bucket)
    made, stayed = _made(plan, context)
    now = int(datetime.now(UTC).timestamp())
    write_front(context.bucket, [*plan.standing, *stayed, *made], now=now)
    url = context.address_of("site/index.html")
    get_run_logger().info("%d pages of platforms made, %d stand: %s", len(made),
                          len(plan.standing) + len(stayed), url)  # fmt: skip
    create_link_artifact(
        link=context.address_of("site/index.html"),
        key="status-site",
        description="`halocline serve` shows it",
    )
    return len(made)


def _made(plan: SitePlan, context: RunContext) -> tuple[list[Card], list[Card]]:
    """Cards of the pages made anew, and of those that stay as they were: theirs could not be."""
    cards: list[Card] = []
    stayed: list[Card] = []
    if not plan.jobs:
        return cards, stayed
    for job, done in fan_out(
        make_platform, plan.jobs, fixed={"bucket": context.bucket}, address=context.dask_address,
        weight=lambda job: job.weight, turn=context.turn,
    ):  # fmt: skip
        card: Card | None = None
        if isinstance(done, Lost):
            get_run_logger().error("%s · its page was not made: %s", job.name, done.detail)
        else:
            replay(done, name=job.name)
            card = done.result
        if card is not None:
            cards.append(card)
        elif job.before is not None:
            stayed.append(job.before)
    return cards, stayed
