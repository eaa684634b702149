"""`halocline qc`: judge Argo files where they lie, with no service running."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from halocline.pipeline.qc_report import FloatReport, QcReport

WIDTH: Final = 96
"""Columns of the table where the screen is wider, or where there is none."""
REPORT: Final = "qc.json"
MOST_ASIDE: Final = 20


def register(app: typer.Typer) -> None:
    """Add the word `qc`."""
    app.command("qc")(qc)
    app.command("qc-learn")(learn)


def qc(
    paths: Annotated[
        list[Path], typer.Argument(help="netCDF files, folders, or a GDAC tree.", metavar="PATH…")
    ],
    *,
    out: Annotated[Path, typer.Option(help="Folder to write to.", file_okay=False)],
    suite: Annotated[
        Path | None,
        typer.Option(help="Thresholds, a file or `argo-refined`; otherwise the manual's."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as JSON instead of the table.")
    ] = False,
    plot: Annotated[bool, typer.Option("--plot", help="Draw each float.")] = False,
    adjust: Annotated[
        bool, typer.Option("--adjust", help="Correct oxygen, nitrate and chlorophyll.")
    ] = False,
    opinion: Annotated[
        Path | None, typer.Option(help="Folder of a second opinion that `qc-learn` made.")
    ] = None,
) -> None:
    """Run the real-time tests on Argo files; one judged netCDF a file, a table, qc.json.

    Exit code 1: a file was set aside, and the end of the output says why.
    """
    import json  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415

    from halocline.model.errors import ConfigInvalid  # noqa: PLC0415
    from halocline.pipeline.qc_files import qc_files  # noqa: PLC0415
    from halocline.predict.argo_opinion import read_opinion  # noqa: PLC0415
    from halocline.qc.argo import ArgoSuite, test_names  # noqa: PLC0415
    from halocline.suites import load_suite, named_suite, shipped_suite  # noqa: PLC0415

    chosen = load_suite(named_suite(suite) if suite else shipped_suite("argo"))
    if not isinstance(chosen, ArgoSuite):
        raise ConfigInvalid(f"{suite} is a suite of series: one of Argo begins with 'suite: argo'")
    now = np.datetime64("now", "s")
    report = qc_files(paths, out=out, suite=chosen, now=now, plot=plot, adjust=adjust,
                      opinion=read_opinion(opinion) if opinion else None)  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report.as_json(test_names()), indent=1, ensure_ascii=False)
    (out / REPORT).write_text(f"{text}\n", encoding="utf-8")
    if as_json:
        typer.echo(text)
    else:
        _print(report, test_names(), out)
    if report.aside:
        raise typer.Exit(1)


def learn(
    paths: Annotated[
        list[Path], typer.Argument(help="Delayed-mode files, or folders of them.", metavar="PATH…")
    ],
    *,
    out: Annotated[Path, typer.Option(help="Folder of the model.", file_okay=False)],
    seed: Annotated[int, typer.Option(help="Same files and seed, same model.")] = 20261125,
) -> None:
    """Train a second opinion on the experts' flags of delayed-mode files."""
    from halocline.learn.argo_opinion import train  # noqa: PLC0415
    from halocline.pipeline.qc_files import best_profiles  # noqa: PLC0415
    from halocline.predict.argo_opinion import write_opinion  # noqa: PLC0415

    floats = best_profiles(paths)
    opinion, _ = train(floats, seed=seed)
    write_opinion(opinion, out)
    for name, card in opinion.card["variables"].items():
        typer.echo(
            f"{name}: {card['levels']:,} levels of {len(card['floats'])} floats, "
            f"{card['bad_levels']:,} bad; average precision on floats unseen "
            f"{card['average_precision_unseen']:.2f}"
        )
    typer.echo(f"model {opinion.version[:12]} in {out}")


def _print(report: "QcReport", names: dict[int, str], out: Path) -> None:
    from rich.console import Console  # noqa: PLC0415

    screen = Console(highlight=False)
    width = min(screen.width, WIDTH) if screen.is_terminal else WIDTH
    console = Console(highlight=False, width=width, markup=False)
    _table(console, report.floats, names)
    never = {number for one in report.floats for number in one.not_run}
    never -= {n for one in report.floats for n in names if n not in one.not_run}
    if never and report.floats:
        words = ", ".join(f"{number} {names[number]}" for number in sorted(never))
        console.print(f"nothing to judge for: {words}", style="dim")
    _references(console, report)
    listed = ", ".join(report.greylist) or "none found: test 15 did not run"
    console.print(f"grey list: {listed}; suite {report.suite}, {report.suite_digest[:12]}")
    files = sum(one.files for one in report.floats)
    beside = f"; {report.left_out} technical and trajectory files left out" * bool(report.left_out)
    console.print(f"{files} files judged into {out}{beside}")
    _aside(console, report)


def _table(console: "Console", floats: "tuple[FloatReport, ...]", names: dict[int, str]) -> None:
    from rich.table import Table  # noqa: PLC0415

    from halocline.pipeline.qc_report import SHOWN  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("float", no_wrap=True)
    for heading in ("profiles", "levels", *(f"{int(flag)} %" for flag in SHOWN), "s"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("tests that fired: values", ratio=1)
    for one in floats:
        fired = ", ".join(f"{names[number]} {count:,}" for number, count in one.fired.items())
        table.add_row(
            one.platform, f"{one.profiles:,}", f"{one.levels:,}",
            *(_percent(one.share(flag)) for flag in SHOWN), f"{one.seconds:.1f}", fired or "–",
        )  # fmt: skip
    console.print(table)


def _references(console: "Console", report: "QcReport") -> None:
    for one in report.floats:
        for name, finding in (one.bgc.found if one.bgc else {}).items():
            told = finding.evidence
            if "correction_gain" in told:
                size = f"gain {told['correction_gain']} ± {told['correction_gain_sd']}"
            elif "correction_dark" in told:
                size = f"dark {told['correction_dark']} ± {told['correction_dark_sd']}"
            else:
                size = f"offset {told['correction_offset']} ± {told['correction_offset_sd']}"
            done = "corrected" if finding.correction else "within the reference's error, left alone"
            console.print(f"{one.platform} {name}: {size}; {done}")
        for name, why in (one.bgc.without if one.bgc else {}).items():
            console.print(f"{one.platform} {name}: {why}", style="dim")


def _percent(share: float) -> str:
    """A share in percent; what is there never reads as nothing, nor what is not all as all."""
    if share in (0.0, 1.0):
        return f"{100 * share:g}"
    if share < 0.001:
        return "<0.1"
    return f"{min(100 * share, 99.9):.1f}"


def _aside(console: "Console", report: "QcReport") -> None:
    if not report.aside:
        return
    console.print(f"{len(report.aside)} set aside:")
    for one in report.aside[:MOST_ASIDE]:
        console.print(f"  {one.item}: {one.reason}, {one.detail}", soft_wrap=True)
    if len(report.aside) > MOST_ASIDE:
        console.print(f"  and {len(report.aside) - MOST_ASIDE} more, in {REPORT}")
