"""The site and the products of a bucket, by HTTP on the loopback address, for a person to look."""

import mimetypes
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import unquote, urlsplit

from halocline.model.errors import HaloclineError
from halocline.stores.bucket import Bucket, NoSuchKey
from infra.ports import LOOPBACK

SHOWN: Final = ("site/", "products/")
"""What anybody may see; tables and raw files are not pages."""
FRONT: Final = "site/index.html"


class SiteServer(ThreadingHTTPServer):
    """Serves one bucket; threads end with it."""

    daemon_threads = True

    def __init__(self, bucket: Bucket, *, port: int) -> None:
        self.bucket = bucket
        super().__init__((LOOPBACK, port), SiteHandler)


class SiteHandler(BaseHTTPRequestHandler):
    """GET and HEAD of objects below `site/` and `products/`."""

    server: SiteServer

    def do_GET(self) -> None:
        """Answer with the object, or say in one line why not."""
        path = unquote(urlsplit(self.path).path).lstrip("/")
        if path in {"", "site", "site/"}:
            self._answer(HTTPStatus.FOUND, b"", kind="text/plain", location=f"/{FRONT}")
            return
        status, content = self._found(path)
        kind = mimetypes.guess_type(path)[0] if status == HTTPStatus.OK else "text/plain"
        self._answer(status, content, kind=kind or "application/octet-stream")

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Pages are not counted."""

    def _found(self, path: str) -> tuple[HTTPStatus, bytes]:
        if not path.startswith(SHOWN) or ".." in path.split("/"):
            return HTTPStatus.NOT_FOUND, f"only {' and '.join(SHOWN)} are shown".encode()
        try:
            return HTTPStatus.OK, self.server.bucket.get(path)
        except NoSuchKey:
            return HTTPStatus.NOT_FOUND, f"no {path} in this store: has a run finished?".encode()
        except HaloclineError as fault:
            return HTTPStatus.BAD_GATEWAY, str(fault).encode()

    def _answer(self, status: HTTPStatus, content: bytes, *, kind: str, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if "text" in kind else kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Content-Type-Options", "nosniff")
        if location:
            self.send_header("Location", location)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)
