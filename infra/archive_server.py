"""A folder offered by HTTP on the loopback address, as a provider offers its archive.

`python -m infra.archive_server FOLDER PORT` serves until it is stopped. Standard library only.
"""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from infra.health import is_ok
from infra.launch import PATIENCE_S, Launch
from infra.ports import LOOPBACK

NAME: Final = "archive"
PORTS: Final = {"archive": 8090}


class ArchiveHandler(SimpleHTTPRequestHandler):
    """GET and HEAD of files below one folder, folders as index pages; nothing outside it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536  # a small file and its header leave as one packet, none waits for an answer
    extensions_map = {  # noqa: RUF012  the base class declares it
        "": "application/octet-stream",
        ".txt": "text/plain",
    }
    """A .gz is sent as it is: not as an encoding that a client would take off."""

    def translate_path(self, path: str) -> str:
        """Local path of a URL; of a place that does not exist when a link leads outside."""
        root = Path(self.directory).resolve()
        local = super().translate_path(path)
        if Path(local).resolve().is_relative_to(root):
            return local
        return str(root / "outside-of-the-archive")

    def log_message(self, format: str, *args: object) -> None:
        """Keep a line only of what went wrong: a pull asks for thousands of files."""

    def log_error(self, format: str, *args: object) -> None:
        """Say what could not be answered."""
        sys.stderr.write(f"{self.address_string()} {format % args}\n")


class ArchiveServer(ThreadingHTTPServer):
    """Serves one folder on the loopback address; threads end with it."""

    daemon_threads = True
    request_queue_size = 128  # a pull opens many connections at once

    def __init__(self, folder: Path, *, port: int) -> None:
        handler = partial(ArchiveHandler, directory=str(folder.resolve()))
        super().__init__((LOOPBACK, port), handler)


def launch(*, folder: Path, ports: dict[str, int]) -> Launch:
    """How to serve `folder`."""
    return Launch(
        name=NAME,
        title="archive server",
        argv=(
            *(sys.executable, "-m", "infra.archive_server"),
            *(str(folder.resolve()), str(ports["archive"])),
        ),
        environment={},
        address=f"http://{LOOPBACK}:{ports['archive']}",
        ports=ports,
        patience_s=PATIENCE_S,
    )


def is_healthy(*, home: Path, ports: dict[str, int]) -> bool:
    """Whether the folder's index page answers."""
    return is_ok(f"http://{LOOPBACK}:{ports['archive']}/")


def main(arguments: list[str]) -> None:
    """Serve until stopped."""
    folder, port = arguments
    with ArchiveServer(Path(folder), port=int(port)) as server:
        server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
