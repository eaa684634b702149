"""prefect.yaml as data: the deployments it asks for, with the build step's outputs put in."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from halocline.model.errors import ConfigInvalid

PREFECT_FILE: Final = Path(__file__).with_name("prefect.yaml")
POOLS: Final = Path(__file__).with_name("pools")


@dataclass(frozen=True)
class Queue:
    """A queue of the work pool; 1 is taken first."""

    name: str
    priority: int
    description: str


@dataclass(frozen=True)
class Wanted:
    """One deployment as the file asks for it."""

    full_name: str
    """Flow and deployment: pull/france-argo."""
    entrypoint: str
    pool: str
    queue: str
    parameters: Mapping[str, Any]
    slugs: frozenset[str]


@dataclass(frozen=True)
class PrefectFile:
    """The whole file."""

    deployments: tuple[Wanted, ...]
    queues: tuple[Queue, ...]

    @property
    def pools(self) -> list[str]:
        """Names of the work pools in use."""
        return sorted({one.pool for one in self.deployments})


def read_prefect_file(path: Path, *, stamp: Mapping[str, str]) -> PrefectFile:
    """Deployments and queues of a file; `stamp` stands for `{{ stamp.… }}`.

    Raises:
        ConfigInvalid: the file is missing, no YAML, or a deployment lacks what we need: an
            entrypoint by module, a work pool and queue, a slug for every schedule — the operator's.
    """
    from prefect.utilities.templating import apply_values  # noqa: PLC0415  slow to load

    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as fault:
        raise ConfigInvalid(f"{path} cannot be read as YAML: {fault}") from fault
    found = apply_values(
        {"deployments": raw.get("deployments") or []}, {"stamp": dict(stamp)}, warn_on_notset=True
    )
    queues = (raw.get("definitions") or {}).get("queues") or {}
    return PrefectFile(
        deployments=tuple(_wanted(one, path=path) for one in found["deployments"]),
        queues=tuple(Queue(name=name, **values) for name, values in queues.items()),
    )


def _wanted(one: Mapping[str, Any], *, path: Path) -> Wanted:
    name = one.get("name", "a deployment without a name")
    module, colon, flow = str(one.get("entrypoint", "")).partition(":")
    if not colon or module.endswith(".py"):
        raise ConfigInvalid(
            f"{path}: {name}: entrypoint is {one.get('entrypoint')!r}, wanted module:flow such as "
            "flows.pull:pull (a path breaks the imports of remote workers)"
        )
    pool = one.get("work_pool") or {}
    schedules = one.get("schedules") or []
    if not all(schedule.get("slug") for schedule in schedules):
        raise ConfigInvalid(f"{path}: {name}: a schedule has no slug; a second deploy would fail")
    if not (pool.get("name") and pool.get("work_queue_name")):
        raise ConfigInvalid(f"{path}: {name}: wanted work_pool with name and work_queue_name")
    return Wanted(
        full_name=f"{flow}/{name}",
        entrypoint=str(one["entrypoint"]),
        pool=pool["name"],
        queue=pool["work_queue_name"],
        parameters=one.get("parameters") or {},
        slugs=frozenset(schedule["slug"] for schedule in schedules),
    )


def pool_variables(kind: str) -> tuple[str, dict[str, Any]]:
    """Package that brings a kind of work pool, and our defaults of its variables.

    Raises:
        ConfigInvalid: there is no such kind here — the operator's.
    """
    path = POOLS / f"{kind}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(one.stem for one in POOLS.glob("*.yaml")))
        raise ConfigInvalid(f"no kind of work pool is called {kind!r}; known: {known}")
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    return values["package"], values["variables"]
