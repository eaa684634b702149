"""The last lines of the demo are commands that the reader's shell finds."""

import sys
from pathlib import Path

import pytest

from deployments.called import called


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`.venv/bin/halocline` below the current folder, on no PATH, as this process was started."""
    path = tmp_path / ".venv" / "bin" / "halocline"
    path.parent.mkdir(parents=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(sys, "argv", [str(path), "demo"])
    return path


@pytest.mark.usefixtures("program")
def test_of_no_activated_environment_it_is_the_path_from_here() -> None:
    assert called() == ".venv/bin/halocline"


def test_from_another_folder_it_is_the_whole_path(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = program.parent / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    assert called() == str(program)


def test_where_the_shell_finds_it_it_is_the_word(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(program.parent))

    assert called() == "halocline"
