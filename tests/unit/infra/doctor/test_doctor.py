"""The doctor finds a healthy part healthy and an ill one ill, and says what to do."""

import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deployments.commands_doctor import show
from deployments.commands_stack import look_at_store
from halocline.settings import hazards, resolve
from halocline.stores import probe as probing
from halocline.stores._folder import Folder
from halocline.stores.bucket import Bucket, StoreOptions
from halocline.stores.verdict import read_verdict
from infra.doctor import clock, dask_workers, examine, machine, networks, prefect_api, store
from infra.doctor.finding import Finding, examined
from tests.stores_fixtures import S3Server, s3_bucket

NEVER = 10**18


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "ROUNDS", 1)
    monkeypatch.setattr(probing, "OBJECTS", 2)


def red(found: list[Finding]) -> dict[str, Finding]:
    return {one.what: one for one in found if one.is_red}


def quiet(_line: str) -> None:
    """Progress is not looked at here."""


def test_nothing_configured_is_said_with_its_mend(tmp_path: Path) -> None:
    settings = resolve({"HALOCLINE_HOME": str(tmp_path)})
    found = red(list(examine(settings, with_probe=True, tell=quiet)))
    assert set(found) >= {"HALOCLINE_STORE", "PREFECT_API_URL", "HALOCLINE_DASK_ADDRESS"}
    assert "halocline up" in found["HALOCLINE_STORE"].mend


def test_what_other_guides_set_is_named(tmp_path: Path) -> None:
    told = hazards({"PREFECT_API_KEY": "pnu_x", "AWS_S3_ALLOW_UNSAFE_RENAME": "true"})
    settings = resolve({"HALOCLINE_HOME": str(tmp_path), "HALOCLINE_S3_KEY": "k"})
    found = red(list(machine.configuration(settings, hazards=told)))
    assert found["PREFECT_API_KEY"].mend == "unset PREFECT_API_KEY"
    assert "AWS_S3_ALLOW_UNSAFE_RENAME" in found
    assert "together" in found["HALOCLINE_S3_KEY"].seen
    assert hazards({"AWS_S3_ALLOW_UNSAFE_RENAME": "false"}) == {}


