"""Learn a station's models from all that was received of it, and keep them in the bucket.

A variable is learned alone, so that two workers share a station: `learnable` says which, each
`train_variable` learns one from the same grids, `assembled` keeps them together as one model.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from halocline.learn.filling import MIN_VALUES
from halocline.learn.model_files import from_files, to_files
from halocline.learn.station import StationModel, fit_station
from halocline.learn.tide import Tide, tide_driver
from halocline.model.errors import BadUpstreamData, ConfigInvalid
from halocline.model.series import Grid
from halocline.pipeline.coasthf import StationGrids, station_grids
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.followed import stations_of
from halocline.pipeline.inputs import InputFile, digest_of_inputs
from halocline.pipeline.jobs import driver_files, series_files, with_neighbours
from halocline.pipeline.models import CURRENT, history, keep_files, station_model_name
from halocline.pipeline.providers import SOURCES_OF
from halocline.pipeline.raw_bytes import RawDamaged, contents_of
from halocline.pipeline.received import usable_files
from halocline.pipeline.station_tide import FoundTide, find_tide
from halocline.stores.bucket import Bucket

MIN_HISTORY_DAYS: Final = 120
"""Shorter, the longest gaps that are filled (30 days) cannot be hidden in each third of the record
with room to learn beside them: the choices each product makes for itself are as good."""


@dataclass(frozen=True)
class TrainJob:
    """One station to be learned from these files, its own and its neighbours'."""

    platform: str
    inputs: tuple[InputFile, ...]
    recipe: str
    """Digest of all that shapes the model: files, code, thresholds, choices, seed."""

    @property
    def name(self) -> str:
        """The station's code, for logs."""
        return self.platform

    @property
    def weight(self) -> int:
        """Bytes to read: stations are started longest first."""
        return sum(one.size for one in self.inputs)


@dataclass(frozen=True)
class Trained:
    """What became of one station; `event` points to its model, None where none was made."""

    platform: str
    event: dict[str, Any] | None
    detail: str
    """What was learned of how much, or why nothing was."""


@dataclass(frozen=True)
class TrainPlan:
    """Stations to learn, and how many have been, from these very inputs, code and choices."""

    jobs: tuple[TrainJob, ...]
    up_to_date: int


def plan_training(
    bucket: Bucket,
    *,
    config: ProcessConfig,
    stations: Collection[str] = (),
    force: bool = False,
) -> TrainPlan:
    """Stations of the network, or those of `stations`, without a model of these inputs yet.

    Its neighbours are looked at, and learned by the network that follows them.
    So a model that an operator went back to is left alone until there are newer inputs, code or
    choices.

    Raises:
        ConfigInvalid: a station was asked for that the network does not follow, or of which nothing
            was received — the operator's.
        SourceUnavailable: the store does not answer — retry.
    """
    files = usable_files(bucket, sources=SOURCES_OF["coasthf"])
    by_platform, looked_at = series_files(files), driver_files(files)
    followed = stations_of(config.series_followed, files) & by_platform.keys()
    _require(stations, followed=followed, received=by_platform)
    jobs = [
        _job(platform, with_neighbours(platform, looked_at, config.series_neighbours), config)
        for platform in sorted(followed)
        if not stations or platform in stations
    ]
    made = {(row["platform"], row["recipe"]) for row in history(bucket)}
    due = tuple(one for one in jobs if force or (one.platform, one.recipe) not in made)
    return TrainPlan(due, up_to_date=len(jobs) - len(due))


def _require(
    stations: Collection[str], *, followed: Collection[str], received: Collection[str]
) -> None:
    unknown = sorted(set(stations) - set(followed))
    if not unknown:
        return
    others = [one for one in unknown if one in received]
    known = ", ".join(sorted(followed)) or "none"
    raise ConfigInvalid(
        f"nothing was received of {', '.join(unknown)}; stations: {known}"
        if not others
        else f"{', '.join(others)} received, and not followed by this network: name the network "
        f"that does, or put it into its file; stations: {known}"
    )


def _job(platform: str, inputs: list[InputFile], config: ProcessConfig) -> TrainJob:
    recipe = config.recipe("coasthf").of(
        job=f"model/{platform}",
        inputs=digest_of_inputs(inputs),
        reference_time=max(one.received for one in inputs),
        tide=config.series_tide.get(platform, ""),
        tail_weight=config.series_tail_weight,
    )
    ordered = tuple(sorted(inputs, key=lambda one: (one.received, one.file)))
    return TrainJob(platform, ordered, recipe)


@dataclass(frozen=True)
class Learnable:
    """What of a station can be learned, and of how much, or why nothing can be."""

    variables: tuple[str, ...]
    detail: str
    tide: Tide | None = None
    """What its variables are learned with, found once for all of them."""


@dataclass(frozen=True)
class VariableJob:
    """One variable of a station to be learned."""

    station: TrainJob
    variable: str
    tide: Tide | None = None

    @property
    def name(self) -> str:
        """Station and variable, for logs."""
        return f"{self.station.platform} {self.variable}"

    @property
    def weight(self) -> int:
        """As its station's: the variables of one are learned beside each other."""
        return self.station.weight


