"""Results that would destroy an input, or that cannot be written, are refused before the work."""

import os
import re

import pytest
from typer.testing import CliRunner

from deployments.cli import build
from deployments.result_files import clear_results, refuse_results, write_results
from halocline.model.digest import sha256_of
from halocline.model.errors import ConfigInvalid
from tests.samples.years import write_years
from tests.unit.pipeline.test_fill_file import table


def refused(*words: str) -> str:
    done = CliRunner().invoke(build(), list(words))
    assert isinstance(done.exception, ConfigInvalid), done.output
    return str(done.exception)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table(tmp_path / "own.csv")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ["fill", "own.csv", "--out", "own.csv"],
        ["fill", "own.csv", "--out", "./sub/../own.csv"],
        ["fill", "own.csv", "--driver", "river.csv", "--out", "river.csv"],
        ["fill", "own.csv", "--driver", "own_gate.csv", "--out", "own.nc"],
        ["fill", "own.csv", "--suite", "mine.png", "--out", "mine.nc", "--plot"],
        ["fill", "comparison.csv", "own.csv", "--out", "comparison.csv"],
        ["compare", "comparison.csv", "--out", "."],
        ["compare", "own.csv", "--driver", "history.png", "--out", "."],
        ["climatology", "own.csv", "--out", "own.csv"],
        ["climatology", "own.csv", "--suite", "mine.yaml", "--out", "mine.yaml"],
    ],
)
def test_a_result_that_is_an_input_is_refused_and_the_input_is_as_it_was(folder, words) -> None:
    before = (folder / "own.csv").read_bytes()
    assert "which is an input: choose another --out" in refused(*words)
    assert (folder / "own.csv").read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["own.csv"]


@pytest.mark.parametrize("link", ["symlink", "link"])
def test_an_input_under_another_name_is_known(folder, link) -> None:
    getattr(os, link)(folder / "own.csv", folder / "other.nc")
    assert "over own.csv" in refused("fill", "own.csv", "--out", "other.nc")


def test_a_suite_that_the_name_of_the_station_would_replace_is_kept(folder) -> None:
    text = "suite: series\nbased_on: coasthf\n"
    (folder / "own_climatology.yaml").write_text(text)
    write_years(folder / "own.csv", years=2)
    said = refused("climatology", "own.csv", "--suite", "own_climatology.yaml")
    assert "own_climatology.yaml would be written over" in said
    assert (folder / "own_climatology.yaml").read_text() == text


@pytest.mark.parametrize(
    ("out", "message"),
    [("afile/x.nc", "afile is a file, not a folder"), ("afile/a/x.nc", "afile is a file"),
     ("adir", "adir is a folder: wanted a file, such as adir/result.nc"),
     ("x.png", "x.png would be written twice"), ("/dev/null", "/dev/null is no plain file")],
)  # fmt: skip
def test_what_cannot_be_written_is_refused_before_the_work(folder, out, message) -> None:
    (folder / "afile").write_text("kept")
    (folder / "adir").mkdir()
    assert message in refused("fill", "absent.csv", "--out", out, "--plot")
    assert (folder / "afile").read_text() == "kept"


def test_a_folder_below_a_file_is_refused_by_compare_too(folder) -> None:
    (folder / "afile").write_text("kept")
    assert "afile is a file" in refused("compare", "absent.csv", "--out", "afile/out")


def test_a_result_of_before_is_replaced_whole_and_nothing_else_is_left(tmp_path) -> None:
    path, link = tmp_path / "a" / "old.nc", tmp_path / "latest.nc"
    write_results({path: b"old"})
    link.symlink_to(path)
    refuse_results([link], inputs=[])
    write_results({link: b"new"})
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert [one.name for one in path.parent.iterdir()] == ["old.nc"]


def test_what_an_earlier_run_wrote_and_this_one_did_not_goes_and_nothing_else(tmp_path) -> None:
    names = ("new.csv", "old.csv", "edited.csv", "mine.csv", "link.csv", "beside.csv")
    paths = {name: tmp_path / name for name in names}
    write_results({path: b"old" for name, path in paths.items() if name != "link.csv"})
    paths["link.csv"].symlink_to(paths["beside.csv"])
    paths["edited.csv"].write_text("by hand")
    earlier = {path: sha256_of(b"old") for name, path in paths.items() if name != "mine.csv"}
    results = [path for name, path in paths.items() if name != "beside.csv"]
    told = clear_results(results, written=[paths["new.csv"]], earlier=earlier)
    assert {path.name for path in tmp_path.iterdir()} == set(names) - {"old.csv"}
    assert [line.split(" was there before")[0] for line in told] == [
        str(paths[name]) for name in ("edited.csv", "mine.csv", "link.csv")
    ]


def test_a_refusal_of_the_system_names_the_file_and_leaves_it(tmp_path, monkeypatch) -> None:
    path = tmp_path / "old.nc"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(ConfigInvalid, match=re.escape(f"{path} cannot be written: No space")):
        write_results({path: b"new"})
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["old.nc"]
