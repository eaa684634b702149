"""Open one run: addresses from the settings, choices from the network file, nothing started."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from uuid import uuid4

from prefect.runtime import flow_run

from halocline.model.errors import ConfigInvalid
from halocline.networks import (
    ArgoNetwork,
    CoasthfNetwork,
    Filling,
    Network,
    find_network,
    load_network,
)
from halocline.pipeline.config import FillConfig, ProcessConfig
from halocline.pipeline.outside import options_of
from halocline.qc.argo import ArgoSuite
from halocline.qc.series import SeriesSuite
from halocline.settings import load
from halocline.stores.bucket import Bucket, StoreOptions
from halocline.stores.verdict import standing_verdict
from halocline.suites import load_suite, shipped_suite
from tasks.context import RunContext, StoreContext
from tasks.turns import Turn


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


def config_of(network: Network) -> ProcessConfig:
    """Thresholds and choices of a network; the shipped suites where it names none.

    Raises:
        ConfigInvalid: a suite is missing, faulty, or of the other network — the operator's.
    """
    argo = load_suite(argo_path := _suite_path(network.argo, "argo"))
    series = load_suite(series_path := _suite_path(network.coasthf, "coasthf"))
    if not isinstance(argo, ArgoSuite):
        raise ConfigInvalid(f"{argo_path} is a suite of series; Argo profiles need `suite: argo`")
    if not isinstance(series, SeriesSuite):
        raise ConfigInvalid(f"{series_path} is an Argo suite; stations need `suite: series`")
    return ProcessConfig(
        argo_suite=argo,
        series_suite=series,
        argo_fill=_fill(network.argo.filling if network.argo else Filling()),
        series_fill=_fill(network.coasthf.filling if network.coasthf else Filling()),
        series_variables=network.coasthf.variables if network.coasthf else (),
        series_neighbours=network.coasthf.neighbours if network.coasthf else {},
        series_outside={code: options_of(one) for code, one in network.coasthf.outside.items()}
        if network.coasthf
        else {},
        series_tide=network.coasthf.tide if network.coasthf else {},
        series_tail_weight=network.coasthf.tail_weight if network.coasthf else 1.0,
        seed=network.seed,
    )


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


def _suite_path(
    part: ArgoNetwork | CoasthfNetwork | None, name: Literal["argo", "coasthf"]
) -> Path:
    return part.suite if part is not None and part.suite is not None else shipped_suite(name)


def _fill(filling: Filling) -> FillConfig:
    return FillConfig(usable_flags=filling.usable_flags, decimals=filling.decimals)


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
