"""Web servers of a test: one that offers a folder, one that fails in a chosen way."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Quiet(SimpleHTTPRequestHandler):
    """A folder; `asked` holds the paths that were asked for."""

    asked: list[str] = []  # noqa: RUF012  one server a test, emptied when it starts
    broken: tuple[str, ...] = ()

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path in self.broken:
            self.send_error(500)
        else:
            super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        pass


class Failing(BaseHTTPRequestHandler):
    """Answers by path: a status code, a short body, or an answer at the third attempt."""

    protocol_version = "HTTP/1.1"
    asked: list[str] = []  # noqa: RUF012  one server a test, emptied when it starts

    def do_GET(self) -> None:
        self.asked.append(self.path)
        name = self.path.strip("/")
        if name == "short":
            self._answer(200, b"half", announced=8)
        elif name == "third" and self.asked.count(self.path) < 3:
            self._answer(503, b"busy")
        elif name.isdigit():
            self._answer(int(name), b"<html>no</html>")
        else:
            self._answer(200, b"whole")

    def _answer(self, status: int, body: bytes, *, announced: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if announced is None else announced))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


def offering(folder: Path, *, broken: tuple[str, ...] = ()) -> Iterator[str]:
    """Address of a server of `folder` that fails at the paths in `broken`."""
    Quiet.asked.clear()
    Quiet.broken = broken
    yield from _served(partial(Quiet, directory=str(folder)))


def failing() -> Iterator[str]:
    """Address of a server that fails as its paths say."""
    Failing.asked.clear()
    yield from _served(Failing)


def _served(handler: object) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
