"""From a network file to the choices of a run: its suites read, its parts side by side."""

from pathlib import Path
from typing import Literal

from halocline.model.errors import ConfigInvalid
from halocline.networks import ArgoNetwork, CoasthfNetwork, Filling, Network
from halocline.pipeline.config import FillConfig, ProcessConfig
from halocline.pipeline.followed import floats_followed, stations_followed
from halocline.pipeline.outside_options import options_of
from halocline.qc.argo import ArgoSuite
from halocline.qc.series import SeriesSuite
from halocline.suites import load_suite, shipped_suite


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
        argo_followed=floats_followed(network.argo),
        series_followed=stations_followed(network.coasthf),
        seed=network.seed,
    )


def _suite_path(
    part: ArgoNetwork | CoasthfNetwork | None, name: Literal["argo", "coasthf"]
) -> Path:
    return part.suite if part is not None and part.suite is not None else shipped_suite(name)


def _fill(filling: Filling) -> FillConfig:
    return FillConfig(usable_flags=filling.usable_flags, decimals=filling.decimals)
