"""Which products of a network have to be made: what was received against what is published."""

from dataclasses import dataclass
from typing import Final

from halocline.model.quarantine import Quarantined
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.followed import floats_of, stations_of
from halocline.pipeline.grey_list import AT_ROOT, listed_floats, without_list
from halocline.pipeline.jobs import Job, argo_jobs, argo_recipes, changed, coasthf_jobs
from halocline.pipeline.models import station_models
from halocline.pipeline.providers import ARGO, SOURCES_OF
from halocline.pipeline.raw_bytes import RawDamaged
from halocline.pipeline.received import usable_files, usable_table
from halocline.stores.bucket import Bucket
from halocline.stores.tables import Tables, current_products

_INPUT_COLUMNS: Final = ("platform", "kind", "file", "sha256", "received")
_COLUMNS: Final = ("network", "platform", "year", "recipe", "seq")

Recipes = dict[tuple[str, str, int], str]
"""Recipe by network, platform and year."""


@dataclass(frozen=True)
class ProcessPlan:
    """Jobs of each network to run, and how many products are up to date."""

    argo: tuple[Job, ...]
    coasthf: tuple[Job, ...]
    up_to_date: int
    argo_aside: tuple[Quarantined, ...] = ()
    """What keeps every float from being looked at."""


def plan_process(bucket: Bucket, *, config: ProcessConfig, force: bool = False) -> ProcessPlan:
    """Products of the network whose inputs, code, thresholds or choices ask for another recipe.

    The network's are those of the platforms it follows (`pipeline.followed`): what others had
    pulled into the same store is theirs to make. `force`: all of them there is input for. Without
    the bytes of the grey list nobody knows which float it names: all are left as they are.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    current = published_recipes(bucket)
    aside: tuple[Quarantined, ...] = ()
    try:
        floats, argo = _argo(bucket, config, current={} if force else current)
    except RawDamaged as fault:
        floats, argo, aside = 0, [], (without_list(fault),)
    files = usable_files(bucket, sources=SOURCES_OF["coasthf"])
    coasthf = coasthf_jobs(
        files,
        config.recipe("coasthf"),
        stations=stations_of(config.series_followed, files),
        models=station_models(bucket),
        neighbours=config.series_neighbours,
    )
    stale = coasthf if force else changed(coasthf, current)
    total = floats + len(coasthf)
    return ProcessPlan(
        argo=tuple(argo),
        coasthf=tuple(stale),
        up_to_date=total - len(argo) - len(stale),
        argo_aside=aside,
    )


def _argo(bucket: Bucket, config: ProcessConfig, *, current: Recipes) -> tuple[int, list[Job]]:
    """How many floats have input, and jobs of those whose recipe is not current.

    Recipes of all floats are taken from columns; files become objects for the changed ones only.

    Raises:
        RawDamaged: the store lost or damaged the grey list.
    """
    sources, recipe = SOURCES_OF["argo"], config.recipe("argo")
    floats = floats_of(config.argo_followed, bucket)
    if floats is not None and not floats:
        return 0, []
    platforms = None if floats is None else [*floats, AT_ROOT]
    files = usable_table(bucket, sources=sources, columns=_INPUT_COLUMNS, platforms=platforms)
    listed = listed_floats(files, source=ARGO, bucket=bucket)
    recipes = argo_recipes(files, recipe, listed=listed)
    stale = [name for name, one in recipes.items() if current.get(("argo", name, 0)) != one]
    if not stale:
        return len(recipes), []
    asked = stale if floats is not None or len(stale) < len(recipes) else None
    chosen = usable_files(bucket, sources=sources, platforms=asked)
    jobs = argo_jobs(chosen, recipe, listed=listed)
    return len(recipes), changed(jobs, current)


def published_recipes(bucket: Bucket) -> Recipes:
    """Recipe of every current product, by network, platform and year."""
    events = current_products(Tables(bucket).read("products", columns=_COLUMNS))
    return {
        (row["network"], row["platform"], row["year"]): row["recipe"] for row in events.to_pylist()
    }
