"""`halocline compare`: which filling method to trust on a series, with no service running."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, cast

import typer

from deployments.commands_fill import number
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
    from halocline.pipeline.compare_file import Comparison

HOURS: Final = {"h": 1.0, "d": 24.0, "w": 168.0}
RESULTS: Final = ("comparison.csv", "comparison.json", "learning_curve.csv", "error.png",
                  "intervals.png", "examples.png", "history.png")  # fmt: skip
"""What may be written: the files of a learning curve only where one was asked for and drawn."""


def register(app: typer.Typer) -> None:
    """Add the word `compare`."""
    app.command("compare")(compare)


def compare(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Files of one station, as for `fill`.", metavar="SERIES…"),
    ],
    *,
    out: Annotated[Path, typer.Option(help="Folder for tables and pictures.", file_okay=False)],
    gap_lengths: Annotated[
        str, typer.Option(help="Lengths to hide, comma between: hours, days, weeks.")
    ] = "6h,3d,30d",
    mode: Annotated[
        str, typer.Option(help="sensor: the others stay alive; station: all are lost together.")
    ] = "station",
    variables: Annotated[str, typer.Option(help="Names or parameters; all when not given.")] = "",
    curve: Annotated[
        bool, typer.Option("--curve/--no-curve", help="How much history is enough.")
    ] = True,
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
) -> None:
    """Hide gaps in a series, fill them by every method, and say which one to trust.

    Methods learn from the first half of the record, their intervals are calibrated on its third
    quarter and scored on its last. Written: comparison.csv and .json, learning_curve.csv, pictures.
    """
    import numpy as np  # noqa: PLC0415

    from deployments.result_files import clear_results, refuse_results  # noqa: PLC0415
    from deployments.series_options import csv_options, series_suite, words  # noqa: PLC0415
    from halocline.model.errors import ConfigInvalid  # noqa: PLC0415
    from halocline.pipeline.compare_file import compare_files  # noqa: PLC0415
    from halocline.pipeline.drivers import DriverFiles  # noqa: PLC0415

    if mode not in ("sensor", "station"):
        raise ConfigInvalid(f"--mode {mode!r}: wanted sensor or station")
    refuse_results([out / name for name in RESULTS],
                   inputs=given_files(paths, driver=driver, suite=suite))  # fmt: skip
    options = csv_options(
        rename=rename, separator=separator, decimal=decimal, time=time, day_order=day_order,
        time_units=time_units, zone=zone, revisions=revisions, missing=missing, platform=platform,
    )  # fmt: skip
    found = compare_files(
        paths, suite=series_suite(suite), now=np.datetime64("now", "s"), seed=seed,
        lengths_h=hours_of(gap_lengths), mode=cast("Literal['sensor', 'station']", mode),
        variables=words(variables), curve=curve, options=options,
        drivers=DriverFiles(tuple(driver or ()), tide),
        tell=lambda name: typer.echo(f"hiding gaps in {name}", err=True),
    )  # fmt: skip
    earlier = _earlier(out)
    written = _write(found, out)
    left = clear_results([out / name for name in RESULTS], written=written, earlier=earlier)
    _print(found, [*left, *map(str, written)])


def hours_of(text: str) -> tuple[float, ...]:
    """Lengths in hours of a list such as 6h,3d,30d, shortest first.

    Raises:
        ConfigInvalid: the operator's; a part is no length.
    """
    from halocline.model.errors import ConfigInvalid  # noqa: PLC0415

    lengths = set()
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([hdw])\s*", part)
        if found is None or float(found[1]) == 0:
            raise ConfigInvalid(f"--gap-lengths {text!r}: wanted lengths like 6h,3d,2w")
        lengths.add(float(found[1]) * HOURS[found[2]])
    return tuple(sorted(lengths))


def _earlier(out: Path) -> dict[Path, str]:
    """Files that the comparison of before says it wrote, with their sha256; none without one."""
    import json  # noqa: PLC0415

    try:
        files = json.loads((out / "comparison.json").read_bytes())["files"]
        return {out / str(name): str(digest) for name, digest in files.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _write(found: "Comparison", out: Path) -> list[Path]:
    import json  # noqa: PLC0415

    from deployments.result_files import write_results  # noqa: PLC0415
    from halocline.model.digest import sha256_of  # noqa: PLC0415
    from halocline.pipeline.compare_file import csv_of, curve_rows  # noqa: PLC0415
    from halocline.products import compare_pictures as pictures  # noqa: PLC0415

    contents: dict[str, bytes] = {"comparison.csv": csv_of(found.table()).encode()}
    if found.curve:
        contents["learning_curve.csv"] = csv_of(curve_rows(found.curve)).encode()
    if found.cells:
        units = {name: one.units for name, one in found.series.variables.items()}
        how: dict[str, Any] = {
            "units": units, "title": f"{found.series.platform}, {found.mode} mode"
        }  # fmt: skip
        contents["error.png"] = pictures.skill_picture(found.cells, **how)
        contents["intervals.png"] = pictures.interval_picture(found.cells, **how)
        contents["examples.png"] = pictures.example_picture(found.cells, **how)
        if found.curve:
            contents["history.png"] = pictures.curve_picture(found.curve, found.cells, **how)
    files = {name: sha256_of(content) for name, content in contents.items()}
    text = json.dumps(found.as_json() | {"files": files}, indent=1, ensure_ascii=False)
    contents["comparison.json"] = f"{text}\n".encode()
    return write_results({out / name: content for name, content in contents.items()})


def _print(found: "Comparison", last: list[str]) -> None:
    from deployments.tables import plain_table, wide_console  # noqa: PLC0415
    from halocline.products.compare_pictures import length_name  # noqa: PLC0415

    console = wide_console()
    table = plain_table("variable", "gaps", "method", "#n", "#rmse", "5–95 %", "#bias",
                        "#of linear's", "5–95 %", "#DM p", "#covers %", "#worst 1/10", "#width",
                        "#winkler", "#rmse >P95", "#covers %")  # fmt: skip
    for cell in found.cells:
        first = (cell.variable, length_name(cell.length_h))
        for one in cell.skills:
            sure = "" if one.calibrated else "*"
            table.add_row(
                *first, one.method, str(one.n_gaps), f"{one.rmse:.3g}",
                f"{one.rmse_low:.2g}–{one.rmse_high:.2g}", f"{one.bias:+.2f}",
                f"{one.ratio:.2f}", f"{one.ratio_low:.2f}–{one.ratio_high:.2f}",
                number(one.dm_p, "{:.3f}"), f"{100 * one.coverage:.0f}{sure}",
                f"{100 * one.worst_tenth:.0f}", f"{one.width:.3g}", f"{one.winkler:.3g}",
                number(one.rmse_high_values, "{:.3g}"),
                number(100 * one.coverage_high_values, "{:.0f}"),
            )  # fmt: skip
            first = ("", "")
    console.print(table)
    if found.cells:
        console.print("blend: the mixture that `halocline fill` publishes where it beats linear; "
                      "its shares are in comparison.json", markup=False)  # fmt: skip
    for twin in found.twins:
        console.print(f"never predictors of each other: {twin.first} and {twin.second} "
                      f"({twin.found_by})", markup=False)  # fmt: skip
    for name, native in found.native.items():
        if native.is_refilled:
            console.print(f"{name}: values with more than {native.decimals} decimals were filled "
                          "before; none of them is scored", markup=False)  # fmt: skip
    for name, why in found.left_out.items():
        console.print(f"left out: {name}: {why}", markup=False)
    for line in (*reading_told(found.notes, found.quarantined), *last):
        console.print(line, markup=False)
