"""One run of the main job in this process: no Prefect, no Dask, the library's own calls."""

from dataclasses import dataclass
from pathlib import Path

from flows.context import config_of
from halocline.networks import Network
from halocline.pipeline.plan import ProcessPlan, plan_process
from halocline.pipeline.process import process_platform
from halocline.pipeline.providers import providers_of
from halocline.pipeline.pull import plan_pull, withdrawn_rows
from halocline.pipeline.receive import receive
from halocline.pipeline.received import record
from halocline.stores.bucket import Bucket
from halocline.stores.publication import publish
from halocline.stores.tables import Tables


@dataclass(frozen=True)
class Ran:
    """Platforms made and published by one run, and "item: reason" of what it set aside."""

    made: set[str]
    aside: list[str]


def network_of(*, argo: Path | None = None, coasthf: Path | None = None) -> Network:
    """Everything below these folders."""
    both = {"addresses": ["/nowhere"], "everything": True}
    return Network.model_validate({"name": "folders", "argo": both, "coasthf": both}).at(
        argo=(str(argo),) if argo else (), coasthf=(str(coasthf),) if coasthf else ()
    )


def pull_once(chosen: Network, store: Bucket, *, received: str, run: str = "r") -> list[str]:
    """The store is up to date with the providers; what was set aside."""
    aside = []
    for provider in providers_of(chosen):
        plan = plan_pull(provider, bucket=store)
        receipt = receive(
            plan.to_fetch,
            provider=provider,
            known=plan.known_of(plan.to_fetch),
            bucket=store,
            received=received,
        )
        record(receipt.rows, bucket=store, run=run)
        record(withdrawn_rows(plan, provider=provider, received=received), bucket=store, run=run)
        aside += [f"{one.item}: {one.reason}" for one in receipt.quarantined]
    return aside


def plan_once(chosen: Network, store: Bucket, *, force: bool = False) -> ProcessPlan:
    """What has to be made."""
    return plan_process(store, config=config_of(chosen), force=force)


def run_once(chosen: Network, store: Bucket, *, received: str, run: str = "r") -> Ran:
    """Pull, process one platform after another, publish."""
    aside = pull_once(chosen, store, received=received, run=run)
    plan, config = plan_once(chosen, store), config_of(chosen)
    outcomes = [
        process_platform(job, bucket=store, config=config) for job in (*plan.argo, *plan.coasthf)
    ]
    publish(Tables(store), [one.event for one in outcomes if one.event is not None], run=run)
    aside += [f"{out.item}: {out.reason}" for one in outcomes for out in one.quarantined]
    return Ran({one.platform for one in outcomes if one.event is not None}, aside)
