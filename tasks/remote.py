"""What runs on a Dask worker around one library call; knows Dask's workers, not Prefect.

A record logged on a worker cannot reach the run it belongs to: Prefect drops records without a
run id. So the records travel home with the result, and the task logs them again inside its run.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from halocline.pipeline.code_digest import code_digest

LIBRARY = "halocline"


@dataclass(frozen=True)
class LogLine:
    """One record of the library's logger, small enough to travel with a result."""

    level: int
    message: str


@dataclass(frozen=True)
class Answer:
    """A call's result, what it logged, how long it kept the worker busy, and the code it ran."""

    result: Any
    logs: tuple[LogLine, ...]
    busy_s: float
    code: str


class _Collector(logging.Handler):
    """Keep the records of one call."""

    def __init__(self) -> None:
        super().__init__(level=logging.INFO)
        self.lines: list[LogLine] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the formatted message; a traceback is part of it."""
        self.lines.append(LogLine(level=record.levelno, message=self.format(record)))


def answer(function: Callable[..., Any], item: Any, fixed: dict[str, Any]) -> Answer:
    """Call `function(item, **fixed)`; errors travel as they are, ours and theirs."""
    collector = _Collector()
    logger = logging.getLogger(LIBRARY)
    logger.addHandler(collector)
    logger.setLevel(logging.INFO)
    started = time.perf_counter()
    try:
        result = function(item, **fixed)
    finally:
        logger.removeHandler(collector)
    return Answer(
        result=result,
        logs=tuple(collector.lines),
        busy_s=time.perf_counter() - started,
        code=code_digest(),
    )