def train_station(job: TrainJob, *, bucket: Bucket, config: ProcessConfig) -> Trained:
    """Learn one station in this process; the same calls as on Dask workers.

    Afterwards the bucket holds the model's files, and nothing points to them: that is up to
    whoever called (`pipeline.models.register`).

    Raises:
        SourceUnavailable: the store does not answer — retry.
        ConfigInvalid: LightGBM is not installed — the operator's.
    """
    found = learnable(job, bucket=bucket, config=config)
    if not found.variables:
        return Trained(job.platform, None, found.detail)
    parts = [train_variable(one, bucket=bucket, config=config) for one in variable_jobs(job, found)]
    return assembled(job, parts, found=found, bucket=bucket)


def variable_jobs(job: TrainJob, found: Learnable) -> list[VariableJob]:
    """One for each variable of a station that can be learned."""
    return [VariableJob(job, name, found.tide) for name in found.variables]


def learnable(job: TrainJob, *, bucket: Bucket, config: ProcessConfig) -> Learnable:
    """The variables of a station with enough history, sorted, and its tide.

    Raises:
        SourceUnavailable: the store does not answer — retry.
        ConfigInvalid: the tide is to be told from a level nobody has — the operator's.
    """
    try:
        grids = _grids(job, bucket, config).grids
    except BadUpstreamData as fault:
        return Learnable((), f"{fault.reason}: {fault.detail}")
    except RawDamaged as fault:
        return Learnable((), str(fault))
    if not grids:
        return Learnable((), f"no variable has {MIN_HISTORY_DAYS} days of history")
    days = max(_days(one) for one in grids.values())
    found = _tide(job, bucket, config)
    detail = [f"learned from {days:.0f} days", *([found.said] if found.said else [])]
    return Learnable(tuple(sorted(grids)), "; ".join(detail), found.tide)


def train_variable(job: VariableJob, *, bucket: Bucket, config: ProcessConfig) -> dict[str, bytes]:
    """The files of a model of one variable, learned beside its station's other sensors.

    Raises:
        SourceUnavailable: the store does not answer — retry.
        ConfigInvalid: LightGBM is not installed — the operator's.
    """
    station = _grids(job.station, bucket, config)
    model = fit_station(
        station.grids,
        seed=config.seed,
        native=station.native,
        parameters=station.parameters,
        drivers=station.drivers | tide_driver(job.tide, station.grids),
        variables=[job.variable],
        tail_weight=config.series_tail_weight,
    )
    return to_files(model)


def assembled(
    job: TrainJob, parts: Iterable[Mapping[str, bytes]], *, found: Learnable, bucket: Bucket
) -> Trained:
    """The variables' models, and the tide, are one model in the bucket.

    Whatever the order of the parts, the same bytes.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    variables = {
        name: model for part in parts for name, model in from_files(part).variables.items()
    }
    names = sorted(variables)
    model = StationModel({name: variables[name] for name in names}, tide=found.tide)
    kept = keep_files(to_files(model), name=station_model_name(job.platform), bucket=bucket)
    event = {
        "name": kept.model.name,
        "platform": job.platform,
        "version": kept.model.version,
        "recipe": job.recipe,
        "inputs_digest": digest_of_inputs(job.inputs),
        "reference_time": max(one.received for one in job.inputs),
        "variables": ", ".join(names),
        "status": CURRENT,
    }
    mended = f"; damaged in the store, mended: {', '.join(kept.mended)}" if kept.mended else ""
    return Trained(job.platform, event, f"{', '.join(names)}: {found.detail}{mended}")


def _grids(job: TrainJob, bucket: Bucket, config: ProcessConfig) -> StationGrids:
    """A station's whole history, variables with enough of it alone."""
    station = station_grids(contents_of(job.inputs, bucket), platform=job.platform, config=config)
    grids = {
        name: one
        for name, one in station.grids.items()
        if np.isfinite(one.value).sum() >= MIN_VALUES and _days(one) >= MIN_HISTORY_DAYS
    }
    return replace(station, grids=grids)


def _tide(job: TrainJob, bucket: Bucket, config: ProcessConfig) -> FoundTide:
    """What the station's level tells, be it among the variables that are made or not."""
    name = config.series_tide.get(job.platform)
    if name is None:
        return FoundTide(None, "")
    everything = replace(config, series_variables=())
    return find_tide(
        name,
        platform=job.platform,
        station=station_grids(
            contents_of(job.inputs, bucket), platform=job.platform, config=everything
        ),
        neighbours=config.series_neighbours.get(job.platform, ()),
    )


def _days(grid: Grid) -> float:
    """From the first present value to the last."""
    present = np.flatnonzero(np.isfinite(grid.value))
    return float(np.ptp(present)) * grid.step_s / 86400 if present.size else 0.0
