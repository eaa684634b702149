"""`halocline climatology`: a station's range of the season, learned from its own good past."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.series_options import (
    DayOrder,
    Decimal,
    Missing,
    Platform,
    Rename,
    Revisions,
    Separator,
    Suite,
    Time,
    TimeUnits,
    Zone,
    given_files,
    reading_told,
)

if TYPE_CHECKING:
    from halocline.pipeline.climatology_file import Climatology


def register(app: typer.Typer) -> None:
    """Add the word `climatology`."""
    app.command("climatology")(climatology)


def climatology(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Files of one station, as for `fill`.", metavar="SERIES…"),
    ],
    *,
    variables: Annotated[str, typer.Option(help="Names or parameters; all when not given.")] = "",
    margin: Annotated[
        float,
        typer.Option(help="Room beyond what was seen, in distances from the median.", min=0.0),
    ] = 1.0,
    out: Annotated[
        Path | None, typer.Option(help="YAML; <platform>_climatology.yaml when not given.")
    ] = None,
    plot: Annotated[bool, typer.Option("--plot", help="Draw the ranges beside the file.")] = False,
    suite: Suite = None,
    rename: Rename = "",
    separator: Separator = None,
    decimal: Decimal = None,
    time: Time = None,
    day_order: DayOrder = None,
    time_units: TimeUnits = None,
    zone: Zone = None,
    revisions: Revisions = False,
    missing: Missing = "",
    platform: Platform = None,
) -> None:
    """Learn the range of each month from a station's good past, and write it as a suite.

    A range is what a month and its two neighbours have shown, and as far again from their median
    on each side: a guard against what the station has never been, not a test of the weather. Of
    decades, which have shown more, ask for less room (--margin). A month is known where two
    years have 20 days of good values. The table says how much of each year lies outside what the
    others teach: where that is more than 1 %, years differ too much.
    """
    import numpy as np  # noqa: PLC0415

    from deployments.result_files import clear_results, refuse_results  # noqa: PLC0415
    from deployments.series_options import csv_options, series_suite, words  # noqa: PLC0415
    from halocline.pipeline.climatology_file import learn_files  # noqa: PLC0415

    inputs = given_files(paths, suite=suite)
    refuse_results(result_paths(out, plot=plot) if out else [], inputs=inputs)
    options = csv_options(
        rename=rename, separator=separator, decimal=decimal, time=time, day_order=day_order,
        time_units=time_units, zone=zone, revisions=revisions, missing=missing, platform=platform,
    )  # fmt: skip
    found = learn_files(
        paths, suite=series_suite(suite), now=np.datetime64("now", "s"),
        variables=words(variables), margin=margin, options=options,
    )  # fmt: skip
    target = out or Path(f"{found.series.platform}_climatology.yaml")
    # Only the series tells the name of the station, and with it the file that was not named.
    refuse_results(result_paths(target, plot=plot), inputs=inputs)
    written = _written(found, target, plot=plot)
    left = clear_results(result_paths(target, plot=True), written=written, earlier={})
    _print(found, [*left, *map(str, written)])


def result_paths(target: Path, *, plot: bool) -> list[Path]:
    """The suite and, where asked for, its picture beside it."""
    return [target, *([target.with_suffix(".png")] if plot else [])]


def _written(found: "Climatology", target: Path, *, plot: bool) -> list[Path]:
    from deployments.result_files import write_results  # noqa: PLC0415

    contents = [found.block().encode(), *([found.picture()] if plot else [])]
    return write_results(dict(zip(result_paths(target, plot=plot), contents, strict=True)))


def _print(found: "Climatology", last: list[str]) -> None:
    from deployments.commands_fill import number  # noqa: PLC0415
    from deployments.tables import plain_table, wide_console  # noqa: PLC0415
    from halocline.pipeline.climatology_file import DOUBTFUL_SHARE  # noqa: PLC0415

    console = wide_console()
    table = plain_table("variable", "#good values", "#months", "#years left out", "#outside %",
                        "worst year", "")  # fmt: skip
    for one in found.learned:
        years = one.outside
        worst = max(years, key=lambda year: years[year]) if one.worst > 0 else ""
        doubt = "years differ: look before you use it" if one.worst > DOUBTFUL_SHARE else ""
        table.add_row(one.name, f"{one.value.size:,}", str(one.months), str(len(years)),
                      number(100 * one.worst, "{:.2f}"), str(worst), one.why or doubt)  # fmt: skip
    console.print(table)
    for line in (*reading_told(found.notes, found.quarantined), *last):
        console.print(line, markup=False)
