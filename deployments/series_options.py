"""Options the words `fill` and `compare` share: how a table is written, which thresholds hold."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, cast

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from halocline.model.quarantine import Quarantined
    from halocline.qc.series import SeriesSuite
    from halocline.sources.generic_csv import CsvOptions

SEED: Final = 20261124
Suite = Annotated[
    Path | None,
    typer.Option(
        help="Thresholds; without one those of French coasts, estuaries included: for "
        "other waters a file of your own, `based_on: coasthf`."
    ),
]
Seed = Annotated[int, typer.Option(help="Of all that is drawn at random.", min=0)]
Rename = Annotated[
    str, typer.Option(help="Table: column=PARAMETER, comma between: E__TA=TEMP,CSAL1=PSAL.")
]
Separator = Annotated[str | None, typer.Option(help="Table: between columns.")]
Decimal = Annotated[str | None, typer.Option(help="Table: decimal mark, . or ,")]
Time = Annotated[
    str | None,
    typer.Option(help="Table: name of the column of time, or of date and time of day: date,heure."),
]
DayOrder = Annotated[str | None, typer.Option(help="Table: dmy or mdy.")]
TimeUnits = Annotated[
    str | None,
    typer.Option(help="Table: what times that are numbers count: 'seconds since 1970-01-01'."),
]
Zone = Annotated[
    str | None, typer.Option(help="Table: of stamps that carry none, as its clock ran: UTC+2.")
]
Revisions = Annotated[
    bool,
    typer.Option("--revisions", help="Table: of rows of one stamp, the last corrects the others."),
]
Missing = Annotated[
    str, typer.Option(help="Table: numbers that mean nothing was measured: -999,-1.")
]
Platform = Annotated[str | None, typer.Option(help="Table: code of the station.")]
Driver = Annotated[
    list[Path] | None,
    typer.Option(
        help="File of another platform that is known when the station is out: a neighbour, a "
        "river, a reanalysis; or CODE.yaml, an entry as of `outside` in a network file, where "
        "tables need options. Again for more."
    ),
]
Tide = Annotated[
    str,
    typer.Option(help="Level to tell the tide from: a variable, or PLATFORM_VARIABLE of a driver."),
]
MOST_NOTES: Final = 12
MOST_ASIDE: Final = 20
TABS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|"}


def words(text: str) -> tuple[str, ...]:
    """Parts between commas, blanks gone."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def reading_told(notes: "Sequence[str]", aside: "Sequence[Quarantined]") -> "Iterator[str]":
    """What reading had to tell and what it set aside, so much of it as one reads."""
    yield from notes[:MOST_NOTES]
    if len(notes) > MOST_NOTES:
        yield f"and {len(notes) - MOST_NOTES:,} more of the kind"
    for one in aside[:MOST_ASIDE]:
        yield f"set aside: {one.item}: {one.reason}, {one.detail}"


def csv_options(
    *,
    rename: str = "",
    separator: str | None = None,
    decimal: str | None = None,
    time: str | None = None,
    day_order: str | None = None,
    time_units: str | None = None,
    zone: str | None = None,
    revisions: bool = False,
    missing: str = "",
    platform: str | None = None,
) -> "CsvOptions":
    """What the caller says of a table.

    Raises:
        ConfigInvalid: the operator's; an option that means nothing.
    """
    from halocline.model.errors import ConfigInvalid  # noqa: PLC0415
    from halocline.model.fixed_zone import zone_offset_s  # noqa: PLC0415
    from halocline.model.time_units import time_units as read_units  # noqa: PLC0415
    from halocline.sources.generic_csv import CsvOptions  # noqa: PLC0415

    if day_order not in (None, "dmy", "mdy"):
        raise ConfigInvalid(f"--day-order {day_order!r}: wanted dmy or mdy")
    if decimal not in (None, ".", ","):
        raise ConfigInvalid(f"--decimal {decimal!r}: wanted . or ,")
    pairs = [part.split("=") for part in words(rename)]
    if any(len(pair) != 2 for pair in pairs):
        raise ConfigInvalid(f"--rename {rename!r}: wanted column=PARAMETER, comma between")
    try:
        numbers = tuple(float(part) for part in words(missing))
    except ValueError as fault:
        raise ConfigInvalid(f"--missing {missing!r}: wanted numbers, comma between") from fault
    return CsvOptions(
        separator=TABS.get(separator, separator) if separator else None,
        decimal=decimal,
        time=time,
        day_order=cast("Literal['dmy', 'mdy'] | None", day_order),
        time_units=_checked("--time-units", time_units, read_units),
        zone=_checked("--zone", zone, zone_offset_s),
        revisions=revisions,
        rename={column.strip(): name.strip() for column, name in pairs},
        missing=numbers,
        platform=platform,
    )


def _checked(option: str, said: str | None, read: "Callable[[str], object]") -> str | None:
    """What is said of a table, which `read` understands."""
    from halocline.model.errors import ConfigInvalid  # noqa: PLC0415

    try:
        if said is not None:
            read(said)
    except ValueError as fault:
        raise ConfigInvalid(f"{option}: {fault}") from fault
    return said


def given_files(
    paths: list[Path], *, driver: list[Path] | None = None, suite: Path | None = None
) -> list[Path]:
    """Every file the caller names to be read."""
    return [*paths, *(driver or ()), *([suite] if suite else [])]


def series_suite(path: Path | None) -> "SeriesSuite":
    """Thresholds of a file; the shipped ones where none is named.

    Raises:
        ConfigInvalid: the operator's; the file is missing, faulty, or of Argo.
    """
    from halocline.model.errors import ConfigInvalid  # noqa: PLC0415
    from halocline.qc.series import SeriesSuite  # noqa: PLC0415
    from halocline.suites import load_suite, shipped_suite  # noqa: PLC0415

    suite = load_suite(path or shipped_suite("coasthf"))
    if not isinstance(suite, SeriesSuite):
        raise ConfigInvalid(f"{path} is an Argo suite: one of series begins with 'suite: series'")
    return suite
