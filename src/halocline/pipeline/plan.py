"""Which products have to be made: what the store received against what it publishes."""

from dataclasses import dataclass
from typing import Final

from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.jobs import Job, argo_jobs, changed, coasthf_jobs
from halocline.pipeline.providers import SOURCES_OF
from halocline.pipeline.received import usable_files
from halocline.stores.bucket import Bucket
from halocline.stores.tables import Tables, current_products

_COLUMNS: Final = ("network", "platform", "year", "recipe", "status", "seq")


@dataclass(frozen=True)
class ProcessPlan:
    """Jobs of each network to run, and how many products are up to date."""

    argo: tuple[Job, ...]
    coasthf: tuple[Job, ...]
    up_to_date: int


def plan_process(bucket: Bucket, *, config: ProcessConfig, force: bool = False) -> ProcessPlan:
    """Every product whose inputs, code, thresholds or choices ask for another recipe.

    `force`: every product there is input for.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    current = published_recipes(bucket)
    files = {name: usable_files(bucket, sources=SOURCES_OF[name]) for name in SOURCES_OF}
    jobs = [
        argo_jobs(files["argo"], config.recipe("argo")),
        coasthf_jobs(files["coasthf"], config.recipe("coasthf")),
    ]
    argo, coasthf = jobs if force else [changed(one, current) for one in jobs]
    total = sum(len(one) for one in jobs)
    return ProcessPlan(
        argo=tuple(argo), coasthf=tuple(coasthf), up_to_date=total - len(argo) - len(coasthf)
    )


def published_recipes(bucket: Bucket) -> dict[tuple[str, str, int], str]:
    """Recipe of every current product, by network, platform and year."""
    events = current_products(Tables(bucket).read("products", columns=_COLUMNS))
    return {
        (row["network"], row["platform"], row["year"]): row["recipe"]
        for row in events.to_pylist()
        if row["status"] == "current"
    }
