"""The door says what a machine lacks, and which package brings it."""

import ast
import ctypes.util
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from infra import door

DOOR = Path(door.__file__)


def test_this_machine_passes():
    done = subprocess.run([sys.executable, DOOR], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("version", [(3, 8, 1), (3, 10, 9), (3, 14, 0)])
def test_another_python_is_named(monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", version)
    (fault,) = door.missing()
    assert f"found {version[0]}.{version[1]}" in fault
    assert "make PYTHON=python3.11" in fault


def test_a_missing_venv_module_names_its_package(monkeypatch):
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "ensurepip" else real(name)
    )
    assert door.missing() == [
        "the venv module cannot make environments: apt-get install python3-venv"
    ]


def test_a_missing_openmp_names_its_package(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes.util, "find_library", lambda _name: None)
    assert door.missing() == ["libgomp.so.1 (OpenMP) is missing: apt-get install libgomp1"]


def test_an_old_python_gets_as_far_as_the_message():
    tree = ast.parse(DOOR.read_text(), feature_version=(3, 4))
    (missing,) = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert isinstance(missing.returns, ast.Constant), "Python 3.8 would evaluate list[str]"
