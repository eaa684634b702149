"""`halocline products list`, `history`, `changes`, `get`: what is published, and taking it away."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from halocline.pipeline.compare import Difference
    from halocline.stores.bucket import Bucket

Platform = Annotated[str, typer.Argument(help="WMO number of a float, or code of a station.")]
Year = Annotated[int | None, typer.Option(help="Year of a station's product.")]
products = typer.Typer(help="Published products.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the word `products`."""
    app.add_typer(products, name="products")


@products.command("list")
def list_products(
    pattern: Annotated[str, typer.Argument(help="Platforms, * and ? allowed.")] = "*",
    *,
    paths: Annotated[bool, typer.Option("--paths", help="Only where each one is.")] = False,
) -> None:
    """Table of the current products: counts, time of the newest input, version."""
    from fnmatch import fnmatchcase  # noqa: PLC0415

    from deployments.tables import plain_table, wide_console  # noqa: PLC0415
    from halocline.pipeline.catalogue import published  # noqa: PLC0415

    bucket = _bucket()
    table = plain_table("network", "platform", "inputs until", "#values", "#flagged", "#filled",
                        "version")  # fmt: skip
    found = [one for one in published(bucket) if fnmatchcase(one.platform, pattern)]
    if paths:
        for one in found:
            typer.echo(f"{bucket.url_of(one.path)}/product.nc")
        return
    for one in found:
        table.add_row(
            one.network, one.name, one.reference_time, f"{one.n_values:,}",
            f"{one.n_flagged:,}", f"{one.n_filled:,}", one.version[:12],
        )  # fmt: skip
    console = wide_console()
    console.print(table)
    console.print(f"{len(found)} products in {bucket.url}", markup=False)


@products.command("history")
def list_versions(
    platform: Platform,
    *,
    year: Year = None,
) -> None:
    """Table of every version that was ever current, oldest first, and the run that published it."""
    from deployments.tables import plain_table, wide_console  # noqa: PLC0415
    from halocline.model.errors import ConfigInvalid  # noqa: PLC0415
    from halocline.pipeline.catalogue import versions  # noqa: PLC0415

    bucket = _bucket()
    rows = versions(bucket, platform=platform, year=year)
    if not rows:
        raise ConfigInvalid(
            f"nothing was ever published of {_named(platform, year)}; see `halocline products list`"
        )
    table = plain_table("platform", "inputs until", "#values", "#flagged", "#filled", "version",
                        "event", "run")  # fmt: skip
    for row in rows:
        table.add_row(
            f"{row['platform']} {row['year']}" if row["year"] else row["platform"],
            row["reference_time"], f"{row['n_values']:,}", f"{row['n_flagged']:,}",
            f"{row['n_filled']:,}", row["version"][:12],
            row["status"].replace("current", "published"), row["run"],
        )  # fmt: skip
    wide_console().print(table)


@products.command("changes")
def list_changes(
    platform: Platform,
    *,
    year: Year = None,
) -> None:
    """What the current version says otherwise than the one before: flags, estimates, new values."""
    from deployments.tables import wide_console  # noqa: PLC0415
    from halocline.model.errors import ConfigInvalid  # noqa: PLC0415
    from halocline.pipeline.compare import compare_pair, revision  # noqa: PLC0415

    bucket = _bucket()
    pairs = revision(bucket, platform=platform, year=year)
    if not pairs:
        raise ConfigInvalid(
            f"{_named(platform, year)}: there is no current product with a version before it; "
            "`halocline products history` lists what there was"
        )
    for pair in pairs:
        found = compare_pair(pair, bucket=bucket)
        wide_console().print(
            f"{pair.name}: {pair.old_version[:12]} became {pair.new_version[:12]}; {found.extent}",
            markup=False,
        )
        if found.changes:
            wide_console().print(_changes(found))


def _changes(found: "Difference") -> "Table":
    from deployments.tables import plain_table  # noqa: PLC0415

    table = plain_table("variable", "#flags changed", "#to 3 or 4", "#filled anew",
                        "#no longer filled", "#revised", "#largest", "units", "where")  # fmt: skip
    for one in found.changes:
        counts = (one.flags_changed, one.flags_worse, one.filled_anew, one.filled_lost,
                  one.revised)  # fmt: skip
        table.add_row(one.variable, *(f"{count:,}" for count in counts), f"{one.largest:.4g}",
                      one.units, one.where)  # fmt: skip
    return table


@products.command("get")
def get_product(
    platform: Platform,
    *,
    year: Year = None,
    version: Annotated[
        str | None, typer.Option(help="First digits of a version that may be superseded.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path(),
) -> None:
    """Copy a product, its picture and its manifest to a folder."""
    from halocline.model.errors import ConfigInvalid  # noqa: PLC0415
    from halocline.pipeline.read import NoSuchProduct, find_product  # noqa: PLC0415
    from halocline.stores.tables import Tables  # noqa: PLC0415

    bucket = _bucket()
    try:
        found = find_product(platform, tables=Tables(bucket), year=year, version=version)
    except NoSuchProduct as fault:
        raise ConfigInvalid(str(fault.args[0])) from fault
    name = f"{found.platform}_{found.year}" if found.year else found.platform
    out.mkdir(parents=True, exist_ok=True)
    for key in bucket.list(f"{found.path}/"):
        path = out / f"{name}_{key.rsplit('/', 1)[-1]}"
        path.write_bytes(bucket.get(key))
        typer.echo(str(path))


def _named(platform: str, year: int | None) -> str:
    return platform if year is None else f"{platform} {year}"


def _bucket() -> "Bucket":
    from halocline.settings import load  # noqa: PLC0415
    from halocline.stores.bucket import Bucket, StoreOptions  # noqa: PLC0415

    settings = load()
    return Bucket(settings.require("store"), StoreOptions(**settings.s3_options()))
