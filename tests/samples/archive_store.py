"""A store that holds a small twin ocean as received, made without Prefect, Dask or a server."""

from dataclasses import replace
from pathlib import Path

from flows.context import config_of
from halocline.networks import Network
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.jobs import Job
from halocline.pipeline.plan import plan_process
from halocline.pipeline.process import process_platform
from halocline.pipeline.providers import providers_of
from halocline.pipeline.pull import plan_pull
from halocline.pipeline.receive import receive
from halocline.pipeline.received import record
from halocline.simulate.archive import write_archive
from halocline.simulate.summary import ArchiveSummary
from halocline.stores.bucket import Bucket
from halocline.stores.publication import PublishResult, publish
from halocline.stores.tables import Tables

RECEIVED = "2025-01-10T00:00:00Z"


def written_archive(folder: Path, *, floats: int, profiles: int, stations: int) -> ArchiveSummary:
    return write_archive(
        folder, seed=5, floats=floats, profiles_per_float=profiles, stations=stations
    )


def network_at(folder: Path) -> Network:
    """The networks that an archive's folder holds."""
    both = {"addresses": ["/nowhere"], "everything": True}
    argo, coasthf = folder / "argo/gdac", folder / "coasthf/coriolis_cotier_csv"
    return Network.model_validate({"name": "cove", "argo": both, "coasthf": both}).at(
        argo=(str(argo),) if argo.is_dir() else (),
        coasthf=(str(coasthf),) if coasthf.is_dir() else (),
    )


def pulled(
    folder: Path,
    *,
    bucket: Bucket,
    received: str = RECEIVED,
    run: str = "pull",
    again: tuple[str, ...] = (),
) -> None:
    """The store holds what the archive offers; of the platforms `again` whatever it held."""
    for provider in providers_of(network_at(folder)):
        plan = plan_pull(provider, bucket=bucket, again=again)
        receipt = receive(
            plan.to_fetch, provider=provider, known=plan.known, bucket=bucket, received=received
        )
        record(receipt.rows, bucket=bucket, run=run)


def config_at(folder: Path) -> ProcessConfig:
    """Choices of the network; two variables of a station, for a test's sake."""
    return replace(config_of(network_at(folder)), series_variables=("TEMP", "PSAL"))


def processed(bucket: Bucket, config: ProcessConfig, *, run: str) -> PublishResult:
    """What a scheduled run publishes."""
    plan = plan_process(bucket, config=config)
    outcomes = [
        process_platform(job, bucket=bucket, config=config) for job in (*plan.argo, *plan.coasthf)
    ]
    return publish(Tables(bucket), [one.event for one in outcomes if one.event], run=run)


def made(jobs: tuple[Job, ...], *, bucket: Bucket, config: ProcessConfig):
    """(outcome, recipe, seconds) of each job, one after another."""
    for job in jobs:
        yield process_platform(job, bucket=bucket, config=config), job.recipe, 1.0
