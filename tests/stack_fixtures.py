"""The embedded stack, started once a test run in a home of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from halocline.settings import Settings, resolve
from infra.stack import down, up
from infra.state import StackState


@dataclass(frozen=True)
class EmbeddedStack:
    """A running stack: where it keeps things, how to reach it, what it is made of."""

    home: Path
    settings: Settings
    state: StackState
    told: tuple[str, ...]
    """What it said while it started."""


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStack]:
    """S3, Prefect and Dask as processes of this machine, stopped at the end of the run.

    Tests that use it belong to one group, so that parallel runs start it once:
    `pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]`.
    """
    home = tmp_path_factory.mktemp("home")
    variables = {"HALOCLINE_HOME": str(home)}
    told: list[str] = []
    try:
        state = up(resolve(variables, with_stack=False), tell=told.append)
        yield EmbeddedStack(home=home, settings=resolve(variables), state=state, told=tuple(told))
    finally:
        down(home, tell=told.append)