def test_a_full_disk_and_an_open_home(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    found = red(list(machine.disk(tmp_path, least_free=NEVER)))
    assert set(found) == {"room for home", "home is private"}
    tmp_path.chmod(0o700)
    assert red(list(machine.disk(tmp_path / "not" / "yet", least_free=0))) == {}


def test_a_package_of_a_version_we_do_not_take(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [
        "numpy>=999",
        "no-such-package>=1",
        "fastapi<0.150; extra == 'ops'",
        "x; extra == 'q'",
    ]
    monkeypatch.setattr(machine.importlib.metadata, "requires", lambda _name: wanted)
    seen = red(list(machine.versions()))["packages"].seen
    assert "wanted >=999" in seen
    assert "no-such-package is not installed" in seen
    assert seen.count(";") == 1


def test_this_installation_is_as_its_metadata_ask() -> None:
    assert red(list(machine.versions())) == {}


def test_missing_weights_of_the_nitrate_reference_are_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def looked() -> Finding:
        return next(one for one in machine.versions() if one.what == "weights of CANYON-B")

    assert looked().state == "well"
    monkeypatch.setattr(machine, "reference_digest", lambda: "")
    assert looked().state == "notice"
    assert "uncorrected" in looked().seen
    assert "halocline[bgc]" in looked().mend


def test_a_worker_without_those_weights_is_named() -> None:
    class Workers:
        def __init__(self, **answers: str) -> None:
            self.answers = answers

        def run(self, _function: object, *, on_error: str) -> dict[str, str]:
            assert on_error == "return"
            return self.answers

    ours = dask_workers.reference_digest()
    assert not red(list(dask_workers._weights(Workers(one=ours, two=ours))))
    found = red(list(dask_workers._weights(Workers(one=ours, two=""))))["weights of CANYON-B"]
    assert found.seen.startswith("1 of 2 workers")
    assert "two" in found.seen


def test_that_trainings_keep_polls_waiting_is_noticed() -> None:
    def looked(*resources: dict[str, float]) -> Finding:
        (found,) = dask_workers._polls(
            {str(n): {"resources": one} for n, one in enumerate(resources)}
        )
        return found

    learns = {"train": 1.0}
    assert looked(learns, learns, {}).state == "well"
    for workers in ((learns, learns), ({}, {})):
        found = looked(*workers)
        assert (found.state, found.is_red) == ("notice", False)
        assert "--resources train=1" in found.mend


def test_a_good_store_may_have_many_writers(bucket: Bucket) -> None:
    found = [*store.access(bucket), *store.promises(bucket, token="t")]
    assert red(found) == {}
    verdict = read_verdict(bucket)
    assert verdict is not None
    assert not verdict.single_writer
    assert bucket.list() == ["store.json"]


def test_a_store_that_ignores_conditions_gets_one_writer_loudly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def create(self: Folder, key: str, content: bytes) -> bool:
        self.put(key, content)
        return True

    monkeypatch.setattr(Folder, "create", create)
    bucket = Bucket(f"file://{tmp_path}/store")
    found = list(store.promises(bucket, token="t"))
    assert "SINGLE-WRITER MODE" in red(found)["writers"].seen
    assert "SINGLE-WRITER MODE" in next(iter(store.known_mode(bucket))).seen
    show(found)
    assert "SINGLE-WRITER MODE" in capsys.readouterr().out


def test_a_store_that_changes_bytes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Folder.get
    monkeypatch.setattr(Folder, "get", lambda self, key: read(self, key)[:1_000_000])
    found = red(list(store.promises(Bucket(f"file://{tmp_path}/store"), token="t")))
    assert "NOTHING IS WRITTEN" in found["writers"].seen


def test_a_store_that_does_not_answer_is_unknown_and_keeps_its_verdict(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("halocline.stores._s3.FIRST_PAUSE_S", 0.001)
    away = Bucket("s3://b", StoreOptions(endpoint="http://127.0.0.1:1", key="k", secret="s"))
    found = examined("store", "access", store.access, away)
    assert [one.state for one in found] == ["unknown"]
    settings = resolve({"HALOCLINE_HOME": str(tmp_path), "HALOCLINE_STORE": "s3://b",
                        "HALOCLINE_S3_ENDPOINT": "http://127.0.0.1:1", "HALOCLINE_S3_KEY": "k",
                        "HALOCLINE_S3_SECRET": "s"})  # fmt: skip
    asked = red(list(examine(settings, with_probe=True, tell=quiet)))
    assert asked["access"].mend
    assert "create-if-absent has one winner" not in asked


@pytest.mark.stack
def test_a_wrong_key_and_a_stranger_are_refused(s3_server: S3Server, tmp_path: Path) -> None:
    bucket = s3_bucket(s3_server, tmp_path)
    assert red(list(store.strangers(bucket, token="t"))) == {}
    wrong = StoreOptions(endpoint=s3_server.endpoint, key=s3_server.options.key, secret="wrong")
    found = examined("store", "access", store.access, Bucket(bucket.url, wrong))
    assert red(found)["access"].state == "unknown"
    assert red(list(clock.against_http("store", s3_server.endpoint))) == {}


@contextmanager
def service(answers: dict[str, tuple[int, bytes]], **headers: str) -> Iterator[str]:
    """A server that answers each path with a status and a body, and asks for no password."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            status, body = answers.get(self.path, (404, b""))
            self.send_response_only(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_PUT = do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Tests are silent."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_clock_that_is_off() -> None:
    with service({"/": (200, b"")}, Date="Thu, 01 Jan 2015 00:00:00 GMT") as url:
        assert "s from ours" in red(list(clock.against_http("store", f"{url}/")))["store"].seen


def test_an_open_door_of_the_store() -> None:
    with service({"/b/probe/t/stranger": (200, b"")}) as url:
        bucket = Bucket("s3://b", StoreOptions(endpoint=url, key="k", secret="s"))
        found = examined("store", "no key, no writing", store.strangers, bucket, token="t")
    assert any(one.is_red for one in found)


def test_a_prefect_server_without_password_retention_and_workers() -> None:
    settings = b'{"server":{"services":{"db_vacuum":{"enabled":["events"]}}}}'
    pages = {
        "/api/admin/version": (200, b'"2.20.1"'),
        "/api/admin/settings": (200, settings),
        "/api/work_pools/filter": (200, b'[{"name":"halocline"}]'),
        "/api/work_pools/halocline/workers/filter": (200, b'[{"name":"w","status":"OFFLINE"}]'),
    }
    with service(pages) as url:
        server = red(list(prefect_api.server(f"{url}/api", auth=None)))
        workers = red(list(prefect_api.workers(f"{url}/api", auth=None)))
        here = red(list(prefect_api.access(f"{url}/api", auth="admin:x")))
    assert set(server) == {"version", "retention"}
    assert "online: nobody" in workers["pool halocline"].seen
    assert here == {}, "an open server that only this machine reaches is accepted"


def test_networks_that_would_make_a_station_in_turn(bucket: Bucket, tmp_path: Path) -> None:
    """Of those deployed: one that differs is ill, one not readable here or misspelt a notice."""
    lines = "coasthf:\n  addresses: [/csv]\n  stations: [6200443, 6200450]\n"
    (tmp_path / "bay.yaml").write_text(f"name: bay\n{lines}")
    (tmp_path / "apart.yaml").write_text(f"name: apart\n{lines.replace('62', '61')}")
    named = f"name: named\n{lines.replace('62', '63')}  variables: [TEMP, PSALT]\n"
    (tmp_path / "named.yaml").write_text(named)
    (tmp_path / "trial.yaml").write_text(f"name: trial\n{lines}  filling: {{decimals: 2}}\n")

    def seen(*words: str) -> dict[str, Finding]:
        given = [{"parameters": {"network": one}} for one in words]
        pages = {"/api/deployments/filter": (200, json.dumps(given).encode())}
        with service(pages) as url:
            found = networks.deployed(f"{url}/api", auth=None, bucket=bucket, folder=tmp_path)
            return {one.what: one for one in found}

    assert {what: one.state for what, one in seen("bay", "apart").items()} == {
        "bay": "well", "apart": "well",
    }  # fmt: skip
    found = seen("bay", "apart", str(tmp_path / "trial.yaml"), "elsewhere")
    assert {what: one.state for what, one in found.items()} == {
        "apart": "well", "bay and trial": "ill", "file": "notice",
    }  # fmt: skip
    assert found["bay and trial"].seen.startswith("6200443, 6200450: of both bay and trial, which")
    assert "'elsewhere'" in found["file"].seen
    assert seen("named")["named: a name"].seen == (
        "PSALT, named under variables: no parameter known here; did you mean PSAL?"
    )


@pytest.mark.stack
@pytest.mark.xdist_group("stack")
def test_the_embedded_stack_is_well(stack, capsys: pytest.CaptureFixture[str]) -> None:
    found = list(examine(stack.settings, with_probe=True, tell=quiet))
    show(found)
    assert red(found) == {}, capsys.readouterr().out
    assert [one.state for one in found if one.what == "a worker for polls"] == ["well"]
    areas = {one.area for one in found} - {"networks"}  # which other tests may have deployed
    assert areas == {"configuration", "disk", "versions", "store", "clock", "Prefect", "Dask"}


def test_a_home_that_is_gone_is_no_fault(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    shutil.rmtree(folder)
    assert red(list(machine.disk(folder, least_free=1))) == {}


def test_a_store_is_probed_at_first_sight_and_never_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = resolve({"HALOCLINE_HOME": str(tmp_path), "HALOCLINE_STORE": f"file://{tmp_path}/s"})
    assert look_at_store(settings)
    assert capsys.readouterr().out == "store       writers: as many as there are\n"

    def create(self: Folder, key: str, content: bytes) -> bool:
        self.put(key, content)
        return True

    monkeypatch.setattr(Folder, "create", create)
    assert look_at_store(settings), "a store that was probed before is not probed again"
    worse = settings.model_copy(update={"store": f"file://{tmp_path}/other"})
    capsys.readouterr()
    for _look in range(2):
        assert not look_at_store(worse)
        assert "writers: SINGLE-WRITER MODE" in capsys.readouterr().out
