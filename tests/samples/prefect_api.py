"""A Prefect server asked as its UI asks it, and waited for."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, TypeVar

PATIENCE_S = 900.0
"""Of a busy machine; no test judges how long an answer takes."""
T = TypeVar("T")


def ask(api: str, path: str, body: Any = None, method: str | None = None) -> Any:
    """What the server answers; a body is posted unless `method` says otherwise."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{api}/{path}", data=data, method=method)
    request.add_header("content-type", "application/json")
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as busy:  # its one database file is locked: ask again
            with busy:
                if busy.code != 503 or time.monotonic() > deadline:
                    raise
            time.sleep(0.5)


def until(question: Callable[[], T], what: str) -> T:
    """The first answer that is one; fails with `what` when there is none in time."""
    deadline = time.monotonic() + PATIENCE_S
    while not (answer := question()):
        assert time.monotonic() < deadline, what
        time.sleep(0.5)
    return answer
