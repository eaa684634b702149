"""Plan a reprocessing: which products of a network and scope would change, and what it costs."""

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from halocline.model.digest import Json, digest_of
from halocline.model.errors import ConfigInvalid
from halocline.model.quarantine import Quarantined
from halocline.pipeline.candidates import finished
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.followed import floats_of, stations_of
from halocline.pipeline.grey_list import AT_ROOT, listed_floats, without_list
from halocline.pipeline.jobs import Job, argo_jobs, coasthf_jobs
from halocline.pipeline.models import station_models
from halocline.pipeline.providers import ARGO, SOURCES_OF
from halocline.pipeline.raw_bytes import RawDamaged
from halocline.pipeline.read import decode
from halocline.pipeline.received import usable_files, usable_table
from halocline.pipeline.runs import Pace, paces
from halocline.pipeline.scope import Scope
from halocline.products.paths import MANIFEST, PRODUCT
from halocline.stores.bucket import Bucket
from halocline.stores.tables import Tables, current_products

Identity = tuple[str, str, int]
READS: Final = 16
_COLUMNS: Final = ("network", "platform", "year", "recipe", "path", "status", "summary", "seq")


@dataclass(frozen=True)
class ReprocessPlan:
    """What a reprocessing would do; `run` names it, the same request has the same name."""

    run: str
    jobs: tuple[Job, ...]
    """To make now: in the scope, another recipe than the current one, not made yet."""
    made: int
    """Made by this very reprocessing before; a killed one goes on from there."""
    same: int
    """In the scope and up to date."""
    unplaced: tuple[str, ...]
    """Left out: a box was given, and no published product says where they are."""
    seconds: float | None
    """Workers' time the jobs take, from the pace of past runs; None without any."""
    paced_by: int
    """Products of past runs that the estimate rests on."""
    argo_aside: tuple[Quarantined, ...] = ()
    """What keeps the floats of the scope from being looked at."""


def plan_reprocess(
    bucket: Bucket, *, scope: Scope, config: ProcessConfig, force: bool = False
) -> ReprocessPlan:
    """Every product of the scope whose recipe would be another (`force`: every product of it).

    The scope is searched among the platforms the network follows: others' products are made with
    others' choices. Without the bytes of the grey list its floats are left as they are, as
    `plan_process` does.

    Raises:
        ConfigInvalid: the scope names a platform that is none of them — the operator's.
        SourceUnavailable: the store does not answer — retry.
    """
    current = _current(bucket)
    floats, aside = _floats(bucket, scope, config)
    followed = [*floats, *_stations(bucket, scope, config)]
    _require(followed, scope)
    jobs = [job for job in followed if scope.names(network=job.network, platform=job.platform)]
    jobs = [job for job in jobs if _in_period(job, scope)]
    jobs = [job for job in jobs if _holds(current.get(_of(job)), scope)]
    if aside:
        jobs, aside = _without_floats(jobs, aside)
    if scope.asks_manifests:
        jobs = _made_by(jobs, current=current, scope=scope, bucket=bucket)
    jobs, unplaced = _inside(jobs, current=current, scope=scope, bucket=bucket)
    run = name_of(scope=scope, config=config, force=force)
    due = [job for job in jobs if force or _recipe(current.get(_of(job))) != job.recipe]
    done = finished(bucket, run=run)
    unmade = tuple(job for job in due if done.get(_of(job)) != job.recipe)
    pace = paces(bucket)
    return ReprocessPlan(
        run=run,
        jobs=unmade,
        made=len(due) - len(unmade),
        same=len(jobs) - len(due),
        unplaced=tuple(unplaced),
        seconds=_cost(unmade, pace),
        paced_by=sum(one.products for one in pace.values()),
        argo_aside=aside,
    )


def name_of(*, scope: Scope, config: ProcessConfig, force: bool) -> str:
    """Name of a reprocessing: equal requests of equal platforms, code and thresholds share it."""
    recipes = [vars(config.recipe("argo")), vars(config.recipe("coasthf"))]
    followed: list[Json] = [
        [*one.sources, one.key, sorted(one.named or ())]
        for one in (config.argo_followed, config.series_followed)
    ]
    asked: list[Json] = [scope.model_dump(mode="json"), recipes, followed, force]
    return f"reprocess-{digest_of(asked)[:12]}"


def _of(job: Job) -> Identity:
    return job.network, job.platform, job.year


def _current(bucket: Bucket) -> dict[Identity, dict[str, Any]]:
    events = current_products(Tables(bucket).read("products", columns=_COLUMNS))
    return {
        (row["network"], row["platform"], row["year"]): row
        for row in events.to_pylist()
        if row["status"] == "current"
    }


