"""`halocline fill` as a user types it, on a machine with the toolbox alone."""

import csv
import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from deployments.cli import build
from halocline.pipeline import fill_file
from tests.samples.bottles import write_bottles
from tests.unit.pipeline.test_fill_file import table

BLOCKED = (
    "prefect", "prefect_dask", "dask", "distributed", "s3fs", "deltalake", "fsspec", "httpx",
    "pyarrow", "fastapi", "psutil",
)  # fmt: skip


def toolbox(*words: str, cwd) -> subprocess.CompletedProcess[str]:
    """The command line in a process where nothing of a service can be imported."""
    script = (
        "import sys\n"
        f"for name in {BLOCKED!r}: sys.modules[name] = None\n"
        "from deployments.cli import main\n"
        f"sys.argv = ['halocline', *{list(words)!r}]\n"
        "main()\n"
    )
    return subprocess.run(
        [sys.executable, "-c", script], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("toolbox")
    table(folder / "own.csv", refilled=True)
    done = toolbox("fill", "own.csv", "--variables", "TEMP", "--plot", "--method", "series",
                   cwd=folder)  # fmt: skip
    return folder, done


def test_it_runs_where_no_service_is_installed(run) -> None:
    folder, done = run
    assert done.returncode == 0, done.stderr
    assert {path.name for path in folder.iterdir()} == {
        "own.csv", "own_filled.nc", "own_filled_gate.csv", "own_filled.png"}  # fmt: skip


def test_it_says_what_it_did_and_what_it_found(run) -> None:
    _, done = run
    assert "TEMP" in done.stdout
    assert "of linear's" in done.stdout
    assert "2 decimals: an earlier filling" in done.stdout


def test_the_gate_is_a_table_with_one_choice_a_length(run) -> None:
    folder, _ = run
    with (folder / "own_filled_gate.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    chosen = [row for row in rows if row["chosen"] == "true"]
    assert [row["gap_class"] for row in chosen] == ["≤6 h", "≤72 h", "≤720 h"]
    assert {row["method"] for row in rows} >= {"linear", "kalman", "blend"}
    for row in chosen:
        shares = [float(one["weight"]) for one in rows
                  if one["gap_class"] == row["gap_class"] and one["weight"]]  # fmt: skip
        assert sum(shares) == pytest.approx(1.0 if row["method"] == "blend" else 0.0)
    assert all(float(row["rmse"]) >= 0 for row in rows if row["n_gaps"] != "0")


@pytest.mark.parametrize(
    ("options", "message"),
    [(["--day-order", "ymd"], "wanted dmy or mdy"), (["--rename", "TEMP"], "column=PARAMETER"),
     (["--missing", "none"], "wanted numbers"), (["--decimal", ";"], "wanted . or ,")],
)  # fmt: skip
def test_an_option_that_means_nothing_is_refused(tmp_path, options, message) -> None:
    done = CliRunner().invoke(build(), ["fill", str(tmp_path / "x.csv"), *options])
    assert message in str(done.exception)


@pytest.mark.parametrize(
    ("options", "message"),
    [(["--driver", "own.csv", "--method", "series"], "by --method station alone, found series"),
     (["--driver", "own.csv", "--method", "station"], "own.csv is of the station itself"),
     (["--tide", "SLEV", "--method", "station"], "no level SLEV .* there are PSAL, TEMP")],
)  # fmt: skip
def test_what_cannot_drive_is_refused(run, monkeypatch, options, message) -> None:
    monkeypatch.chdir(run[0])
    done = CliRunner().invoke(build(), ["fill", "own.csv", *options])
    assert re.search(message, str(done.exception))


def test_without_learners_it_says_what_is_missing_and_fills_all_the_same(run, monkeypatch) -> None:
    monkeypatch.chdir(run[0])
    monkeypatch.setattr(fill_file, "find_spec", lambda _name: None)
    done = CliRunner().invoke(build(), ["fill", "own.csv", "--variables", "PSAL"])
    assert done.exit_code == 0, done.output
    assert "pip install 'halocline[learn]'" in done.output
    assert "PSAL" in done.output


def test_a_variable_without_a_gap_says_so(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = table(tmp_path / "own.csv")
    rows = path.read_text().splitlines()
    path.write_text("\n".join([rows[0], *rows[1:300], ""]))
    done = CliRunner().invoke(build(), ["fill", "own.csv", "--method", "station"])
    assert done.exit_code == 0, done.output
    assert re.search(r"TEMP +299 +0 +0 +none", done.output)


def test_what_the_file_calls_nominal_is_told(tmp_path, monkeypatch) -> None:
    head, *rows = table(tmp_path / "own.csv").read_text().splitlines()
    told = [f"{row},{7 if k % 3 == 0 else 1}" for k, row in enumerate(rows)]
    (tmp_path / "own.csv").write_text("\n".join([f"{head},QC_PSAL", *told]) + "\n")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(build(), ["fill", "own.csv", "--method", "linear"])
    assert done.exit_code == 0, done.output
    nominal = sum(k % 3 == 0 and not 900 <= k < 1100 for k in range(len(rows)))
    assert f"PSAL: {nominal} of the values received are nominal or interpolated" in done.output
    assert "TEMP: 960" not in done.output


def test_what_stays_empty_is_told(tmp_path, monkeypatch) -> None:
    write_bottles(tmp_path / "bottles.csv")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(build(), ["fill", "bottles.csv", "--method", "linear"])
    assert done.exit_code == 0, done.output
    assert re.search(r"TEMP: \d+ steps stay empty: \d+ longer than 720 h", done.output)


@pytest.mark.parametrize("column", ["HCDT (degree)", "WDIR", "WDIR (°)", "WDIR (degrés)"])
def test_a_variable_that_is_not_filled_says_why(tmp_path, monkeypatch, column) -> None:
    head, *rows = table(tmp_path / "own.csv").read_text().splitlines()
    told = [f"{row},{k % 360}" for k, row in enumerate(rows)]
    (tmp_path / "own.csv").write_text("\n".join([f"{head},{column}", *told]) + "\n")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(build(), ["fill", "own.csv", "--method", "linear"])
    assert done.exit_code == 0, done.output
    assert re.search(rf"{column[:4]} .* not filled +a direction", done.output)


def test_which_test_flagged_how_many_is_told(tmp_path, monkeypatch) -> None:
    head, *rows = table(tmp_path / "own.csv").read_text().splitlines()
    rows[50] = re.sub(r",[\d.]+,", ",45.00,", rows[50])
    rows[90] = re.sub(r",[\d.]+,", ",19.00,", rows[90])
    (tmp_path / "own.csv").write_text("\n".join([head, *rows]) + "\n")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(build(), ["fill", "own.csv", "--method", "linear"])
    assert done.exit_code == 0, done.output
    assert "TEMP: flagged by gross_range 1, spike 1\n" in done.output


@pytest.mark.parametrize(
    "words",
    [["fill", "own.csv", "--method", "linear"],
     ["compare", "own.csv", "--out", "out", "--variables", "PSAL", "--gap-lengths", "2h",
      "--no-curve"]],
    ids=["fill", "compare"],
)  # fmt: skip
def test_what_reading_took_and_left_is_told(tmp_path, monkeypatch, words) -> None:
    head, *rows = table(tmp_path / "own.csv").read_text().splitlines()
    extra = [f"remark{k}" for k in range(14)]
    rows[10] = f"{rows[10].split(',')[0]},<0.1,34"
    table_rows = [f"{row},{','.join('ok' for _ in extra)}" for row in rows]
    lines = [f"{head},{','.join(extra)}", *table_rows, f"soon{',' * 16}"]
    (tmp_path / "own.csv").write_text("\n".join(lines) + "\n")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(build(), words)
    assert done.exit_code == 0, done.output
    assert "1 of 2,850 cells is no number, first '<0.1' in row 11: taken" in done.output
    assert done.output.count("left alone") == 11
    assert "and 3 more of the kind" in done.output
    assert "set aside: own.csv: bad_row, 1 row without a stamp" in done.output


def test_a_limit_that_condemns_a_record_and_an_unknown_unit_are_told(tmp_path, monkeypatch) -> None:
    head, *rows = table(tmp_path / "own.csv").read_text().splitlines()
    warm = [re.sub(r",([\d.]+),", lambda one: f",{float(one[1]) + 20:.2f},", row) for row in rows]
    cells = [f"{row},42.{k % 90}" for k, row in enumerate(warm)]
    (tmp_path / "own.csv").write_text("\n".join([f"{head},CNDC (mS/cm)", *cells]) + "\n")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(build(), ["fill", "own.csv", "--method", "linear"])
    assert done.exit_code == 0, done.output
    assert re.search(r"TEMP: gross_range flagged [\d,]+ of [\d,]+: region -1.5 to 32", done.output)
    assert "CNDC: is in mS/cm, its thresholds hold for S/m" in done.output
    once = [line for line in done.output.splitlines() if "TEMP: " in line and "gross_range" in line]
    assert len(once) == 1, once
