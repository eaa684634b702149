"""`halocline fill`: check and fill a series that lies in files, with no service running."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from deployments.series_options import (
    SEED,
    DayOrder,
    Decimal,
    Driver,
    Missing,
    Platform,
    Rename,
    Revisions,
    Seed,
    Separator,
    Suite,
    Tide,
    Time,
    TimeUnits,
    Zone,
    given_files,
    reading_told,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from halocline.learn.gate import GateRow
    from halocline.pipeline.fill_file import FilledFile
    from halocline.products.statistics import VariableStatistics

LEARNED: Final = (
    "learning from all sensors, up to a minute of one core a variable; "
    "--method series fills each from itself alone in seconds"
)
NOT_LEARNED: Final = (
    "LightGBM is not installed: each variable is filled from itself alone; with "
    "pip install 'halocline[learn]' the other sensors tell of it too"
)
COLUMNS: Final = ("variable", "mode", "gap_class", "method", "chosen", "reason", "calibrated",
                  "weight")  # fmt: skip
NUMBERS: Final = ("n_gaps", "n_points", "rmse", "mae", "bias", "coverage", "worst_tenth", "width",
                  "winkler", "ratio", "ratio_low", "ratio_high")  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the word `fill`."""
    app.command("fill")(fill)


def fill(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Files of one station: Coriolis-côtier CSV, In Situ TAC netCDF, any table with "
            "a column of time; .gz is opened.",
            metavar="SERIES…",
        ),
    ],
    *,
    variables: Annotated[
        str, typer.Option(help="Names or parameters, TEMP,PSAL; all when not given.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="netCDF to write; <series>_filled.nc when not given.")
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            help="auto: station, or series without the extra `learn`; station: what wins on hidden "
            "gaps, looking at all sensors (up to a minute a variable); series: the same, each "
            "variable from itself alone (seconds); or one method by name."
        ),
    ] = "auto",
    plot: Annotated[bool, typer.Option("--plot", help="Draw the series beside the file.")] = False,
    suite: Suite = None,
    seed: Seed = SEED,
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
    driver: Driver = None,
    tide: Tide = "",
    tail_weight: Annotated[
        float,
        typer.Option(
            help="How much more extremes count in what is learned of a station.", min=1.0, max=100.0
        ),
    ] = 1.0,
) -> None:
    """Fill the gaps of a series; a netCDF with what was measured and what is estimated apart.

    VAR is as received; VAR_QC our flag; VAR_FILLED the complete series; VAR_ORIGIN tells measured
    from estimated; VAR_SD, VAR_LOWER, VAR_UPPER its uncertainty (90 %). The method of each gap
    length is the one that won on gaps hidden in the series itself; the table says how well.
    """
    import numpy as np  # noqa: PLC0415

    from deployments.learning import learn_beside  # noqa: PLC0415
    from deployments.result_files import clear_results, refuse_results  # noqa: PLC0415
    from deployments.series_options import csv_options, series_suite, words  # noqa: PLC0415
    from halocline.pipeline.drivers import DriverFiles  # noqa: PLC0415
    from halocline.pipeline.fill_file import AUTO, SERIES, fill_files, meant  # noqa: PLC0415

    target = out or Path(f"{paths[0].name.split('.')[0]}_filled.nc")
    refuse_results(result_paths(target, plot=plot),
                   inputs=given_files(paths, driver=driver, suite=suite))  # fmt: skip
    if method == AUTO:
        typer.echo(NOT_LEARNED if meant(method) == SERIES else LEARNED, err=True)
    options = csv_options(
        rename=rename, separator=separator, decimal=decimal, time=time, day_order=day_order,
        time_units=time_units, zone=zone, revisions=revisions, missing=missing, platform=platform,
    )  # fmt: skip
    filled = fill_files(
        paths, suite=series_suite(suite), now=np.datetime64("now", "s"), seed=seed,
        variables=words(variables), method=method, options=options,
        drivers=DriverFiles(tuple(driver or ()), tide), tail_weight=tail_weight,
        run=learn_beside,
    )  # fmt: skip
    written = _written(filled, target, plot=plot)
    left = clear_results(result_paths(target, plot=True), written=written, earlier={})
    _print(filled, [*left, *map(str, written)])


def result_paths(target: Path, *, plot: bool) -> list[Path]:
    """The product, its gate and, where asked for, its picture: files beside each other."""
    table = target.with_name(f"{target.stem}_gate.csv")
    return [target, table, *([target.with_suffix(".png")] if plot else [])]


