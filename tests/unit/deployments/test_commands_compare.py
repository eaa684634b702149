"""`halocline compare` as a user types it, on a machine with the toolbox alone."""

import csv
import json
import shutil

import pytest
from typer.testing import CliRunner

from deployments.cli import build
from deployments.commands_compare import hours_of
from halocline.model.digest import sha256_of
from tests.unit.deployments.test_commands_fill import toolbox
from tests.unit.pipeline.test_fill_file import table


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("toolbox")
    table(folder / "own.csv")
    done = toolbox("compare", "own.csv", "--gap-lengths", "2h,6h,30d", "--variables", "TEMP",
                   "--out", "out", cwd=folder)  # fmt: skip
    return folder / "out", done


def test_it_runs_where_no_service_is_installed_and_writes_tables_and_pictures(run) -> None:
    out, done = run
    assert done.returncode == 0, done.stderr
    names = {"comparison.csv", "comparison.json", "error.png", "intervals.png", "examples.png"}
    assert names <= {path.name for path in out.iterdir()}
    assert all((out / name).read_bytes()[:4] == b"\x89PNG" for name in names if "png" in name)


def test_the_table_holds_every_score_of_every_method(run) -> None:
    out, _ = run
    with (out / "comparison.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    assert {row["length_h"] for row in rows} == {"2", "6"}
    assert {row["method"] for row in rows} >= {"linear", "pchip", "kalman"}
    wanted = {"rmse", "mae", "bias", "coverage", "width", "winkler", "crps", "rmse_low",
              "rmse_high", "dm_p", "ratio", "rmse_high_values"}  # fmt: skip
    assert wanted <= set(rows[0])
    assert all(float(row["crps"]) < float(row["mae"]) * 2 for row in rows)


def test_what_was_left_out_is_said(run) -> None:
    out, done = run
    assert "left out: TEMP 720 h: no room" in done.stdout
    found = json.loads((out / "comparison.json").read_text())
    assert found["left_out"] == {"TEMP 720 h": "no room for enough gaps in every part"}
    assert len(found["cells"][0]["test_starts"]) >= 6
    assert found["never_predictors"] == []


@pytest.mark.parametrize("edited", [False, True])
def test_a_run_leaves_its_own_results_alone_and_no_file_of_another(
    run, tmp_path, edited, monkeypatch
) -> None:
    """A learning curve of before goes, unless somebody changed it: then it is told of."""
    shutil.copytree(run[0], tmp_path / "out")
    curve, json_file = tmp_path / "out/learning_curve.csv", tmp_path / "out/comparison.json"
    curve.write_text("of before")
    found = json.loads(json_file.read_text())
    found["files"]["learning_curve.csv"] = sha256_of(b"of before")
    json_file.write_text(json.dumps(found))
    if edited:
        curve.write_text("by hand")
    monkeypatch.chdir(tmp_path)
    table(tmp_path / "own.csv")
    words = ["compare", "own.csv", "--gap-lengths", "9000d", "--variables", "TEMP", "--no-curve"]
    done = CliRunner().invoke(build(), [*words, "--out", "out"])
    assert done.exit_code == 0, done.output
    left = {"comparison.csv", "comparison.json"} | ({"learning_curve.csv"} if edited else set())
    assert {path.name for path in (tmp_path / "out").iterdir()} == left
    assert ("out/learning_curve.csv was there before and is no" in done.output) == edited
    assert set(json.loads(json_file.read_text())["files"]) == {"comparison.csv"}


@pytest.mark.parametrize(
    ("text", "hours"), [("6h,3d,30d", (6, 72, 720)), ("2w, 1h", (1, 336)), ("1.5d", (36,))]
)
def test_lengths_are_read(text: str, hours: tuple[float, ...]) -> None:
    assert hours_of(text) == hours


@pytest.mark.parametrize("options", [["--gap-lengths", "6"], ["--mode", "alone"]])
def test_what_means_nothing_is_refused(tmp_path, options) -> None:
    done = CliRunner().invoke(build(), ["compare", str(table(tmp_path / "own.csv")), "--out",
                                        str(tmp_path / "out"), *options])  # fmt: skip
    assert "wanted" in str(done.exception)
