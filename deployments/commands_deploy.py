"""`halocline deploy`: schedules, forms, limits, queues and alerts on the Prefect server."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from deployments.commands_stack import say

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

    from deployments.prefect_file import PrefectFile
    from halocline.settings import Settings

PoolType = Literal["process", "docker", "kubernetes"]


def register(app: typer.Typer) -> None:
    """Add the word `deploy`."""
    app.command()(deploy)


def deploy(
    *,
    network: Annotated[
        str | None,
        typer.Option(help="Network to deploy: a name or a file; HALOCLINE_NETWORK, else france."),
    ] = None,
    pool_type: Annotated[
        PoolType, typer.Option(help="What runs the flows, when the work pool is new.")
    ] = "process",
    prune: Annotated[
        bool, typer.Option("--prune", help="Delete deployments of it that the file lacks.")
    ] = False,
    file: Annotated[
        Path | None, typer.Option(help="Another prefect.yaml.", dir_okay=False, exists=True)
    ] = None,
) -> None:
    """Register every flow with its schedule, form, limit and queue; safe to repeat.

    A schedule that is no longer in the file is removed from the server too.
    """
    from halocline.settings import export, load  # noqa: PLC0415

    settings = load()
    settings.require("prefect_api_url")
    if network is not None:
        word = str(Path(network).absolute()) if Path(network).suffix else network
        settings = settings.model_copy(update={"network": word})
    export(settings)  # prefect reads the environment as it loads

    from prefect.client.orchestration import get_client  # noqa: PLC0415

    from deployments.prefect_file import PREFECT_FILE, read_prefect_file  # noqa: PLC0415
    from deployments.stamp import stamp  # noqa: PLC0415

    stamped = stamp()
    path = file or PREFECT_FILE
    wanted = read_prefect_file(path, stamp=stamped)
    with get_client(sync_client=True) as client:
        _register(client, wanted, path=path, settings=settings, kind=pool_type)
        _prune(client, wanted, network=stamped["network"], prune=prune)
    say(f"network {stamped['network']} is deployed as {stamped['version']}")


def _register(
    client: "SyncPrefectClient",
    wanted: "PrefectFile",
    *,
    path: Path,
    settings: "Settings",
    kind: PoolType,
) -> None:
    from deployments.registry import (  # noqa: PLC0415
        ensure_pool,
        remove_stale_schedules,
        run_prefect_deploy,
        set_queue,
    )
    from halocline.settings import child_environment  # noqa: PLC0415

    for pool in wanted.pools:
        if ensure_pool(client, pool, kind=kind):
            say(f"made work pool {pool} ({kind})")
        for queue in wanted.queues:
            set_queue(client, queue, pool=pool)
    run_prefect_deploy(path, environment=child_environment(settings))
    for one in wanted.deployments:
        say(f"{one.full_name}  {', '.join(sorted(one.slugs)) or 'on demand'}")
        for slug in remove_stale_schedules(client, one):
            say(f"  schedule {slug} is not in the file any more: removed")


def _prune(
    client: "SyncPrefectClient", wanted: "PrefectFile", *, network: str, prune: bool
) -> None:
    from deployments.registry import leftovers  # noqa: PLC0415

    for name, one in leftovers(client, wanted, network=network):
        if prune:
            client.delete_deployment(one.id)
        say(f"{name} is not in the file: {'deleted' if prune else 'kept, --prune deletes it'}")
