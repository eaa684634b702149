"""`halocline maintain`: tables, garbage, old runs; `backup` and `restore` of the tables."""

from typing import TYPE_CHECKING, Annotated

import typer

from deployments.commands_stack import say

if TYPE_CHECKING:
    from halocline.stores.bucket import Bucket

maintain = typer.Typer(
    help="Merge and vacuum tables, find or remove garbage, forget old runs.",
    invoke_without_command=True,
)


def register(app: typer.Typer) -> None:
    """Add the word `maintain`."""
    app.add_typer(maintain, name="maintain")


@maintain.callback()
def keep(
    context: typer.Context,
    *,
    apply: Annotated[
        bool, typer.Option("--apply", help="Do it; otherwise a dry run that only counts.")
    ] = False,
    backup_to: Annotated[
        str | None, typer.Option(help="Also copy all tables there, first of all.")
    ] = None,
    raw_days: Annotated[
        int | None,
        typer.Option(min=7, help="Remove superseded received files older than this many days."),
    ] = None,
    run_days: Annotated[
        int, typer.Option(min=1, help="Forget finished Prefect runs older than this many days.")
    ] = 90,
) -> None:
    """Look after the store and Prefect's database: a dry run, unless --apply is given.

    Safe beside publishers and again at any time. An object that no event names goes when a look a
    week before, dry or not, has found it too.
    """
    if context.invoked_subcommand is not None:
        return
    from halocline.settings import export, load  # noqa: PLC0415

    settings = load()
    settings.require("prefect_api_url")
    export(settings)
    from flows.maintain import maintain as run  # noqa: PLC0415

    kept = run(apply=apply, backup_to=backup_to, raw_days=raw_days, run_days=run_days)
    _show([(one.what, one.found, one.done, one.size_bytes, one.detail) for one in kept])
    say("done" if apply else "a dry run: nothing was changed; --apply does it")


@maintain.command()
def backup(
    target: Annotated[str, typer.Argument(help="s3://bucket/prefix or file:///folder.")],
) -> None:
    """Copy all tables to TARGET; again later, it copies what is new. Needs no Prefect."""
    ours = _bucket()
    other = _other(target)
    other.ensure()
    _copy(source=ours, target=other)


@maintain.command()
def restore(
    source: Annotated[str, typer.Argument(help="Where `backup` copied the tables to.")],
) -> None:
    """Bring all tables back from SOURCE into the store. Needs no Prefect; stop all runs first.

    A table that is there with another history is refused and left as it is. Products published
    after the copy are found again by the next run: it writes the same bytes and publishes them.
    """
    from halocline.stores.maintenance import missing  # noqa: PLC0415
    from halocline.stores.tables import Tables  # noqa: PLC0415

    ours = _bucket()
    _copy(source=_other(source), target=ours)
    gone = missing(Tables(ours))
    for key in gone:
        say(f"lost: {key}")
    if gone:
        say(f"{len(gone)} objects that the tables name are not in {ours.url}")
        raise typer.Exit(1)
    say("every object that the tables name is there")


def _copy(*, source: "Bucket", target: "Bucket") -> None:
    from halocline.stores.maintenance import copy_table  # noqa: PLC0415
    from halocline.stores.schemas import TABLES  # noqa: PLC0415

    for name in TABLES:
        version = copy_table(name, source=source, target=target)
        state = f"at version {version}" if version >= 0 else "has no rows yet"
        say(f"{target.url_of('tables')}/{name} {state}")


def _show(rows: list[tuple[str, int, int, int, str]]) -> None:
    from deployments.tables import plain_table, wide_console  # noqa: PLC0415

    table = plain_table("what", "#found", "#done", "#MB", "detail")
    for what, found, done, size, detail in rows:
        table.add_row(what, f"{found:,}", f"{done:,}", f"{size / 1e6:.1f}", detail)
    wide_console().print(table)


def _bucket() -> "Bucket":
    from halocline.settings import load  # noqa: PLC0415
    from halocline.stores.bucket import Bucket, StoreOptions  # noqa: PLC0415

    settings = load()
    return Bucket(settings.require("store"), StoreOptions(**settings.s3_options()))


def _other(url: str) -> "Bucket":
    """A store reached with the keys of ours."""
    from halocline.settings import load  # noqa: PLC0415
    from halocline.stores.bucket import Bucket, StoreOptions  # noqa: PLC0415

    return Bucket(url, StoreOptions(**load().s3_options()))
