"""`halocline reprocess`: make products anew, compare, publish, go back."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from deployments.commands_stack import say

if TYPE_CHECKING:
    from flows.reprocess import Reprocessed
    from halocline.pipeline.reprocess import ReprocessPlan
    from halocline.pipeline.scope import Scope
    from halocline.settings import Settings
    from halocline.stores.bucket import Bucket

SHOWN = 20
"""Products named on the screen; the run's page has more."""
Part = Literal["all", "argo", "coasthf"]


def register(app: typer.Typer) -> None:
    """Add the word `reprocess`."""
    app.command()(reprocess)


def reprocess(
    *,
    platform: Annotated[
        list[str] | None,
        typer.Option("--platform", "-p", help="WMO number or station code, * and ? allowed."),
    ] = None,
    products: Annotated[Part, typer.Option(help="Floats, moorings, or all.")] = "all",
    box: Annotated[
        tuple[float, float, float, float] | None,
        typer.Option(help="West, east, south, north in degrees.", metavar="W E S N"),
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(help="First day observed.", formats=["%Y-%m-%d"])
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(help="Last day observed.", formats=["%Y-%m-%d"])
    ] = None,
    variable: Annotated[list[str] | None, typer.Option(help="Products that hold it.")] = None,
    made_by_code: Annotated[str, typer.Option(help="First digits of a code digest.")] = "",
    made_with_suite: Annotated[str, typer.Option(help="First digits of a suite's digest.")] = "",
    made_with_model: Annotated[str, typer.Option(help="A model: name, or name:version.")] = "",
    suite: Annotated[
        Path | None,
        typer.Option(help="Thresholds to check with instead.", dir_okay=False, exists=True),
    ] = None,
    network: Annotated[
        str | None, typer.Option(help="Network: a name or a file; HALOCLINE_NETWORK, else france.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also what would come out as it is.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List and estimate; make nothing.")
    ] = False,
    publish: Annotated[
        str | None, typer.Option(help="Make a reprocessing's versions current.", metavar="RUN")
    ] = None,
    revert: Annotated[
        str | None, typer.Option(help="Go back to what a run replaced.", metavar="RUN")
    ] = None,
) -> None:
    """Make products anew beside the published ones and compare; `--publish` makes them current.

    Nothing a reader sees changes before that. The same words again go on where a killed
    reprocessing was.
    """
    from halocline.model.errors import ConfigInvalid  # noqa: PLC0415
    from halocline.settings import load  # noqa: PLC0415

    settings = load()
    if publish is not None and revert is not None:
        raise ConfigInvalid("--publish and --revert exclude each other")
    if publish is not None or revert is not None:
        _decide(settings, publish=publish, revert=revert)
        return
    scope = _scope(
        products=products,
        platforms=tuple(platform or ()),
        box=box,
        since=since,
        until=until,
        variables=tuple(variable or ()),
        made_by_code=made_by_code,
        made_with_suite=made_with_suite,
        made_with_model=made_with_model,
    )
    word = Path(network or settings.network)
    if dry_run:
        _list(settings, network=word, scope=scope, suite=suite, force=force)
    else:
        _make(settings, network=word, scope=scope, suite=suite, force=force)


def _scope(*, box: tuple[float, float, float, float] | None, **values: Any) -> "Scope":
    from pydantic import ValidationError  # noqa: PLC0415

    from halocline.model.errors import ConfigInvalid  # noqa: PLC0415
    from halocline.pipeline.scope import Scope  # noqa: PLC0415

    sides = ("west", "east", "south", "north")
    days = {name: values[name] and values[name].date() for name in ("since", "until")}
    try:
        return Scope.model_validate(
            {**values, **days, "box": dict(zip(sides, box, strict=True)) if box else None}
        )
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        raise ConfigInvalid(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _bucket(settings: "Settings") -> "Bucket":
    from halocline.stores.bucket import Bucket, StoreOptions  # noqa: PLC0415

    return Bucket(settings.require("store"), StoreOptions(**settings.s3_options()))


def _decide(settings: "Settings", *, publish: str | None, revert: str | None) -> None:
    """Publish or go back: one commit, no server but the store is needed."""
    from collections import Counter  # noqa: PLC0415

    from halocline.pipeline.candidates import publish_candidates, revert_run  # noqa: PLC0415

    bucket = _bucket(settings)
    if publish is not None:
        done = publish_candidates(bucket, run=publish)
        say(f"{done.published} products published in one commit; back: --revert {publish}")
    else:
        done = revert_run(bucket, run=str(revert))
        say(f"{done.published} products have their earlier version again, in one commit")
    for reason, count in Counter(one.reason for one in done.left_out).items():
        say(f"{count} left as they are: {reason}")


def _list(
    settings: "Settings", *, network: Path, scope: "Scope", suite: Path | None, force: bool
) -> None:
    from halocline.pipeline.reprocess import plan_reprocess  # noqa: PLC0415
    from halocline.settings import export  # noqa: PLC0415

    export(settings)
    from flows.context import config_of, network_of, with_suite  # noqa: PLC0415

    config = with_suite(config_of(network_of(network)), suite)
    plan = plan_reprocess(_bucket(settings), scope=scope, config=config, force=force)
    for job in plan.jobs:
        say(f"{job.network}  {job.name}  {len(job.inputs)} inputs, {job.weight:,} bytes")
    for line in told(plan, workers=_workers(settings)):
        say(line)
    if suite is not None:
        say("the next scheduled run makes these again by the network's own thresholds: name the "
            "suite in the network file before you publish")  # fmt: skip


def told(plan: "ReprocessPlan", *, workers: int) -> list[str]:
    """What a dry run says below its list."""
    lines = [f"{one.item} · set aside: {one.reason}: {one.detail}" for one in plan.argo_aside]
    lines.append(
        f"{plan.run}: {len(plan.jobs)} products to make, {plan.same} would stay as they are"
    )
    if plan.made:
        lines.append(f"{plan.made} were made by it before and are not made again")
    if plan.unplaced:
        lines.append(f"left out, their place is not known: {', '.join(plan.unplaced)}")
    if plan.jobs and plan.seconds is None:
        lines.append("no past run says what they cost")
    elif plan.seconds is not None and plan.jobs:
        wall = f", {plan.seconds / workers:,.0f} s on {workers} workers" if workers else ""
        lines.append(
            f"about {plan.seconds:,.0f} s of workers' time{wall}, as {plan.paced_by} products took"
        )
    return lines


def _workers(settings: "Settings") -> int:
    """Workers of the cluster now; 0 when it does not answer."""
    from tasks.fan_out import count_workers  # noqa: PLC0415

    return count_workers(settings.dask_address) if settings.dask_address else 0


def _make(
    settings: "Settings", *, network: Path, scope: "Scope", suite: Path | None, force: bool
) -> None:
    from halocline.settings import export  # noqa: PLC0415

    export(settings)  # prefect reads the environment as it loads
    from flows.reprocess import reprocess as flow  # noqa: PLC0415

    done: Reprocessed = flow(
        network, step="make and compare", scope=scope, suite=suite, force=force
    )
    if not done.page and done.set_aside:
        say(f"nothing to make; {done.set_aside} set aside, the log above says why")
        return
    if not done.page:
        say("nothing to make: every product of the scope is as it would come out")
        return
    say(f"{done.made} made now, {done.set_aside} set aside; {done.differ} differ for a reader")
    say(f"compare    {done.page}")
    say(f"publish    halocline reprocess --publish {done.run}")
