"""A newcomer's hour: from `up` to going back, an alert and the site, as docs/how-to/first-hour.md.

HALOCLINE_IMAGES: folder that the page's pictures are written to.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

from deployments.prefect_file import PREFECT_FILE
from halocline.pipeline.incidents import KINDS
from halocline.settings import resolve
from halocline.simulate.archive import write_archive
from halocline.stores.bucket import Bucket, StoreOptions
from halocline.suites import shipped_suite
from tests.samples.doc_commands import ROOT, shown_in
from tests.samples.prefect_api import ask, until
from tests.samples.receiver import Receiver

pytestmark = [
    pytest.mark.stack,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(3600),
    pytest.mark.skipif(
        "HALOCLINE_NEWCOMER" not in os.environ,
        reason="an operator's first hour, in minutes, on a stack of its own: make newcomer",
    ),
]
PAGE = ROOT / "docs/how-to/first-hour.md"
IMAGES = os.environ.get("HALOCLINE_IMAGES")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
                None)  # fmt: skip
PATIENCE_S = 1200.0
NAME = "bay"
FLOATS = 4
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
STRICTER = ("density_inversion: {threshold: 0.03}", "density_inversion: {threshold: 0.003}")


@dataclass
class Desk:
    """Where the newcomer sits: a home folder, a receiver of messages, and what was typed."""

    home: Path
    receiver: Receiver
    typed: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        told = {"HALOCLINE_HOME": str(self.home), "HALOCLINE_NETWORK": NAME}
        return {**os.environ, **told}

    def say(self, *words: str) -> str:
        """What a command printed; it must end well."""
        self.typed.append(words)
        done = subprocess.run(
            self.argv(*words), env=self.environment, cwd=self.home, capture_output=True,
            text=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{words}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    @staticmethod
    def argv(*words: str) -> list[str]:
        return [sys.executable, "-m", "deployments.cli", *words]

    @property
    def api(self) -> str:
        return resolve({"HALOCLINE_HOME": str(self.home)}).require("prefect_api_url")

    def ask(self, path: str, body: Any = None, method: str | None = None) -> Any:
        return ask(self.api, path, body, method)

    def deployment(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ask(f"deployments/name/{name}")
        return found

    def start(self, name: str, **parameters: Any) -> str:
        """A run as the form in the browser would start it."""
        found = self.deployment(name)
        asked = {"parameters": {**found["parameters"], **parameters}}
        run: str = self.ask(f"deployments/{found['id']}/create_flow_run", asked)["id"]
        return run

    def state(self, run: str) -> str:
        found: str = self.ask(f"flow_runs/{run}")["state_type"]
        return found

    def ended(self, run: str) -> str:
        return until(lambda: (found := self.state(run)) in ENDED and found, f"{run} did not end")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    found = Desk(home=tmp_path_factory.mktemp("home"), receiver=Receiver())
    try:
        yield found
    finally:
        found.say("down")
        found.receiver.close()


def test_the_stack_starts_and_its_store_is_looked_at(desk: Desk) -> None:
    assert "writers: as many as there are" in desk.say("up")
    assert "as many as there are" in desk.say("doctor", "--quick")


def test_a_network_is_deployed_and_the_clock_fires_a_run(desk: Desk) -> None:
    write_archive(desk.home / "archive", seed=7, floats=FLOATS, profiles_per_float=8, stations=1)
    path = desk.home / "networks" / f"{NAME}.yaml"
    desk.say("init", f"networks/{NAME}.yaml", "--network", "demo")
    raw = yaml.safe_load(path.read_text())
    for part, folder in (("argo", "argo/gdac"), ("coasthf", "coasthf/coriolis_cotier_csv")):
        raw[part]["addresses"] = [str(desk.home / "archive" / folder)]
    raw["coasthf"]["variables"] = ["TEMP"]
    path.write_text(yaml.safe_dump(raw | {"name": NAME}))
    often = desk.home / "often.yaml"  # the shipped file waits for the hour
    shipped = yaml.safe_load(PREFECT_FILE.read_text())
    for one in shipped["deployments"]:
        fires = one["entrypoint"] == "flows.operate:operate"
        one["schedules"] = [{"slug": "often", "interval": 60, "timezone": "UTC"}] * fires
    often.write_text(yaml.safe_dump(shipped))
    said = desk.say("deploy", "--file", "often.yaml", "--urgent-to", desk.receiver.address,
                    "--routine-to", desk.receiver.address)  # fmt: skip
    assert f"network {NAME} is deployed" in said
    only = {"deployments": {"id": {"any_": [desk.deployment(f"operate/{NAME}")["id"]]}},
            "sort": "START_TIME_ASC"}  # fmt: skip

    def fired() -> Any:
        runs = desk.ask("flow_runs/filter", only)
        return next((one for one in runs if one["state_type"] in ENDED - {"CANCELLED"}), None)

    run = until(fired, "no scheduled run ended")
    assert run["auto_scheduled"]
    assert run["state_type"] == "COMPLETED", run["state"]["message"]
    assert len(desk.say("products", "list", "--paths").split()) == FLOATS + 1
    shipped["deployments"] = [{**one, "schedules": []} for one in shipped["deployments"]]
    often.write_text(yaml.safe_dump(shipped))
    desk.say("deploy", "--file", "often.yaml")

    def at_rest() -> bool:
        states = {one["state_type"] for one in desk.ask("flow_runs/filter", only)}
        return not states & {"RUNNING", "PENDING"}

    until(at_rest, "a run is still at work")


def test_a_reprocessing_is_looked_at_published_and_taken_back(desk: Desk) -> None:
    (desk.home / "stricter.yaml").write_text(shipped_suite("argo").read_text().replace(*STRICTER))
    words = ("reprocess", "--products", "argo", "--suite", "stricter.yaml")
    before = desk.say("products", "list", "--paths")
    listed = desk.say(*words, "--dry-run")
    assert f"{FLOATS} products to make" in listed
    assert "of workers' time" in listed
    said = desk.say(*words)
    assert f"{FLOATS} made now, 0 set aside" in said
    assert not re.search(r"\b0 differ", said)
    assert desk.say("products", "list", "--paths") == before
    run = said.split("--publish ")[1].split()[0]
    assert f"{FLOATS} products published in one commit" in desk.say("reprocess", "--publish", run)
    assert desk.say("products", "list", "--paths") != before
    assert f"{FLOATS} products have their earlier version again" in desk.say(
        "reprocess", "--revert", run
    )
    assert desk.say("products", "list", "--paths") == before


def told(desk: Desk, kind: str, run: str) -> dict[str, Any]:
    """The one message of an incident of this run."""

    def arrived() -> list[dict[str, Any]]:
        return [one for one in desk.receiver.of(kind) if run in one["body"]]

    until(arrived, f"no message: {kind}")
    (message,) = arrived()
    return message


def test_a_failed_a_late_and_a_crashed_run_are_told(desk: Desk) -> None:
    run = desk.start(f"reprocess/{NAME}", step="publish", run="reprocess-typo")
    assert desk.ended(run) == "FAILED"
    messages = {"failed-run": told(desk, "failed-run", run)}
    assert desk.ended(desk.start(f"operate/{NAME}")) == "COMPLETED"  # what was late is over
    queue = "work_pools/halocline/queues/operator"
    desk.ask(queue, {"is_paused": True}, "PATCH")
    run = desk.start(f"operate/{NAME}", force=True)
    messages["late-run"] = told(desk, "late-run", run)
    assert desk.ask(f"flow_runs/{run}")["state_name"] == "Late"
    desk.ask(queue, {"is_paused": False}, "PATCH")
    until(lambda: desk.state(run) == "RUNNING", "the late run does not start")
    kill(run)
    assert desk.ended(run) == "CRASHED"
    messages["crashed-run"] = told(desk, "crashed-run", run)
    for kind, message in messages.items():
        assert message["subject"].startswith(f"[{KINDS[kind].urgency}] {kind}: ")
        assert f"ops-card.md#{kind}" in message["body"]
        assert "/runs/flow-run/" in message["body"]


def kill(run: str) -> None:
    """The process of a run is gone without a word, as for want of memory."""

    def of_the_run() -> list[psutil.Process]:
        found = []
        for one in psutil.process_iter():
            try:
                if one.environ().get("PREFECT__FLOW_RUN_ID") == run:
                    found.append(one)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found

    for process in until(of_the_run, "the run has no process"):
        process.send_signal(signal.SIGKILL)


def test_the_safe_answer_to_all_of_it_is_to_run_it_again(desk: Desk) -> None:
    assert desk.ended(desk.start(f"operate/{NAME}")) == "COMPLETED"
    assert desk.ended(desk.start(f"validate/{NAME}", at="2024-12-31T23:59:00Z")) == "COMPLETED"
    assert desk.say("status")


@pytest.fixture
def site(desk: Desk) -> Iterator[str]:
    """Address of `halocline serve`."""
    desk.typed.append(("serve",))
    with subprocess.Popen(desk.argv("serve"), env=desk.environment, stdout=subprocess.PIPE,
                          text=True) as server:  # fmt: skip
        try:
            line = server.stdout.readline()
            while "http://" not in line:
                assert line, "serve ended"
                line = server.stdout.readline()
            yield line.split("/site/")[0]
        finally:
            server.send_signal(signal.SIGINT)
            server.communicate(timeout=60)


def test_the_site_opens_in_a_browser(desk: Desk, site: str, tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    stations = re.findall(r"coasthf/(\d+)/", desk.say("products", "list", "--paths"))
    pages = {
        "hour-front": f"{site}/site/en/index.html",
        "hour-station": f"{site}/site/en/coasthf/{stations[0]}.html",
        "reprocess-comparison": f"{site}/{comparison_of(desk)}",
    }
    for name, address in pages.items():
        assert picture(tmp_path, name, address) == [], name
    ui = desk.api.removesuffix("/api")
    for name, address in ui_pages(desk, ui).items():
        picture(tmp_path, name, address, patience_ms=20_000)
    for path in tmp_path.glob("*.png"):
        assert path.stat().st_size > 10_000, path.name
        if IMAGES and f"images/{path.name}" in PAGE.read_text():
            shutil.copy(path, IMAGES)


def comparison_of(desk: Desk) -> str:
    """Key of the page that compares."""
    settings = resolve({"HALOCLINE_HOME": str(desk.home)})
    bucket = Bucket(settings.require("store"), StoreOptions(**settings.s3_options()))
    (key,) = [one for one in bucket.list("site/reprocess/") if one.endswith("index.html")]
    return key


def ui_pages(desk: Desk, ui: str) -> dict[str, str]:
    """Pages of the Prefect UI that the guide shows."""
    form = desk.deployment(f"reprocess/{NAME}")["id"]
    return {
        "prefect-deployments": f"{ui}/deployments",
        "prefect-form": f"{ui}/deployments/deployment/{form}/run",
    }


def picture(folder: Path, name: str, address: str, *, patience_ms: int = 5000) -> list[str]:
    """A screenshot; returns what the page's console complained about."""
    done = subprocess.run(
        [
            CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-dev-shm-usage", f"--virtual-time-budget={patience_ms}",
            f"--user-data-dir={folder}/profile", "--enable-logging=stderr", "--hide-scrollbars",
            "--window-size=1280,900", f"--screenshot={folder}/{name}.png", address,
        ],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert (folder / f"{name}.png").exists(), done.stderr[-2000:]
    return [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def test_everything_the_page_shows_was_typed(desk: Desk) -> None:
    typed = {(one[0], *sorted(word for word in one if word.startswith("--"))) for one in desk.typed}
    typed.add(("down",))
    for shown in shown_in(PAGE):
        words = (shown.words[0], *sorted(word for word in shown.words if word.startswith("--")))
        assert shown.mentioned or words in typed, shown
