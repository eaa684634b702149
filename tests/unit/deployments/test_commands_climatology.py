"""`halocline climatology` as a user types it, on a machine with the toolbox alone."""

from inspect import signature

import yaml
from typer.testing import CliRunner

from deployments.cli import build
from deployments.commands_climatology import climatology
from halocline.qc.series.climatology import MARGIN
from halocline.suites import load_suite
from tests.samples.years import write_years
from tests.unit.deployments.test_commands_fill import toolbox


def test_it_writes_a_block_and_a_picture_and_says_how_years_differ(tmp_path) -> None:
    write_years(tmp_path / "own.csv", years=3)
    done = toolbox("climatology", "own.csv", "--plot", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    block = yaml.safe_load((tmp_path / "own_climatology.yaml").read_text())
    ranges = block["stations"]["own"]["parameters"]["TEMP"]["climatology"]
    assert len(ranges["low"]) == len(ranges["high"]) == 12
    assert (tmp_path / "own_climatology.png").read_bytes()[:4] == b"\x89PNG"
    row = next(line for line in done.stdout.splitlines() if line.startswith("TEMP"))
    assert row.split()[:5] == ["TEMP", "4,380", "12", "3", "0.00"]


def test_the_margin_of_the_word_is_that_of_the_learner() -> None:
    assert signature(climatology).parameters["margin"].default == MARGIN


def test_a_year_alone_is_refused_and_nothing_written(tmp_path) -> None:
    write_years(tmp_path / "own.csv", years=1)
    done = toolbox("climatology", "own.csv", "--out", "out.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert "name files of a longer past" in done.stderr
    assert not (tmp_path / "out.yaml").exists()


def test_a_foreign_unit_is_told_and_its_range_applies(tmp_path, monkeypatch) -> None:
    path = write_years(tmp_path / "own.csv", years=2)
    path.write_text(path.read_text().replace("degree_Celsius", "degF"))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(build(), ["climatology", "own.csv", "--variables", "TEMP"])
    assert done.exit_code == 0, done.output
    assert "TEMP: is in degF, its thresholds hold for" in done.output
    suite = load_suite(tmp_path / "own_climatology.yaml")
    tests = suite.column_tests(platform="own", name="TEMP", parameter="TEMP", units="degF")
    assert "climatology" in {test.name for test, _ in tests}
