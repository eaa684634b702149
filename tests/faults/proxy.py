"""An HTTP proxy in front of an S3 server that does to requests what bad networks do."""

import http.client
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

Action = Literal["hold request", "hold answer", "lose answer", "refuse"]
HOP_BY_HOP = {"connection", "expect", "keep-alive", "transfer-encoding", "te", "upgrade"}
PATIENCE_S = 30


@dataclass
class Rule:
    """What happens to the next `times` requests whose "METHOD /path" matches.

    hold request: it waits before the server sees it; hold answer: the server did it, the client
    waits; lose answer: the server did it, the connection breaks; refuse: 503, the server saw none.
    """

    matches: str
    action: Action
    times: int = 1
    skip: int = 0
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    status: int = 0
    """What the server answered to the last request this rule let through."""


class Proxy:
    """Forwards everything unchanged but for its rules; `log` holds "METHOD /path" of requests."""

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target)
        self.rules: list[Rule] = []
        self.log: list[str] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"

    def add(self, matches: str, action: Action, *, times: int = 1, skip: int = 0) -> Rule:
        """A rule from now on; tests wait for `reached` and set `released`."""
        self.rules.append(Rule(matches, action, times, skip))
        return self.rules[-1]

    def rule_for(self, line: str) -> Rule | None:
        """The rule that claims this request, used up by one."""
        with self._lock:
            self.log.append(line)
            for rule in self.rules:
                if rule.times and re.search(rule.matches, line):
                    if rule.skip:
                        rule.skip -= 1
                        return None
                    rule.times -= 1
                    return rule
        return None

    @contextmanager
    def running(self) -> Iterator["Proxy"]:
        """Serve inside the block; what is still held afterwards is let go."""
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            for rule in self.rules:
                rule.released.set()
            self._server.shutdown()
            thread.join()
            self._server.server_close()


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            rule = proxy.rule_for(f"{self.command} {self.path}")
            action = rule.action if rule else None
            if rule and action in {"hold request", "refuse"}:
                rule.reached.set()
            if action == "refuse":
                self.answer(503, [("Content-Length", "0")], b"")
                return
            if rule and action == "hold request":
                rule.released.wait(PATIENCE_S)
            status, headers, content = self.forward(body)
            if rule:
                rule.status = status
                rule.reached.set()
                if action == "hold answer":
                    rule.released.wait(PATIENCE_S)
                rule.done.set()
            if action == "lose answer":
                self.close_connection = True
                return
            self.answer(status, headers, content)

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = serve

        def forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
            server = http.client.HTTPConnection(
                proxy.target.hostname or "", proxy.target.port, timeout=PATIENCE_S
            )
            try:
                server.putrequest(
                    self.command, self.path, skip_host=True, skip_accept_encoding=True
                )
                for name, value in self.headers.items():
                    if name.lower() not in HOP_BY_HOP:
                        server.putheader(name, value)
                server.endheaders(body)
                answer = server.getresponse()
                return answer.status, answer.getheaders(), answer.read()
            finally:
                server.close()

        def answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
            try:
                self.send_response_only(status)
                for name, value in headers:
                    if name.lower() not in HOP_BY_HOP:
                        self.send_header(name, value)
                if not any(name.lower() == "content-length" for name, _ in headers):
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:  # the client was killed
                self.close_connection = True

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    return Handler
