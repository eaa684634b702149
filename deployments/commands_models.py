"""`halocline models list` and `use`: which trained models are applied, and going back."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from halocline.stores.bucket import Bucket

models = typer.Typer(help="Trained models of stations.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the word `models`."""
    app.add_typer(models, name="models")


@models.command("list")
def list_models(
    name: Annotated[
        str | None, typer.Argument(help="Name of a model; the current ones of all when empty.")
    ] = None,
) -> None:
    """Table of the current models, or of everything that was ever current under one name."""
    from deployments.tables import plain_table, wide_console  # noqa: PLC0415
    from halocline.pipeline.models import current_models, history  # noqa: PLC0415

    bucket = _bucket()
    current = current_models(bucket)
    rows = list(current.values()) if name is None else history(bucket, name=name)
    table = plain_table("name", "version", "inputs until", "status", "run", "variables")
    for row in rows:
        table.add_row(
            row["name"], row["version"][:12], row["reference_time"], row["status"],
            row["run"], row["variables"],
        )  # fmt: skip
    console = wide_console()
    console.print(table)
    console.print(f"{len(rows)} models in {bucket.url}", markup=False)


@models.command("use")
def use_model(
    name: Annotated[str, typer.Argument(help="Name of a model, such as coasthf-6200443.")],
    version: Annotated[
        str, typer.Argument(help="First digits of a version; none: do without a model.")
    ],
) -> None:
    """Make an earlier version current again; the next `process` makes the station's products."""
    from halocline.pipeline.models import use  # noqa: PLC0415

    event = use(name, version, bucket=_bucket(), run="operator")
    typer.echo(f"{name}: {event['status']}, version {event['version'][:12]}")


def _bucket() -> "Bucket":
    from halocline.settings import load  # noqa: PLC0415
    from halocline.stores.bucket import Bucket, StoreOptions  # noqa: PLC0415

    settings = load()
    return Bucket(settings.require("store"), StoreOptions(**settings.s3_options()))
