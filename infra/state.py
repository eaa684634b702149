"""What runs: one file in the home folder, readable by its owner only, written whole."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from halocline.settings import STACK_FILE
from infra.private_files import write_private
from infra.processes import Running, is_alive

EDITION: Final = 1


class ServiceRecord(BaseModel):
    """One service that was started."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    pid: int
    created: float
    address: str
    ports: dict[str, int]
    digest: str
    """Of what it was started with; another one means it must be restarted."""

    @property
    def running(self) -> Running:
        """The process to look for."""
        return Running(pid=self.pid, created=self.created)


class StackState(BaseModel):
    """The embedded stack: what it offers, and the processes behind it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    edition: int = EDITION
    settings: dict[str, str] = Field(default_factory=dict, repr=False)
    """Fields of `halocline.settings.Settings` that the stack provides, keys included."""
    services: dict[str, ServiceRecord] = Field(default_factory=dict)

    def with_service(self, record: ServiceRecord) -> "StackState":
        """This state with one service added or replaced."""
        return self.model_copy(update={"services": self.services | {record.name: record}})

    def without(self, names: set[str]) -> "StackState":
        """This state without some services."""
        left = {name: one for name, one in self.services.items() if name not in names}
        return self.model_copy(update={"services": left})

    def alive(self) -> set[str]:
        """Names of the services whose process runs."""
        return {name for name, one in self.services.items() if is_alive(one.running)}


def read(home: Path) -> StackState:
    """State in the home folder; empty when there is none, or none this edition understands.

    An unreadable state loses nothing: processes are found again by the mark they carry.
    """
    try:
        state = StackState.model_validate_json((home / STACK_FILE).read_text())
    except (FileNotFoundError, ValidationError):
        return StackState()
    return state if state.edition == EDITION else StackState()


def write(home: Path, state: StackState) -> None:
    """State kept in the home folder, mode 0600; no file when nothing is left in it."""
    if state.services:
        write_private(home / STACK_FILE, state.model_dump_json(indent=1))
    else:
        (home / STACK_FILE).unlink(missing_ok=True)


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the home folder's lock: two commands at once do not both start a stack."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / "stack.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
