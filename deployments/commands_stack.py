"""`halocline up`, `down` and `status`: the embedded stack."""

import sys
import time
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from halocline.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the words of the embedded stack."""
    app.command()(up)
    app.command()(down)
    app.command()(status)


def up() -> None:
    """Start the embedded stack: S3, Prefect, Dask; what is configured elsewhere is not started.

    The store is probed when it never was, once for every later run. Exit code 1 when it is bad.
    """
    from deployments.called import called  # noqa: PLC0415
    from halocline.settings import load  # noqa: PLC0415
    from infra import stack  # noqa: PLC0415

    settings = load(with_stack=False)
    started = time.monotonic()
    stack.up(settings, tell=say)
    say(f"all is up after {time.monotonic() - started:.0f} s; `{called()} down` stops it")
    settings = load()
    show(settings)
    if not look_at_store(settings):
        raise typer.Exit(1)


def look_at_store(settings: "Settings") -> bool:
    """Say what may be done with the store; whether it is well."""
    from infra.doctor import first_look  # noqa: PLC0415

    found = first_look(settings)
    for one in found:
        say(f"{one.area:<12}{one.what}: {one.seen}" + (f"\n{'':12}{one.mend}" if one.mend else ""))
    return not any(one.is_red for one in found)


def down() -> None:
    """Stop the embedded stack; its data stay."""
    from halocline.settings import load  # noqa: PLC0415
    from infra import stack  # noqa: PLC0415

    home = load(with_stack=False).home
    stopped = stack.down(home, tell=say)
    say(f"stopped {len(stopped)} processes; data stay in {home}" if stopped else "nothing ran")


def status() -> None:
    """Show where things are, whether they are well, and what the last validation found.

    Exit code 1 when a service is not well.
    """
    from deployments.health_report import health_lines  # noqa: PLC0415
    from halocline.settings import load  # noqa: PLC0415

    settings = load()
    well = show(settings)
    for line in health_lines(settings):
        say(line)
    if not well:
        raise typer.Exit(1)


def show(settings: "Settings") -> bool:
    """Table of the stack's services and the addresses in use; whether all of them are well."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from infra import stack  # noqa: PLC0415

    services = stack.status(settings.home)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("service", "address", "pid", "well", "since", "memory"):
        table.add_column(heading, no_wrap=True)
    for one in services:
        well = "yes" if one.is_healthy else "silent" if one.is_alive else "ended"
        since = time.strftime("%m-%d %H:%M", time.localtime(one.since))
        memory = f"{one.memory_bytes / 1e6:.0f} MB"
        table.add_row(one.title, one.address, str(one.pid), well, since, memory)
    console = Console(highlight=False, soft_wrap=True)
    if services:
        console.print(table)
        console.print()
    for line in addresses(settings):
        console.print(line, markup=False)
    return all(one.is_healthy for one in services)


def addresses(settings: "Settings") -> list[str]:
    """Lines that say where products, runs and computations are."""
    nothing = "not set: `halocline up` starts one"
    site = (settings.prefect_api_url or nothing).removesuffix("/api")
    endpoint = f" at {settings.s3_endpoint}" if settings.s3_endpoint else ""
    return [
        f"store       {settings.store or nothing}{endpoint}",
        f"Prefect UI  {site}",
        f"Dask        {settings.dask_address or nothing}",
        f"home        {settings.home}",
    ]


def say(line: str) -> None:
    """One line of progress, shown at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
