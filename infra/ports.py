"""Find ports on the loopback address; a taken one is named and another taken."""

import socket
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import psutil

from halocline.model.errors import ConfigInvalid

LOOPBACK: Final = "127.0.0.1"
TRIES: Final = 100
"""How far above the wished port is searched."""

SETTLE_S: Final = 2.0
"""How long the ports of one of ours that died are waited for."""


def is_free(port: int) -> bool:
    """Whether a server could listen on that port of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def listeners(ports: Iterable[int]) -> set[int | None]:
    """Numbers of the processes that listen on any of these ports; None for one we may not see."""
    wanted = set(ports)
    return {
        connection.pid
        for connection in psutil.net_connections(kind="tcp")
        if connection.status == psutil.CONN_LISTEN
        and getattr(connection.laddr, "port", None) in wanted
    }


def settle(ports: Iterable[int]) -> None:
    """The ports are free, or have not become so within SETTLE_S.

    A process that was killed counts as dead a little before the system has closed its sockets.
    """
    deadline = time.monotonic() + SETTLE_S
    wanted = list(ports)
    while not all(is_free(port) for port in wanted) and time.monotonic() < deadline:
        time.sleep(0.02)


def choose(
    wishes: Mapping[str, int], *, avoid: set[int], tell: Callable[[str], None]
) -> dict[str, int]:
    """A free port for each wish: the wished one, or the next free one above, which is told.

    Raises:
        ConfigInvalid: no port is free in the searched range — the operator's.
    """
    chosen: dict[str, int] = {}
    for use, wish in wishes.items():
        refused = avoid | set(chosen.values())
        port = next(
            (port for port in range(wish, wish + TRIES) if port not in refused and is_free(port)),
            None,
        )
        if port is None:
            raise ConfigInvalid(
                f"no free port for {use} between {wish} and {wish + TRIES - 1} on {LOOPBACK}: "
                "stop something that listens there"
            )
        if port != wish and wish not in refused:
            tell(f"port {wish} is taken{holder(wish)}: {use} uses {port}")
        chosen[use] = port
    return chosen


def holder(port: int) -> str:
    """Who listens on a port, as far as the system tells this user, in words after "taken"."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:  # macOS tells only root
        return ""
    for connection in connections:
        local = getattr(connection.laddr, "port", 0)
        if connection.status == psutil.CONN_LISTEN and local == port:
            return _named(connection.pid)
    return ""


def _named(pid: int | None) -> str:
    if pid is None:
        return " by another user's process"
    try:
        return f" by {psutil.Process(pid).name()} (process {pid})"
    except psutil.NoSuchProcess:
        return ""
