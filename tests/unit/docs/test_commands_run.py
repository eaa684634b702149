"""Every command the pages show exists with its options; those that need no server are run."""

import gzip
import shlex
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from deployments import learning
from deployments.cli import build
from halocline.gapfill import _boosting
from halocline.learn import contest_draw
from halocline.simulate.archive import write_archive
from halocline.stores.bucket import Bucket
from halocline.suites import shipped_suite
from tests.samples.doc_commands import PAGES, Shown, shown_in
from tests.samples.main_job import network_of, run_once
from tests.samples.years import write_years
from tests.unit.pipeline.test_fill_file import table
from tests.unit.sources.argo_gdac.sample import cast, profile_file

SHOWN = list(dict.fromkeys(one for path in PAGES for one in shown_in(path)))
SERVERS = {
    "up", "down", "status", "demo", "deploy", "doctor", "watchdog", "serve", "maintain restore",
    "reprocess --platform", "reprocess --publish", "reprocess --revert", "reprocess --products",
}  # fmt: skip
"""Words whose commands are run with servers: `make newcomer`, tests/flows, test_doctor."""
ROWS = 150
"""Of each of two months: two days."""
DATA = {"qc-learn", "qc --opinion"}
"""Need delayed-mode files of hundreds of floats: tests/unit/learn/test_argo_opinion.py."""


@cache
def command_line() -> Any:
    return typer.main.get_command(build())


def parse(shown: Shown) -> None:
    """Raise where a word, an option or a value does not exist; files need not be there."""
    command, words = command_line(), list(shown.words)
    context = command.context_class(command, info_name="halocline")
    while hasattr(command, "resolve_command") and words and not words[0].startswith("-"):
        name, command, words = command.resolve_command(context, words)
        context = command.context_class(command, info_name=name, parent=context)
    try:
        command.make_context(shown.words[0], words, parent=context.parent)
    except Exception as fault:
        absent = "does not exist" in str(fault)
        left_out = shown.mentioned and type(fault).__name__ == "MissingParameter"
        if not absent and not left_out:  # within a sentence an argument may be left out
            raise


@pytest.mark.parametrize("shown", SHOWN, ids=str)
def test_a_command_of_a_page_can_be_typed(shown: Shown) -> None:
    parse(shown)


def test_most_pages_were_looked_at_and_a_wrong_command_would_be_found() -> None:
    assert {"README.md", "docs/tutorial.md", "docs/how-to/reprocess.md"} <= {
        one.page for one in SHOWN
    }
    for words in ("qc --loud x --out y", "atlantis", "reprocess --products squid", "fill"):
        with pytest.raises(Exception, match=r"loud|atlantis|squid|Missing"):
            parse(Shown("none", tuple(shlex.split(words)), mentioned=False))


def needs(shown: Shown) -> str:
    """Why a command of a block is not run here; '' for one that is."""
    words = {*shown.words, shown.words[0], " ".join(shown.words[:2])}
    words |= {f"{shown.words[0]} {word}" for word in shown.words[1:] if word.startswith("--")}
    if words & DATA:
        return "data"
    return "servers" if words & SERVERS and "--dry-run" not in words else ""


HERE = [one for one in SHOWN if not one.mentioned and not needs(one)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files the pages speak of, and a store with what they list."""
    folder = tmp_path_factory.mktemp("desk")
    summary = write_archive(folder / "archive", seed=7, floats=1, profiles_per_float=3, stations=1)
    assert summary.stations == ("6209001",)
    (folder / "gdac").symlink_to(folder / "archive/argo/gdac")
    (folder / "R6902746_001.nc").write_bytes(profile_file(cast(10.0, 17.0, 10.0, 9.0)))
    (folder / "profiles").mkdir()
    for path in (folder / "gdac").glob("dac/*/*/profiles/*_002.nc"):
        (folder / "profiles" / path.name).write_bytes(path.read_bytes())
    months = folder / "archive/coasthf/coriolis_cotier_csv"
    for made, shown, part in (("202401", "202410", slice(-ROWS, None)),
                              ("202402", "202411", slice(None, ROWS))):  # fmt: skip
        text = (months / f"OC_{made}_TS_MA_6209001.csv").read_text().replace("6209001", "6200443")
        head, *rows = text.splitlines()
        rows = [row for row in rows if ",2024-" in row]  # a clock that fell back to 1980
        path = folder / f"OC_{shown}_TS_MA_6200443.csv"
        path.write_text("\n".join([head, *rows[part], ""]))
    (folder / "stricter.yaml").write_text(shipped_suite("argo").read_text())
    for name in ("marel.csv.gz", "marel_carnot_2005_2008.csv.gz"):
        rename(table(folder / "own.csv"), folder / name)
    write_years(folder / "mooring_2021_2024.csv", years=2)
    rows = [line.split(",") for line in table(folder / "bay.csv").read_text().splitlines()[1:]]
    for name, columns, shift in (
        ("bay", "TEMP,SLEV", 0),
        ("cape", "TEMP", 1),
        ("river", "FLOW", 9),
    ):
        cells = [
            [time, f"{float(temp or 'nan') + shift}", f"{float(salt or 'nan') - 34}"]
            for time, temp, salt in rows
        ]
        lines = [",".join(one[: 2 + columns.count(",")]) for one in cells]
        (folder / f"{name}.csv").write_text("\n".join([f"time,{columns}", *lines, ""]))
    network = network_of(
        argo=folder / "gdac", coasthf=folder / "archive/coasthf/coriolis_cotier_csv"
    )
    coast = network.coasthf.model_copy(update={"variables": ("TEMP",)})
    run_once(network.model_copy(update={"coasthf": coast}), Bucket(f"file://{folder}/store"),
             received="2026-11-20T00:00:00Z")  # fmt: skip
    return folder


def rename(path: Path, new: Path) -> None:
    """The table under the names MAREL Carnot's release gives its columns."""
    head, rest = path.read_text().split("\n", 1)
    assert head == "time,TEMP (degree_Celsius),PSAL (psu)"
    lines = [f"{line},{line.split(',')[1]}" if line else "" for line in rest.split("\n")]
    new.write_bytes(gzip.compress("\n".join(["time,E__TA,CSAL1,C_O21", *lines]).encode()))


@pytest.mark.parametrize("shown", HERE, ids=str)
def test_a_command_that_needs_no_server_does_what_it_says(
    shown: Shown, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk)
    monkeypatch.setattr(contest_draw, "LESSON_GAPS", (20, 105, 140, 160, 20, 10))
    monkeypatch.setattr(contest_draw, "EXAM_GAPS", (12, 12, 12, 8, 6, 4))
    monkeypatch.setattr(_boosting, "ROUNDS", 20)
    monkeypatch.setattr(learning, "cores", lambda: 1)  # another process has the usual numbers
    monkeypatch.setenv("HALOCLINE_HOME", str(desk / "home"))
    monkeypatch.setenv("HALOCLINE_STORE", f"file://{desk}/store")
    done = CliRunner().invoke(build(), list(shown.words))
    assert done.exit_code == 0, f"{done.output[-2000:]}\n{done.exception!r}"
    assert done.output.strip()


def test_what_is_not_run_here_has_a_reason_and_is_not_everything() -> None:
    words = {one.words[0] for one in HERE}
    assert words >= {"qc", "fill", "compare", "climatology", "products", "reprocess"}
