"""`halocline doctor`: is everything a run rests on well, and what to do where it is not."""

import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from infra.doctor.finding import Finding

WORDS: Final = {"well": "well", "notice": "note", "ill": "ILL", "unknown": "UNKNOWN"}


def register(app: typer.Typer) -> None:
    """Add the word `doctor`."""
    app.command()(doctor)


def doctor(
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave out the store's probe: 20 MB, a few seconds.")
    ] = False,
) -> None:
    """Examine configuration, credentials, clocks, disk, versions and the store's promises.

    Exit code 1 when something is ill or could not be checked, 2 when the settings cannot be read.
    """
    from halocline.settings import export, load  # noqa: PLC0415

    settings = load()
    export(settings)
    from infra.doctor import examine  # noqa: PLC0415

    found = list(examine(settings, with_probe=not quick, tell=_tell))
    show(found)
    if any(one.is_red for one in found):
        raise typer.Exit(1)


def show(found: list["Finding"]) -> None:
    """The findings as a table as wide as the screen, then the mends one below the other."""
    from rich.table import Table  # noqa: PLC0415

    from deployments.tables import wide_console  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("area", no_wrap=True)
    table.add_column("what", overflow="fold", max_width=28)
    table.add_column("state", no_wrap=True)
    table.add_column("seen", overflow="fold")
    console = wide_console()
    for one in found:
        table.add_row(one.area, one.what, WORDS[one.state], one.seen)
    console.print(table, soft_wrap=False)
    red = [one for one in found if one.is_red]
    for one in [one for one in found if one.mend]:
        console.print(f"\n{one.area}, {one.what}:\n  {one.mend}", markup=False, soft_wrap=False)
    console.print(
        f"\n{len(found)} things examined, {len(red)} to mend" if red
        else f"\n{len(found)} things examined: all is well"
    )  # fmt: skip


def _tell(line: str) -> None:
    """Progress, away from the table that a pipe wants."""
    sys.stderr.write(f"examining {line}\n")
    sys.stderr.flush()
