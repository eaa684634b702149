"""Make a Prefect server agree with prefect.yaml: what `prefect deploy` leaves undone."""

import copy
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowFilter,
    FlowFilterName,
)
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

from deployments.prefect_file import PrefectFile, Queue, Wanted, pool_variables
from halocline.model.errors import ConfigInvalid, ContractBroken


def ensure_pool(client: SyncPrefectClient, name: str, *, kind: str) -> bool:
    """The work pool exists, of this kind; True if it was made now. A pool that is there is kept.

    Raises:
        ConfigInvalid: it exists and is of another kind — the operator's.
    """
    try:
        found = client.read_work_pool(name)
    except ObjectNotFound:
        template = base_template(client, kind)
        try:
            client.create_work_pool(
                WorkPoolCreate(name=name, type=kind, base_job_template=template)
            )
        except ObjectAlreadyExists:  # a worker that starts makes its pool too
            return ensure_pool(client, name, kind=kind)
        return True
    if found.type != kind:
        raise ConfigInvalid(
            f"work pool {name} is of type {found.type}, asked for was {kind}: deploy with "
            f"--pool-type {found.type}, or delete it (`prefect work-pool delete {name}`)"
        )
    return False


def base_template(client: SyncPrefectClient, kind: str) -> dict[str, Any]:
    """Prefect's base job template of a kind of pool, with the defaults of pools/<kind>.yaml.

    Raises:
        ConfigInvalid: this Prefect does not know the kind or one of our variables.
    """
    package, defaults = pool_variables(kind)
    return with_defaults(client.read_worker_metadata(), kind=kind, package=package, values=defaults)


def with_defaults(
    metadata: Mapping[str, Any], *, kind: str, package: str, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Base job template of `kind` out of Prefect's list of workers, `values` as its defaults.

    Raises:
        ConfigInvalid: the list lacks the kind, or the kind one of the variables.
    """
    try:
        template = copy.deepcopy(metadata[package][kind]["default_base_job_configuration"])
        properties = template["variables"]["properties"]
    except KeyError as fault:
        raise ConfigInvalid(f"Prefect knows no work pool of type {kind} in {package}") from fault
    unknown = sorted(set(values) - set(properties))
    if unknown:
        raise ConfigInvalid(
            f"a {kind} pool has no variable {', '.join(unknown)}; known: {', '.join(properties)}"
        )
    for name, value in values.items():
        properties[name]["default"] = value
    return dict(template)


def run_prefect_deploy(path: Path, *, environment: Mapping[str, str]) -> None:
    """Every deployment of the file is registered, by Prefect's own command.

    Raises:
        ContractBroken: the command failed; the message ends with what it said.
    """
    done = subprocess.run(  # noqa: S603  the words are ours
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all",
         "--prefect-file", str(path)],
        env=dict(environment), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise ContractBroken(f"prefect deploy failed:\n{(done.stdout + done.stderr)[-3000:]}")


def remove_stale_schedules(client: SyncPrefectClient, wanted: Wanted) -> list[str]:
    """Only schedules of the file are left on a deployment; returns the slugs that were removed."""
    found = client.read_deployment_by_name(wanted.full_name)
    removed = []
    for schedule in found.schedules:
        if schedule.slug not in wanted.slugs:
            client.delete_deployment_schedule(found.id, schedule.id)
            removed.append(schedule.slug or str(schedule.schedule))
    return removed


def set_queue(client: SyncPrefectClient, queue: Queue, *, pool: str) -> None:
    """The queue exists in the pool with its priority and description."""
    try:
        found = client.read_work_queue_by_name(queue.name, work_pool_name=pool)
    except ObjectNotFound:
        client.create_work_queue(
            queue.name,
            work_pool_name=pool,
            description=queue.description,
            priority=queue.priority,
        )
        return
    if (found.priority, found.description) != (queue.priority, queue.description):
        client.update_work_queue(found.id, priority=queue.priority, description=queue.description)


def networks_there(client: SyncPrefectClient) -> list[str]:
    """Names or files of the networks whose products the server's deployments make."""
    found = client.read_deployments(
        flow_filter=FlowFilter(name=FlowFilterName(any_=["process"])),
        deployment_filter=DeploymentFilter(tags=DeploymentFilterTags(all_=["halocline"])),
    )
    return sorted({str(one.parameters["network"]) for one in found if "network" in one.parameters})


def leftovers(
    client: SyncPrefectClient, file: PrefectFile, *, network: str
) -> list[tuple[str, DeploymentResponse]]:
    """Deployments of the network on the server that the file does not ask for."""
    found = client.read_deployments(
        deployment_filter=DeploymentFilter(tags=DeploymentFilterTags(all_=["halocline"]))
    )
    wanted = {one.full_name for one in file.deployments}
    named = {f"{client.read_flow(one.flow_id).name}/{one.name}": one for one in found}
    ours = names_of(network, among=named) - wanted
    return [(name, named[name]) for name in sorted(ours)]


def names_of(network: str, *, among: Iterable[str]) -> set[str]:
    """Deployments (flow/name) of a network: those of `bay-two` are none of `bay`.

    Every network that is deployed has a deployment `operate/<network>`.
    """
    names = set(among)
    others = {name.removeprefix("operate/") for name in names if name.startswith("operate/")}

    def owner(name: str) -> str:
        word = name.partition("/")[2]
        fitting = [one for one in {network, *others} if f"{word}-".startswith(f"{one}-")]
        return max(fitting, key=len, default="")

    return {name for name in names if owner(name) == network}