def _written(filled: "FilledFile", target: Path, *, plot: bool) -> list[Path]:
    from deployments.result_files import write_results  # noqa: PLC0415

    contents = [filled.product(), gate_csv(filled).encode()]
    contents += [filled.picture()] if plot else []
    return write_results(dict(zip(result_paths(target, plot=plot), contents, strict=True)))


def gate_csv(filled: "FilledFile") -> str:
    """The gate as CSV: one row a variable, gap length and method.

    `chosen` marks what was used; `weight` is a method's share where that is a mixture.
    """
    lines = [",".join((*COLUMNS, *NUMBERS))]
    for row in filled.gate():
        for score in row.scores.values():
            used = score.method == row.method
            share = row.weights.get(score.method)
            said = (row.variable, row.mode, row.gap_class, score.method, str(used).lower(),
                    row.reason * used, str(row.calibrated).lower() * used,
                    "" if share is None else f"{share:g}")  # fmt: skip
            cells = [getattr(score, name) for name in NUMBERS]
            lines.append(",".join([*said, *(f"{one:.6g}" for one in cells)]))
    return "\n".join(lines) + "\n"


def _print(filled: "FilledFile", last: list[str]) -> None:
    from deployments.tables import plain_table, wide_console  # noqa: PLC0415
    from halocline.pipeline.fill_file import estimated  # noqa: PLC0415

    console = wide_console()
    statistics = filled.statistics()
    table = plain_table("variable", "#received", "#flagged", "#estimated", "gaps", "filled by",
                        "why", "#rmse", "#of linear's", "#covers %", "#hidden gaps")  # fmt: skip
    for name, counts in statistics.items():
        fill = filled.fills.get(name)
        first = [name, f"{counts.n_values:,}", f"{counts.n_flagged:,}",
                 f"{estimated(fill):,}" if fill else "–"]  # fmt: skip
        if fill is None:
            table.add_row(*first, "", "not filled", filled.why_not(name), "", "", "", "")
            continue
        if not fill.gate:
            table.add_row(*first, "none", *[""] * 6)
        for row in fill.gate:
            score = row.scores[row.method]
            sure = "" if row.calibrated else "*"
            table.add_row(
                *first, _gaps_of(row), _filled_by(row), row.reason, number(score.rmse, "{:.3g}"),
                number(score.ratio, "{:.2f}"), number(100 * score.coverage, "{:.0f}") + sure,
                str(score.n_gaps),
            )  # fmt: skip
            first = ["", "", "", ""]
    console.print(table)
    for line in (*_remarks(filled, statistics), *last):
        console.print(line, markup=False)


def _remarks(
    filled: "FilledFile", statistics: "Mapping[str, VariableStatistics]"
) -> "Iterator[str]":
    """What the table has no room for."""
    if not all(row.calibrated for row in filled.gate()):
        yield "* too few hidden gaps to calibrate: the interval is wide and not guaranteed"
    for name, native in filled.native.items():
        if native.is_refilled:
            share = 100 * (1 - int(native.mask.sum()) / statistics[name].n_values)
            yield (
                f"{name}: {share:.1f} % of the values have more than the sensor's "
                f"{native.decimals} decimals: an earlier filling, kept and never judged by"
            )
    yield from filled.judged
    for name, tests in filled.flagged_by().items():
        yield f"{name}: flagged by {', '.join(f'{test} {n:,}' for test, n in tests.items())}"
    for name, reasons in filled.left_empty().items():
        why = ", ".join(f"{count:,} {reason}" for reason, count in reasons.items())
        yield f"{name}: {sum(reasons.values()):,} steps stay empty: {why}"
    for name, other in filled.renamed().items():
        yield f"{name}: called {other} in the product, where {name} is a variable of its own"
    for name, counts in statistics.items():
        if counts.n_unmeasured:
            yield (
                f"{name}: {counts.n_unmeasured:,} of the values received are nominal or "
                "interpolated, as the file says: kept, and not taken for measured"
            )
    yield from reading_told(filled.notes, filled.quarantined)


def _gaps_of(row: "GateRow") -> str:
    """Gap lengths a row speaks of, and the mode where there are two."""
    return row.gap_class if row.mode == "any" else f"{row.gap_class} {row.mode}"


def _filled_by(row: "GateRow") -> str:
    """The method; of a mixture, the member that weighs most."""
    first, *rest = row.mixture.split(" + ")
    return f"{row.method}, most {first}" if rest else row.method


def number(value: float, form: str) -> str:
    """A number in its form, a dash for none."""
    return form.format(value) if value == value else "–"  # noqa: PLR0124  NaN
