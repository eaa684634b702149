"""Fixtures shared by every test."""

import gc
import itertools
import os
from pathlib import Path

import pytest

from tests.samples.compiled import compile_all

pytest_plugins = ["tests.stack_fixtures", "tests.stores_fixtures"]

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real provider files; skips where they are not beside the project."""
    folder = Path(os.environ.get("HALOCLINE_SHARED", ROOT.parent / "shared" / "data"))
    if not (folder / "argo" / "gdac").is_dir():
        pytest.skip(
            f"no real data at {folder}: put the provider files there, or set HALOCLINE_SHARED"
        )
    return folder


SELDOM = 100
"""Tests between collections of everything; what is young is collected after each."""
FINISHED = itertools.count(1)


def pytest_runtest_logfinish() -> None:
    """Collect garbage here, where nothing else runs: see `pytest_sessionstart`."""
    gc.collect(1 if next(FINISHED) % SELDOM else 2)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile before tests run side by side: five of their processes would, all at once.

    And no collection by chance: one in a thread of xdist's, while a test wrote netCDF, ended in a
    segmentation fault. A Dataset that a test left open is closed there, and HDF5 knows no threads.
    """
    gc.disable()
    option = session.config.option
    if getattr(option, "numprocesses", None) and not option.collectonly:
        compile_all()
