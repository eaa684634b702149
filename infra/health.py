"""Ask a service on this machine whether it is well."""

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

ANSWER_S: Final = 2.0
"""A service of this machine that takes longer is not well."""
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""A proxy of the surrounding shell knows nothing of our loopback address."""


def status_of(url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None) -> int:
    """HTTP status a URL answers with; 0 when nothing answers."""
    request = urllib.request.Request(  # noqa: S310  only our own http addresses come here
        url, method=method, headers=dict(headers or {})
    )
    try:
        with _DIRECT.open(request, timeout=ANSWER_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code
    except OSError:
        return 0


def main(url: str) -> int:
    """Exit code of a container's health check: 0 when the URL answers 200."""
    return 0 if is_ok(url) else 1


def is_ok(url: str) -> bool:
    """Whether a URL answers 200."""
    return status_of(url) == HTTPStatus.OK


def json_of(url: str) -> Any:
    """JSON a URL answers with; None when it does not."""
    try:
        with _DIRECT.open(url, timeout=ANSWER_S) as answer:
            return json.load(answer)
    except (OSError, ValueError):
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
