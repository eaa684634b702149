"""`halocline watchdog`: the dead man's switch, for cron on another machine."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.commands_stack import say

if TYPE_CHECKING:
    from halocline.pipeline.watchdog import Sign
    from halocline.settings import Settings

OPS_CARD = "docs/how-to/ops-card.md#dead-server"
HOURS = "Hours within which a run must have ended; 0: not watched."


def register(app: typer.Typer) -> None:
    """Add the word `watchdog`."""
    app.command()(watchdog)


def watchdog(
    *,
    pull_h: Annotated[float, typer.Option(help=f"Pull. {HOURS}", min=0)] = 3.0,
    process_h: Annotated[float, typer.Option(help=f"Process. {HOURS}", min=0)] = 3.0,
    validate_h: Annotated[float, typer.Option(help=f"Validate. {HOURS}", min=0)] = 3.0,
    tell: Annotated[
        str | None,
        typer.Option(help="Webhook that gets a message when something turns red, or is over."),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Say nothing when all is well: cron mails nothing.")
    ] = False,
) -> None:
    """Look from outside whether anybody is still at work; exit code 1 when not.

    Reads the bucket, so it works when the Prefect server is down, and says so. Run it by cron on
    another machine than the server's: */15 * * * * halocline watchdog --quiet
    """
    from halocline.settings import load  # noqa: PLC0415

    settings = load()
    hours = {"pull": pull_h, "process": process_h, "validate": validate_h}
    signs = [*_signs(settings, hours), *_server(settings)]
    red = [one for one in signs if not one.is_well]
    if red or not quiet:
        for one in signs:
            say(f"{'well' if one.is_well else 'RED '}  {one.what}: {one.detail}")
    if tell is not None:
        _tell_once(red, address=tell, settings=settings)
    if red:
        raise typer.Exit(1)


def _signs(settings: "Settings", hours: dict[str, float]) -> "list[Sign]":
    from datetime import UTC, datetime  # noqa: PLC0415

    from halocline.model.errors import SourceUnavailable  # noqa: PLC0415
    from halocline.pipeline.watchdog import Sign, signs_of_life  # noqa: PLC0415
    from halocline.stores.bucket import Bucket, StoreOptions  # noqa: PLC0415

    bucket = Bucket(settings.require("store"), StoreOptions(**settings.s3_options()))
    watched = {flow: within for flow, within in hours.items() if within}
    try:
        return signs_of_life(bucket, now=datetime.now(UTC), within_h=watched)
    except SourceUnavailable as fault:
        return [Sign("store", is_well=False, detail=str(fault))]


def _server(settings: "Settings") -> "list[Sign]":
    from halocline.pipeline.watchdog import Sign  # noqa: PLC0415
    from infra.health import is_ok  # noqa: PLC0415

    if settings.prefect_api_url is None:
        return []
    answers = is_ok(f"{settings.prefect_api_url}/health")
    word = "answers" if answers else f"does not answer; {OPS_CARD}"
    return [Sign("prefect", is_well=answers, detail=f"{settings.prefect_api_url} {word}")]


def _tell_once(red: "list[Sign]", *, address: str, settings: "Settings") -> None:
    """Whoever is at the address has heard of each red thing once, and when it is over."""
    import httpx  # noqa: PLC0415

    path = settings.home / "watchdog.json"
    told = _told(path)
    now = {one.what: one.detail for one in red}
    begun = {name: detail for name, detail in now.items() if name not in told}
    over = sorted(set(told) - set(now))
    if not begun and not over:
        return
    lines = [f"{name}: {detail}" for name, detail in begun.items()]
    lines += [f"{name}: well again" for name in over]
    subject = f"[urgent] halocline watchdog: {', '.join([*begun] or ['well again'])}"
    body = "\n".join([*lines, f"What to do: {OPS_CARD}"])
    try:
        answer = httpx.post(address, json={"subject": subject, "body": body}, timeout=20)
        answer.raise_for_status()
    except httpx.HTTPError as fault:
        say(f"RED   message not delivered, the next look tries again: {fault}")
        return
    _keep(path, now)


def _told(path: Path) -> dict[str, str]:
    import json  # noqa: PLC0415

    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _keep(path: Path, told: dict[str, str]) -> None:
    import json  # noqa: PLC0415

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(json.dumps(told, indent=1), encoding="utf-8")
