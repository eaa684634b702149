"""The dead man's switch works on the bucket alone, with the server down and Prefect absent."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from halocline.pipeline.incidents import Incident, changes_of, record_changes
from halocline.pipeline.runs import RunRecord, record_run
from halocline.pipeline.validation.snapshot import iso
from halocline.pipeline.watchdog import WATCHED, signs_of_life
from tests.stores_fixtures import folder_bucket

NOW = datetime(2025, 3, 31, 12, tzinfo=UTC)
HOURS = dict.fromkeys(WATCHED, 3.0)


@pytest.fixture
def store(tmp_path):
    return folder_bucket(tmp_path)


def ended(store, flow, moment):
    record = RunRecord(flow=flow, name="x", status="completed", started=iso(moment),
                       finished=iso(moment), parameters={})  # fmt: skip
    record_run(store, record, run=f"{flow} {moment}")


def red(store, now=NOW, hours=HOURS):
    return {one.what for one in signs_of_life(store, now=now, within_h=hours) if not one.is_well}


def test_what_never_ran_and_what_fell_silent_is_red(store):
    assert red(store) == set(WATCHED)
    for flow in WATCHED:
        ended(store, flow, NOW - timedelta(hours=1))
    assert red(store) == set()
    assert red(store, now=NOW + timedelta(hours=2, minutes=1)) == set(WATCHED)
    ended(store, "process", NOW + timedelta(hours=2))
    assert red(store, now=NOW + timedelta(hours=4)) == {"pull", "validate"}
    assert red(store, now=NOW + timedelta(hours=4), hours={"process": 3.0}) == set()


def test_an_open_incident_is_red(store):
    for flow in WATCHED:
        ended(store, flow, NOW)
    stale = Incident("stale-platform", "argo", "freshness: 1")
    record_changes(store, changes_of(store, [stale], networks=["argo"]), at="1", run="1")
    assert red(store) == {"argo/stale-platform"}
    record_changes(store, changes_of(store, [], networks=["argo"]), at="2", run="2")
    assert red(store) == set()


@pytest.fixture
def posted():
    kept = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            kept.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", kept
    server.shutdown()
    server.server_close()


def test_by_cron_without_prefect_and_with_its_server_down(store, tmp_path, posted):
    address, kept = posted

    def look(*words):
        script = (
            "import sys\nfor name in ('prefect', 'dask', 'distributed'): sys.modules[name] = None\n"
            f"from deployments.cli import main\nsys.argv = ['halocline', 'watchdog', *{words!r}]\n"
            "main()\n"
        )
        return subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=False,
            env={"HALOCLINE_HOME": str(tmp_path / "home"), "HALOCLINE_STORE": store.url,
                 "PREFECT_API_URL": "http://127.0.0.1:9/api", "PATH": "/usr/bin:/bin"},
        )  # fmt: skip

    for flow in WATCHED:
        ended(store, flow, datetime.now(UTC))
    down = look("--tell", address)
    assert down.returncode == 1, down.stderr
    assert "RED   prefect: http://127.0.0.1:9/api does not answer" in down.stdout
    assert "well  process" in down.stdout
    assert look("--tell", address).returncode == 1
    assert [one["subject"] for one in kept] == ["[urgent] halocline watchdog: prefect"]
    assert "#dead-server" in kept[0]["body"]
