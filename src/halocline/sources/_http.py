"""Files and index pages of a web server, over one pool of connections a process."""

import functools
import gzip
import html
import os
import random
import re
import time
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from halocline.model.errors import SourceUnavailable

if TYPE_CHECKING:
    import httpx

ATTEMPTS: Final = 4
PAUSE_S: Final = 0.3
"""Before the second attempt; doubled each time, and drawn between half and the whole of it."""
LONGEST_PAUSE_S: Final = 10.0
CONNECT_S: Final = 10.0
SILENCE_S: Final = 30.0
"""Longest wait between two pieces of an answer."""
ANSWER_S: Final = 600.0
"""Longest whole answer: a full profile index at 1 MB/s takes 70 s."""
_GONE: Final = (404, 410)
_MAY_PASS: Final = (408, 425, 429, 500, 502, 503, 504)
_LINK: Final = re.compile(r'<a\s[^>]*?href="([^"]*)"[^>]*>.*?</a>([^<\n]*(?:</td>[^\n]*)?)', re.I)
_WRITTEN: Final = re.compile(
    r"(\d{4}-\d\d-\d\d) (\d\d:\d\d)(:\d\d)?|(\d\d-\w{3}-\d{4}) (\d\d:\d\d)"
)


@dataclass(frozen=True)
class Entry:
    """One entry of a folder."""

    path: str
    """Path below the provider's address."""
    modified: str
    """When it was written, ISO UTC; '' where the listing does not say."""
    size: int | None
    """Bytes, None where the listing does not say exactly."""


class _Passing(SourceUnavailable):
    """A failure another attempt may not meet; `pause_s` is what the server asks for."""

    def __init__(self, detail: str, pause_s: float = 0.0) -> None:
        super().__init__(detail)
        self.pause_s = pause_s


def quoted(path: str) -> str:
    """`path` as it stands in a URL."""
    return quote(path, safe="/")


def read(url: str) -> bytes | None:
    """Body of a GET as sent, None for "not found"; what may pass is tried again with jitter.

    Raises:
        SourceUnavailable: theirs; no answer, an answer that is no file, or a body cut short.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _get(url)
        except _Passing as fault:
            if attempt == ATTEMPTS:
                raise SourceUnavailable(f"{fault} ({ATTEMPTS} attempts)") from fault
            _pause(attempt, at_least=fault.pause_s)
    raise AssertionError


def entries(url: str) -> list[Entry]:
    """Entries an index page links to, folders with a final slash; none where no page is.

    Raises:
        SourceUnavailable: as `read`.
    """
    page = read(url)
    return [] if page is None else entries_of(page.decode("utf-8", "replace"))


def entries_of(page: str) -> list[Entry]:
    """Entries of an index page of Python, Apache or nginx; links that lead elsewhere left out."""
    found: dict[str, Entry] = {}
    for href, beside in _LINK.findall(page):
        name = unquote(html.unescape(href)).removeprefix("./")
        inside = name.rstrip("/")
        if not inside or inside in (".", "..") or "/" in inside or name[0] in "?#" or ":" in name:
            continue
        if "?" in href or "\\" in name:
            continue
        found[name] = Entry(name, _written(beside), _size(beside))
    return list(found.values())


def _written(beside: str) -> str:
    match = _WRITTEN.search(beside)
    if match is None:
        return ""
    day, minute, second, other_day, other_minute = match.groups()
    if day:
        return f"{day}T{minute}{second or ':00'}Z"
    try:
        found = datetime.strptime(f"{other_day} {other_minute} +0000", "%d-%b-%Y %H:%M %z")
    except ValueError:
        return ""
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")


def _size(beside: str) -> int | None:
    rest = re.sub(r"<[^>]*>", " ", _WRITTEN.sub(" ", beside)).split()
    return int(rest[-1]) if rest and rest[-1].isdigit() and _WRITTEN.search(beside) else None


def _pause(attempt: int, *, at_least: float) -> None:
    longest = PAUSE_S * 2 ** (attempt - 1)
    drawn = random.uniform(longest / 2, longest)  # noqa: S311  a pause needs no secret
    time.sleep(min(max(drawn, at_least), LONGEST_PAUSE_S))


def _get(url: str) -> bytes | None:
    import httpx  # noqa: PLC0415  the toolbox reads files without it

    try:
        with _client(os.getpid()).stream("GET", url) as answer:
            if answer.status_code in _GONE:
                return None
            _must_be_a_file(url, answer)
            body = _body(url, answer)
    except httpx.TransportError as fault:
        raise _Passing(f"{url}: {type(fault).__name__} {fault}") from fault
    except httpx.HTTPError as fault:
        raise SourceUnavailable(f"{url}: {type(fault).__name__} {fault}") from fault
    announced = answer.headers.get("content-length", "")
    if announced.isdigit() and int(announced) != len(body):
        raise _Passing(f"{url}: {len(body)} bytes came of {announced} announced")
    return _as_stored(url, body, answer.headers.get("content-encoding", ""))


def _as_stored(url: str, body: bytes, encoding: str) -> bytes:
    """Bytes of the file itself: a server may compress what it was asked not to.

    A .gz file is often sent with its compression named as an encoding, and kept as it is.
    """
    if encoding not in ("gzip", "x-gzip") or url.endswith(".gz"):
        return body
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error) as fault:
        raise _Passing(f"{url}: body said to be {encoding}, {fault}") from fault


def _must_be_a_file(url: str, answer: "httpx.Response") -> None:
    if answer.status_code in _MAY_PASS:
        wait = answer.headers.get("retry-after", "")
        raise _Passing(f"{url}: HTTP {answer.status_code}", float(wait) if wait.isdigit() else 0.0)
    if answer.status_code != 200:
        raise SourceUnavailable(f"{url}: HTTP {answer.status_code}")


def _body(url: str, answer: "httpx.Response") -> bytes:
    begun, parts = time.monotonic(), []
    for part in answer.iter_raw():
        parts.append(part)
        if time.monotonic() - begun > ANSWER_S:
            raise _Passing(f"{url}: no end after {ANSWER_S:.0f} s")
    return b"".join(parts)


@functools.lru_cache(maxsize=1)
def _client(_process: int) -> "httpx.Client":
    """Connections of this process; a forked child must not share its parent's."""
    import httpx  # noqa: PLC0415

    return httpx.Client(
        timeout=httpx.Timeout(SILENCE_S, connect=CONNECT_S),
        headers={"accept-encoding": "identity", "user-agent": "halocline"},
        follow_redirects=True,
        limits=httpx.Limits(max_connections=32, max_keepalive_connections=16),
        mounts={f"all://{host}": httpx.HTTPTransport() for host in ("127.0.0.1", "localhost")},
    )


def forget_connections() -> None:
    """Close the connections of this process; the next read opens new ones."""
    if _client.cache_info().currsize:
        _client(os.getpid()).close()
    _client.cache_clear()
