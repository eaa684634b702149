"""`halocline deploy`: schedules, forms, limits, queues and alerts on the Prefect server."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from deployments.commands_stack import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prefect.client.orchestration import SyncPrefectClient

    from deployments.prefect_file import PrefectFile
    from halocline.settings import Settings

OPS_CARD = "docs/how-to/ops-card.md"
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
    urgent_to: Annotated[
        str | None, typer.Option(help="Address of urgent messages: Slack, Teams or any webhook.")
    ] = None,
    routine_to: Annotated[
        str | None, typer.Option(help="Address of messages that can wait; else the urgent one.")
    ] = None,
    ops_card: Annotated[str, typer.Option(help="Where messages say what to do.")] = OPS_CARD,
    prune: Annotated[
        bool, typer.Option("--prune", help="Delete deployments of it that the file lacks.")
    ] = False,
    file: Annotated[
        Path | None, typer.Option(help="Another prefect.yaml.", dir_okay=False, exists=True)
    ] = None,
) -> None:
    """Register every flow with its schedule, form, limit and queue; safe to repeat.

    A schedule that is no longer in the file is removed from the server too. Refused is a network
    that would make a platform of another one that is deployed in its own way.
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
        _examine(client, stamped, settings=settings)
        _register(client, wanted, path=path, settings=settings, kind=pool_type)
        _prune(client, wanted, network=stamped["network"], prune=prune)
        _alert(client, wanted, urgent_to=urgent_to, routine_to=routine_to, ops_card=ops_card)
    say(f"network {stamped['network']} is deployed as {stamped['version']}")


def _examine(
    client: "SyncPrefectClient", stamped: "Mapping[str, str]", *, settings: "Settings"
) -> None:
    """No network on the server makes a platform of this one with other choices; names are told."""
    from deployments.registry import networks_there  # noqa: PLC0415
    from halocline.model.errors import ConfigInvalid  # noqa: PLC0415
    from halocline.pipeline.contested import contested, readable  # noqa: PLC0415
    from halocline.pipeline.strange_names import UNKNOWN, held_of, strange_names  # noqa: PLC0415
    from halocline.stores.bucket import Bucket, StoreOptions  # noqa: PLC0415

    name, words = stamped["network"], [*networks_there(client), stamped["network_file"]]
    configs, unread = readable(words, folder=settings.home / "networks")
    for fault in unread:
        say(f"a network of the server is not compared with this one: {fault}")
    bucket = None
    if settings.store is not None:
        bucket = Bucket(settings.store, StoreOptions(**settings.s3_options()))
    held = UNKNOWN if bucket is None else held_of(configs[name], bucket)
    for said in strange_names(configs[name], held):
        say(said)
    if bucket is None:
        return
    ours = [str(one) for one in contested(configs, bucket=bucket) if one.concerns(name)]
    if ours:
        mend = (
            "nothing was deployed: leave each platform to one network, give both the same "
            "choices, or delete the deployments of the other"
        )
        raise ConfigInvalid("\n".join([*ours, mend]))


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


def _alert(
    client: "SyncPrefectClient",
    wanted: "PrefectFile",
    *,
    urgent_to: str | None,
    routine_to: str | None,
    ops_card: str,
) -> None:
    from deployments.audience import blocks_there, save_block  # noqa: PLC0415
    from deployments.automations import (  # noqa: PLC0415
        Audience,
        apply_automations,
        arm,
        automations,
    )

    if urgent_to is not None:
        save_block(urgent_to, urgency="urgent")
    if routine_to is not None:
        save_block(routine_to, urgency="routine")
    blocks = blocks_there(client)
    if not blocks:
        say("NOBODY IS TOLD when a run fails: --urgent-to and --routine-to say where messages go")
    done = apply_automations(client, automations(Audience(blocks=blocks, ops_card=ops_card)))
    for name, what in done.items():
        if what != "kept":
            say(f"automation {name}: {what}")
    if any(what in {"made", "changed"} for what in done.values()):
        arm({one.full_name: client.read_deployment_by_name(one.full_name).id
             for one in wanted.deployments})  # fmt: skip
