"""Open one run: addresses from the settings, choices from the network file, nothing started."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from prefect.runtime import flow_run

from halocline.networks import Network, find_network, load_network
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.network_config import config_of
from halocline.qc.argo import ArgoSuite
from halocline.settings import load
from halocline.stores.bucket import Bucket, StoreOptions
from halocline.stores.verdict import standing_verdict
from halocline.suites import load_suite
from tasks.context import RunContext, StoreContext
from tasks.turns import Turn

__all__ = [
    "config_of", "is_part", "named", "needs_one_writer", "network_of", "open_run", "open_store",
    "received_now", "with_suite",
]  # fmt: skip


def open_run(network: Path, *, turn: Turn = Turn.POLL) -> RunContext:
    """What the tasks of this run share; `turn`: whose turn its calls are on the cluster.

    Raises:
        ConfigInvalid: an address, the network file or a suite cannot be used — the operator's;
            nothing was done.
    """
    settings = load()
    bucket = Bucket(settings.require("store"), StoreOptions(**settings.s3_options()))
    return RunContext(
        run=str(flow_run.get_id() or "no-run"),
        bucket=bucket,
        dask_address=settings.require("dask_address"),
        config=config_of(network_of(network)),
        turn=turn,
        single_writer=needs_one_writer(bucket),
        browse_url=settings.browse_url or "",
    )


def open_store() -> StoreContext:
    """What the tasks of a run share that needs neither a network file nor the cluster.

    Raises:
        ConfigInvalid: no store is configured, or it was found unfit — the operator's.
    """
    settings = load()
    bucket = Bucket(settings.require("store"), StoreOptions(**settings.s3_options()))
    return StoreContext(
        run=str(flow_run.get_id() or "no-run"),
        bucket=bucket,
        single_writer=needs_one_writer(bucket),
        browse_url=settings.browse_url or "",
    )


def needs_one_writer(bucket: Bucket) -> bool:
    """Whether the store's last probe found that it does not keep racing writers apart.

    A store that was never probed is probed first: its first run takes a few seconds longer.

    Raises:
        ConfigInvalid: it was found to lose or change bytes — the operator's; nothing was done.
    """
    verdict = standing_verdict(bucket, token=f"run-{uuid4().hex}", now=datetime.now(UTC))
    if verdict is None:
        return False
    verdict.require_fit()
    return verdict.single_writer


def network_of(network: Path) -> Network:
    """Network of a file, or of a name such as `france`: one of the home folder, else shipped.

    Raises:
        ConfigInvalid: there is none, or it is faulty — the operator's.
    """
    return load_network(find_network(network, folder=load().home / "networks"))


def with_suite(config: ProcessConfig, path: Path | None) -> ProcessConfig:
    """The choices with the thresholds of another file, for the network it is a suite of.

    Raises:
        ConfigInvalid: the suite is missing or faulty — the operator's.
    """
    if path is None:
        return config
    suite = load_suite(path)
    if isinstance(suite, ArgoSuite):
        return replace(config, argo_suite=suite)
    return replace(config, series_suite=suite)


def named(word: str) -> Callable[[], str]:
    """Name of a run of the flow `word`, with the network it was given: "pull france"."""

    def name() -> str:
        return f"{word} {Path(flow_run.get_parameters()['network']).stem}"

    return name


def is_part() -> bool:
    """Whether this run is a part of another flow's run."""
    return flow_run.get_parent_flow_run_id() is not None


def received_now() -> str:
    """This moment, ISO UTC to the second: the receipt time of everything a pull brings."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
