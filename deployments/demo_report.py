"""What the demo prints at its end: what was made, which methods won, where to look."""

from pathlib import Path
from typing import Final

from rich.console import Console

from deployments.called import called
from deployments.tables import plain_table, wide_console
from halocline.pipeline.catalogue import Listed, Winner, published, winners
from halocline.settings import Settings
from halocline.stores.bucket import Bucket, StoreOptions
from tasks.summary import RunSummary

WORDS: Final = {"linear": "line"}
MOST_VARIABLES: Final = 8
"""Variables of stations shown: those most products hold."""


def report(summary: RunSummary, *, settings: Settings, network: Path, seconds: float) -> None:
    """Print the tables of one run and of everything published."""
    console = wide_console()
    bucket = Bucket(settings.require("store"), StoreOptions(**settings.s3_options()))
    products = published(bucket)
    console.print()
    _made(console, summary, products)
    stations = [one for one in products if one.network == "coasthf"]
    if stations:
        _methods(console, winners(stations))
    _where(console, products, settings=settings, bucket=bucket, network=network)
    console.print(
        f"\n{seconds:.0f} s in all; `{called()} down` stops the stack, data stay.", markup=False
    )


def _made(console: Console, summary: RunSummary, products: list[Listed]) -> None:
    console.print(
        f"This run: {summary.received} files received, {summary.published} products published, "
        f"{summary.up_to_date} were up to date, {len(summary.quarantined)} items set aside"
        + _reasons(summary),
        markup=False,
    )
    table = plain_table("published", "#products", "#profiles", "#values", "#flagged 3, 4",
                        "#filled")  # fmt: skip
    for name, title in (("argo", "Argo floats"), ("coasthf", "COAST-HF station-years")):
        ours = [one for one in products if one.network == name]
        table.add_row(
            title,
            f"{len(ours):,}",
            f"{sum(one.n_profiles for one in ours):,}",
            f"{sum(one.n_values for one in ours):,}",
            f"{sum(one.n_flagged for one in ours):,}",
            f"{sum(one.n_filled for one in ours):,}",
        )
    console.print(table)


def _reasons(summary: RunSummary) -> str:
    if not summary.reasons:
        return ""
    return " (" + ", ".join(f"{count} {reason}" for reason, count in summary.reasons.items()) + ")"


def _methods(console: Console, found: list[Winner]) -> None:
    classes = list(dict.fromkeys(one.gap_class for one in found))
    cells = {(one.variable, one.gap_class): one for one in found}
    variables = sorted(
        {one.variable for one in found},
        key=lambda name: (-sum(cells[name, each].judged for each in classes), name),
    )
    console.print(
        "\nHow gaps are filled: the method most stations chose on hidden gaps, how many of them,\n"
        "and the lowest error of a method that won, over that of the straight line"
    )
    table = plain_table("variable", *classes)
    for name in variables[:MOST_VARIABLES]:
        table.add_row(name, *(_cell(cells[name, each]) for each in classes))
    console.print(table)
    won = [one for one in found if one.best_ratio is not None]
    if won:
        best = min(won, key=lambda one: one.best_ratio or 1.0)
        console.print(
            f"Not interpolation: {best.variable} of {best.best_of}, gaps {best.gap_class}, "
            f"errs {best.best_ratio:.2f} times as much as the straight line on hidden gaps.",
            markup=False,
        )


def _cell(one: Winner) -> str:
    if not one.judged:
        return "line, not judged"
    method, count = next(iter(one.methods.items()))
    ratio = "" if one.best_ratio is None else f" {one.best_ratio:.2f}"
    return f"{WORDS.get(method, method)} {count}/{sum(one.methods.values())}{ratio}"


def _where(
    console: Console, products: list[Listed], *, settings: Settings, bucket: Bucket, network: Path
) -> None:
    console.print()
    site = (settings.prefect_api_url or "").removesuffix("/api")
    lines = [
        ("Prefect UI", f"{site}/runs"),
        ("bucket", bucket.url + (f" at {settings.s3_endpoint}" if settings.s3_endpoint else "")),
        ("products", f"{called()} products list"),
        ("status site", f"{called()} serve"),
    ]
    if products:
        shown = products[-1]
        year = f" --year {shown.year}" if shown.year else ""
        lines.append(("picture", f"{called()} products get {shown.platform}{year} --out ."))
        argument = f", year={shown.year}" if shown.year else ""
        lines.append(
            ("in Python", f'import halocline; halocline.open_product("{shown.platform}"{argument})')
        )
    lines.append(("network", str(network)))
    for word, place in lines:
        console.print(f"{word:<11} {place}", markup=False)