def _floats(
    bucket: Bucket, scope: Scope, config: ProcessConfig
) -> tuple[list[Job], tuple[Quarantined, ...]]:
    """Of every float the network follows, if floats are asked for.

    Where something is set aside the jobs say which floats there are, and none is to be made.
    """
    floats = floats_of(config.argo_followed, bucket)
    if scope.products == "coasthf" or (floats is not None and not floats):
        return [], ()
    platforms = None if floats is None else [*floats]
    files = usable_files(bucket, sources=SOURCES_OF["argo"], platforms=platforms)
    names = ("kind", "file", "sha256", "received")
    at_root = usable_table(bucket, sources=(ARGO,), columns=names, platforms=(AT_ROOT,))
    try:
        listed = listed_floats(at_root, source=ARGO, bucket=bucket)
    except RawDamaged as fault:
        return argo_jobs(files, config.recipe("argo")), (without_list(fault),)
    return argo_jobs(files, config.recipe("argo"), listed=listed), ()


def _stations(bucket: Bucket, scope: Scope, config: ProcessConfig) -> list[Job]:
    """Of every station the network follows, if stations are asked for."""
    if scope.products == "argo":
        return []
    files = usable_files(bucket, sources=SOURCES_OF["coasthf"])
    return coasthf_jobs(
        files,
        config.recipe("coasthf"),
        stations=stations_of(config.series_followed, files),
        models=station_models(bucket),
        neighbours=config.series_neighbours,
    )


def _require(jobs: Sequence[Job], scope: Scope) -> None:
    """Every platform the scope names is one of these; a pattern may fit none."""
    there = {job.platform for job in jobs}
    strange = [one for one in scope.platforms if one not in there and not {"*", "?"} & set(one)]
    if strange:
        raise ConfigInvalid(
            f"no product to make of {', '.join(strange)}: this network does not follow it, or "
            "nothing was received of it; name the network that does (--network)"
        )


def _without_floats(
    jobs: Sequence[Job], aside: tuple[Quarantined, ...]
) -> tuple[list[Job], tuple[Quarantined, ...]]:
    """Jobs of stations, and what keeps those of floats from being made, if there are any."""
    stations = [job for job in jobs if job.network != "argo"]
    return stations, aside if len(stations) < len(jobs) else ()


def _in_period(job: Job, scope: Scope) -> bool:
    """Whether a product has observations in the period; a station's, within its own year."""
    spans = [(one.first, one.last) for one in job.own if one.first and one.last]
    if job.year:
        year = (f"{job.year}-01-01", f"{job.year}-12-31T23:59:59Z")
        spans = [(max(first, year[0]), min(last, year[1])) for first, last in spans]
    known = [(first, last) for first, last in spans if first <= last]
    return not known or any(scope.overlaps(first=first, last=last) for first, last in known)


def _holds(row: dict[str, Any] | None, scope: Scope) -> bool:
    """Whether a product has one of the variables; one never published cannot be excluded."""
    if not scope.variables or row is None:
        return True
    return bool(set(json.loads(row["summary"])) & set(scope.variables))


def _recipe(row: dict[str, Any] | None) -> str | None:
    return None if row is None else str(row["recipe"])


def _made_by(
    jobs: Sequence[Job], *, current: dict[Identity, dict[str, Any]], scope: Scope, bucket: Bucket
) -> list[Job]:
    published = [job for job in jobs if _of(job) in current]
    keys = [f"{current[_of(job)]['path']}/{MANIFEST}" for job in published]
    with ThreadPoolExecutor(max_workers=READS) as pool:
        manifests = [json.loads(one) for one in pool.map(bucket.get, keys)]
    return [
        job
        for job, manifest in zip(published, manifests, strict=True)
        if scope.made_by(manifest["processing"])
    ]


def _inside(
    jobs: list[Job], *, current: dict[Identity, dict[str, Any]], scope: Scope, bucket: Bucket
) -> tuple[list[Job], list[str]]:
    """Jobs whose published product touches the box, and names of those without any."""
    if scope.box is None:
        return jobs, []
    published = [job for job in jobs if _of(job) in current]
    keys = [f"{current[_of(job)]['path']}/{PRODUCT}" for job in published]
    inside: list[Job] = []
    with ThreadPoolExecutor(max_workers=READS) as pool:
        for job, content in zip(published, pool.map(bucket.get, keys), strict=True):
            bounds = _bounds(content)
            if bounds is None or scope.touches(**bounds):
                inside.append(job)
    return inside, [job.name for job in jobs if _of(job) not in current]


def _bounds(content: bytes) -> dict[str, float] | None:
    """West, east, south, north of a product; None where it says none."""
    words = {"west": "lon_min", "east": "lon_max", "south": "lat_min", "north": "lat_max"}
    attributes = decode(content).attrs
    if not all(f"geospatial_{word}" in attributes for word in words.values()):
        return None
    return {ours: float(attributes[f"geospatial_{word}"]) for ours, word in words.items()}


def _cost(jobs: Iterable[Job], pace: dict[str, Pace]) -> float | None:
    total = 0.0
    for job in jobs:
        one = pace.get(job.network)
        if one is None or not one.bytes_read:
            return None
        total += one.busy_s * job.weight / one.bytes_read
    return total
