"""Whose calls a worker of the cluster takes first, and which workers learn models.

A call that runs is never interrupted, and learning one variable takes a core for minutes. So calls
have a turn, which decides among those that wait; and models are learned only by workers that were
started with `--resources train=1`, where any were: the others are left for the polls.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, Final
from uuid import uuid4

TRAIN: Final = "train"
"""Resource of Dask that a worker declares, one of it, to learn models."""
Key = tuple[str, int]
A_TURN: Final = 10**9
"""More than the calls of one turn: its last goes before the first of the next."""


class Turn(IntEnum):
    """Whose turn a call is, first to last: as Prefect's queues order runs (`prefect.yaml`)."""

    POLL = 0
    UPKEEP = 1
    REPROCESSING = 2
    TRAINING = 3


def priority_of(turn: Turn, rank: int) -> int:
    """Dask's priority, higher first, of the call that is number `rank` of its own."""
    return -(turn * A_TURN + rank)


def key_of(turn: Turn, name: str) -> Key:
    """A key nobody else has.

    Dask expects of calls whose keys begin alike that they take alike long. Each is a group of its
    own: of a large group Dask would keep the rest back and give every worker one call in reserve, a
    training say, which runs before a poll that comes meanwhile.
    """
    return (f"{turn.name.lower()}_{name}-{uuid4()}", 0)


def is_training(key: object) -> bool:
    """Whether a key is one `key_of` gave a call that learns."""
    return isinstance(key, tuple) and str(key[0]).startswith(f"{Turn.TRAINING.name.lower()}_")


def wanted_of(turn: Turn, workers: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Resources a call takes: to learn, a worker that does, where any of `workers` says so.

    workers: by address, as the scheduler knows them.
    """
    declared = any(one["resources"].get(TRAIN) for one in workers.values())
    return {TRAIN: 1} if turn is Turn.TRAINING and declared else {}


def none_left_for_polls(workers: Mapping[str, Mapping[str, Any]]) -> str:
    """Why a poll may have to wait for a model that is being learned; '' where it never has to."""
    learning = sum(bool(one["resources"].get(TRAIN)) for one in workers.values())
    if 0 < learning < len(workers):
        return ""
    who = f"all {learning} workers have it" if learning else f"none of {len(workers)} workers has"
    return (
        f"a poll may wait for the variable that is being learned, minutes: --resources {TRAIN}=1 "
        f"keeps the workers without it for polls, and {who}"
    )
