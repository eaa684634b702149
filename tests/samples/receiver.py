"""An operator's inbox: a local HTTP server that keeps what notification blocks post to it."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Receiver:
    """Keeps what is posted to `address`, until it is closed."""

    def __init__(self) -> None:
        self.messages: list[dict] = []
        kept = self.messages

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                kept.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/"

    def of(self, kind: str) -> list[dict]:
        return [one for one in self.messages if kind in one["subject"]]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
