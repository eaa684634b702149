"""Operating on the embedded stack: deployed, fired by the clock, run by the worker."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import yaml

from deployments.automations import HEARTBEAT, Audience, automations
from deployments.prefect_file import PREFECT_FILE
from halocline.networks import dump_network, load_network
from halocline.pipeline.catalogue import published
from halocline.pipeline.grey_list import AT_ROOT
from halocline.pipeline.incidents import KINDS
from halocline.pipeline.providers import ARGO
from halocline.pipeline.received import usable_files
from halocline.simulate.archive import write_archive
from halocline.stores.bucket import Bucket, StoreOptions, raw_key
from halocline.stores.tables import Tables
from tests.samples.command_line import CommandLine, command_line
from tests.samples.prefect_api import ask, until
from tests.samples.receiver import Receiver
from tests.stores_fixtures import known_fit

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(1200)]
NAME = "cove"
MISSPELT = "TEMPP"
SELDOM = {"slug": "seldom", "cron": "0 0 1 1 *", "timezone": "UTC"}


@dataclass
class Operator:
    """A small network in a store of its own, and the server it is deployed on."""

    home: Path
    bucket: Bucket
    api: str
    file: Path
    floats: tuple[str, ...]
    variables: dict[str, str]
    """Of the environment: the stack's addresses, and this test's store."""
    commands: CommandLine

    def say(self, *words: str) -> str:
        done = self.commands.run(*words)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    def fail(self, *words: str) -> str:
        """What a command says that the operator has to mend."""
        done = self.commands.run(*words)
        assert done.returncode == 2, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stderr

    def ask(self, path: str, body: dict | list | None = None):
        return ask(self.api, path, body)

    def deployments(self) -> dict[str, dict]:
        found = self.ask("deployments/filter", {"limit": 200})
        flows = {one["id"]: one["name"] for one in self.ask("flows/filter", {"limit": 200})}
        return {
            f"{flows[one['flow_id']]}/{one['name']}": one
            for one in found
            if one["name"].startswith(NAME)
        }

    def write_file(self, **schedules: list[dict]) -> None:
        """prefect.yaml as shipped, for the store of this test, with these schedules only."""
        raw = yaml.safe_load(PREFECT_FILE.read_text())
        for one in raw["deployments"]:
            flow = one["entrypoint"].partition(":")[2]
            one["schedules"] = schedules.get(flow, [])
            one["work_pool"]["job_variables"] = {"env": {"HALOCLINE_STORE": self.bucket.url}}
        self.file.write_text(yaml.safe_dump(raw))


@pytest.fixture(scope="module")
def operator(stack, tmp_path_factory) -> Iterator[Operator]:
    folder = tmp_path_factory.mktemp("cove")
    summary = write_archive(
        folder, seed=5, floats=2, profiles_per_float=4, stations=1, months=5, start="2024-08-01"
    )
    settings = stack.settings
    network = load_network(Path(PREFECT_FILE).parent / "networks" / "demo.yaml").at(
        argo=(str(folder / "argo/gdac"),), coasthf=(str(folder / "coasthf/coriolis_cotier_csv"),)
    )
    coast = network.coasthf.model_copy(update={"variables": ("TEMP", MISSPELT)})
    network = network.model_copy(update={"name": NAME, "coasthf": coast})
    (stack.home / "networks").mkdir(exist_ok=True)
    (stack.home / "networks" / f"{NAME}.yaml").write_text(dump_network(network))
    store = f"{settings.require('store')}/{NAME}"
    variables = {**settings.variables(), "HALOCLINE_STORE": store}
    with command_line({**os.environ, **variables, "HALOCLINE_NETWORK": NAME}) as commands:
        yield Operator(
            home=stack.home,
            variables=variables,
            commands=commands,
            bucket=known_fit(Bucket(store, StoreOptions(**settings.s3_options()))),
            api=settings.require("prefect_api_url"),
            file=folder / "prefect.yaml",
            floats=summary.floats,
        )


@pytest.fixture(scope="module")
def inbox() -> Iterator[Receiver]:
    """Where urgent messages go."""
    found = Receiver()
    yield found
    found.close()


@pytest.fixture(scope="module")
def fired(operator, inbox) -> dict:
    """A run that the clock started and the worker ended."""
    soon = (datetime.now(UTC) + timedelta(seconds=12)).isoformat()  # it is deployed in less
    often = {"slug": "often", "interval": 40, "anchor_date": soon, "timezone": "UTC"}
    operator.write_file(operate=[often], validate=[SELDOM])
    said = operator.say("deploy", "--file", str(operator.file), "--urgent-to", inbox.address)
    assert "automation halocline: failed-run: made" in said
    assert f"{MISSPELT}, named under variables: no parameter known here; did you mean TEMP?" in said
    deployment = operator.deployments()[f"operate/{NAME}"]

    def ended():
        runs = operator.ask(
            "flow_runs/filter",
            {"deployments": {"id": {"any_": [deployment["id"]]}}, "sort": "START_TIME_ASC"},
        )
        return [run for run in runs if run["state_type"] in {"COMPLETED", "FAILED", "CRASHED"}]

    (first, *_) = until(ended, "no scheduled run ended")
    (schedule,) = operator.deployments()[f"operate/{NAME}"]["schedules"]
    address = f"deployments/{deployment['id']}/schedules/{schedule['id']}"
    ask(operator.api, address, {"active": False}, method="PATCH")  # one is enough
    return first


def test_a_schedule_fires_and_the_worker_completes_the_run(operator, fired):
    assert fired["auto_scheduled"]
    assert fired["state_type"] == "COMPLETED", fired["state"]["message"]
    assert fired["work_queue_name"] == "operator"
    assert fired["deployment_version"].startswith("0.")
    floats = {one.platform for one in published(operator.bucket) if one.network == "argo"}
    assert floats == set(operator.floats)


def test_every_platform_is_in_a_table_on_the_runs_page(operator, fired):
    runs = operator.ask(
        "flow_runs/filter", {"flow_runs": {"parent_flow_run_id": {"any_": [fired["id"]]}}}
    )
    (process,) = [run for run in runs if run["name"].startswith("process")]
    found = operator.ask(
        "artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [process["id"]]}}}
    )
    tables = {one["key"]: json.loads(one["data"]) for one in found if one["type"] == "table"}
    rows = tables["process-argo-1-platforms"]
    assert {row["platform"] for row in rows} == set(operator.floats)
    assert {row["status"] for row in rows} == {"made"}
    assert all(row["picture"].endswith("/preview.png") for row in rows)

    def told():  # logs travel in batches, some seconds behind their run
        lines = operator.ask(
            "logs/filter", {"logs": {"flow_run_id": {"any_": [process["id"]]}}, "limit": 200}
        )
        begun = [line["message"].partition(" · ")[0] for line in lines]
        strange = f"{MISSPELT}, named under variables: no product of its stations holds it"
        return set(operator.floats) <= set(begun) and any(one.startswith(strange) for one in begun)

    until(told, "no line of every float, and of the misspelt variable, in the logs of the run")


def test_twice_is_the_same_and_a_schedule_not_in_the_file_goes(operator, fired):
    told = ("id", "version", "parameters", "tags", "work_queue_name", "entrypoint")
    first = operator.deployments()
    often = {"slug": "often", "interval": 40, "timezone": "UTC", "active": False}
    operator.write_file(operate=[often])
    said = operator.say("deploy", "--file", str(operator.file))
    assert "automation" not in said
    assert "seldom is not in the file any more: removed" in said
    second = operator.deployments()
    assert {name: [one[key] for key in told] for name, one in second.items()} == {
        name: [one[key] for key in told] for name, one in first.items()
    }
    slugs = {name: [one["slug"] for one in found["schedules"]] for name, found in second.items()}
    assert [one["slug"] for one in first[f"validate/{NAME}"]["schedules"]] == ["seldom"]
    assert {name: found for name, found in slugs.items() if found} == {f"operate/{NAME}": ["often"]}


def test_a_network_that_makes_the_same_stations_otherwise_is_not_deployed(operator, fired):
    """Both on the clock, each would make again what the other made; nothing is registered."""
    other = (operator.home / "networks" / f"{NAME}.yaml").read_text()
    rival = operator.home / "networks" / "rival.yaml"
    rival.write_text(other.replace(f"name: {NAME}", "name: rival") + "seed: 1\n")
    said = operator.fail("deploy", "--network", "rival", "--file", str(operator.file))
    assert f"every float: of both {NAME} and rival, which differ in seed" in said
    assert "nothing was deployed" in said
    found = operator.ask("deployments/filter", {"limit": 200})
    assert not [one for one in found if one["name"].startswith("rival")]


def test_the_server_holds_limits_forms_and_priorities(operator, fired):
    found = operator.deployments()
    for name, one in found.items():
        waits = one["work_queue_name"] == "reprocessing"
        wanted = "ENQUEUE" if waits else "CANCEL_NEW"
        assert one["global_concurrency_limit"]["limit"] == 1, name
        assert one["concurrency_options"]["collision_strategy"] == wanted, name
        assert one["enforce_parameter_schema"], name
        for field in one["parameter_openapi_schema"]["properties"].values():
            assert field["description"], name
    pulls = found[f"pull/{NAME}-argo"]["parameter_openapi_schema"]["properties"]
    assert pulls["source"]["enum"] == ["all", "argo", "coasthf"]
    queues = operator.ask("work_pools/halocline/queues/filter", {})
    priority = {one["name"]: one["priority"] for one in queues}
    assert priority["polls"] < priority["operator"] < priority["reprocessing"]


def run_of(operator, name, **parameters):
    """A run of a deployment as the form of the UI would start it, ended."""
    deployment = operator.deployments()[name]
    started = operator.ask(
        f"deployments/{deployment['id']}/create_flow_run",
        {"parameters": {**deployment["parameters"], **parameters}},
    )

    def ended():
        run = operator.ask(f"flow_runs/{started['id']}")
        return run if run["state_type"] in {"COMPLETED", "FAILED", "CRASHED"} else None

    return until(ended, f"{name} did not end")


def test_validation_reads_what_is_published_and_status_shows_it(operator, fired):
    run = run_of(operator, f"validate/{NAME}", at="2024-12-31T23:59:00Z")
    assert run["state_type"] == "COMPLETED", run["state"]["message"]
    rows = Tables(operator.bucket).read("kpi").to_pylist()
    fresh = {row["platform"]: row["state"] for row in rows if row["indicator"] == "freshness"}
    assert set(operator.floats) < set(fresh)
    index = [row for row in rows if row["indicator"] == "kpi3a_index_minus_files"]
    assert {row["state"] for row in index} == {"green"}
    runs = {row["flow"] for row in Tables(operator.bucket).read("runs").to_pylist()}
    assert {"pull", "process", "validate"} <= runs


@pytest.fixture(scope="module")
def failure(operator, fired, inbox) -> tuple[dict, dict]:
    """A run that failed, and the message of it."""
    run = run_of(operator, f"reprocess/{NAME}", step="publish", run="reprocess-typo")
    assert run["state_type"] == "FAILED"
    until(lambda: inbox.of("failed-run"), "no message of the failed run")
    (message,) = inbox.of("failed-run")
    return run, message


def test_a_reprocessing_by_the_form_and_the_message_of_one_that_failed(operator, fired, request):
    name = f"reprocess/{NAME}"
    before = {one.path: one.version for one in published(operator.bucket)}
    one = operator.floats[0]
    run = run_of(operator, name, step="make and compare", scope={"platforms": [one]}, force=True)
    assert run["state_type"] == "COMPLETED", run["state"]["message"]
    assert {one.path: one.version for one in published(operator.bucket)} == before
    (row,) = Tables(operator.bucket).read("candidates").to_pylist()
    assert row["platform"] == one
    assert operator.bucket.exists(f"site/reprocess/{row['reprocess']}/index.html")
    refused, message = request.getfixturevalue("failure")  # from now on
    assert row["reprocess"] in refused["state"]["message"]
    assert message["subject"].startswith("[urgent] failed-run: reprocess")
    assert "#failed-run" in message["body"]
    assert "/runs/flow-run/" in message["body"]


def test_a_reprocessing_from_the_command_line(operator, fired):
    one = operator.floats[1]
    words = ("reprocess", "--platform", one, "--force")
    listed = operator.say(*words, "--dry-run")
    assert f"argo  {one}  " in listed
    assert "of workers' time" in listed
    said = operator.fail("reprocess", "--platform", "no such", "--dry-run")
    assert "no product to make of no such: this network does not follow it" in said
    said = operator.say(*words)
    run = said.split("--publish ")[1].split()[0]
    assert "1 made now, 0 set aside; 0 differ for a reader" in said
    assert "1 were made by it before" in operator.say(*words, "--dry-run")
    (listed,) = usable_files(operator.bucket, sources=(ARGO,), platforms=(AT_ROOT,))
    key = raw_key(ARGO, listed.sha256)
    whole = operator.bucket.get(key)
    operator.bucket.delete(key)
    lost = operator.commands.run(*words)
    operator.bucket.put(key, whole)
    assert "nothing to make; 1 set aside" in lost.stdout, lost.stderr[-3000:]
    assert f"{key} is not in the store any more" in lost.stderr
    assert "0 products published" in operator.say("reprocess", "--publish", run)
    before = {item.path for item in published(operator.bucket)}
    processed = Tables(operator.bucket).read("products").to_pylist()[0]["run"]
    back = operator.say("reprocess", "--revert", processed)
    assert "products have their earlier version again, in one commit" in back
    assert {item.path for item in published(operator.bucket)} < before


@pytest.fixture
def receiver(fired, inbox):
    """The inbox, emptied."""
    inbox.messages.clear()
    return inbox


def test_operators_are_told_once_an_incident(operator, failure, receiver):
    # that failure was told; its repetition is not
    again = run_of(operator, f"reprocess/{NAME}", step="publish", run="reprocess-typo")
    assert again["state_type"] == "FAILED"
    # the archive ends in 2024: seen from today its platforms are stale; what an earlier look has
    # told is not told again, nor by a second look
    alerts = Tables(operator.bucket).read("alerts").to_pylist()
    told = {row["network"] for row in alerts if row["kind"] == "stale-platform"}
    for _look in range(2):
        assert run_of(operator, f"validate/{NAME}")["state_type"] == "COMPLETED"
    new = {"argo", "coasthf"} - told
    assert new
    until(lambda: len(receiver.of("stale-platform")) >= len(new), "no message of stale platforms")
    networks = [one["subject"].split(": ")[1] for one in receiver.of("stale-platform")]
    assert sorted(networks) == sorted(new)
    assert not receiver.of("failed-run")


RED = """
from prefect import flow

from flows.context import open_store
from halocline.pipeline.incidents import KINDS, incidents_of
from halocline.pipeline.validation.finding import Finding
from tasks.alerts import tell_operators

found = [
    Finding(indicator=one, network="elsewhere", state="red", detail=f"the detail of {one}")
    for kind in KINDS.values() for one in kind.indicators
]

@flow
def tell():
    for _look in range(2):
        tell_operators(
            incidents_of(found), networks=["elsewhere"], at="2026-01-01T00:00:00Z",
            context=open_store(),
        )

tell()
"""


def test_every_kind_of_red_finding_reaches_its_reader_once(operator, receiver):
    done = subprocess.run(
        [sys.executable, "-c", RED], env={**os.environ, **operator.variables},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    for kind in (one for one in KINDS.values() if one.indicators):

        def told(name=kind.name):  # what an earlier test caused may still arrive
            return [one for one in receiver.of(name) if one["subject"].endswith(": elsewhere")]

        (message,) = until(told, f"no message of {kind.name}")
        assert message["subject"] == f"[{kind.urgency}] {kind.name}: elsewhere"
        assert kind.meaning in message["body"]
        assert all(f"the detail of {one}" in message["body"] for one in kind.indicators)
        assert kind.anchor in message["body"]


def test_a_run_that_fell_silent_is_over_and_told(operator, receiver):
    patience = timedelta(seconds=10)
    (silent,) = automations(Audience({}, ops_card=""), silence=patience)
    made = silent.model_copy(update={"name": "the same with less patience"})
    operator.ask("automations/", made.model_dump(mode="json"))
    deployment = operator.deployments()[f"operate/{NAME}"]
    later = {"scheduled_time": "2100-01-01T00:00:00Z"}
    run = operator.ask(
        f"deployments/{deployment['id']}/create_flow_run",
        {"state": {"type": "SCHEDULED", "state_details": later}},
    )
    running = {"state": {"type": "RUNNING"}, "force": True}
    operator.ask(f"flow_runs/{run['id']}/set_state", running)
    beat = {
        "id": str(uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": HEARTBEAT,
        "resource": {"prefect.resource.id": f"prefect.flow-run.{run['id']}"},
        "related": [
            {
                "prefect.resource.id": f"prefect.deployment.{deployment['id']}",
                "prefect.resource.role": "deployment",
            },
            {"prefect.resource.id": "prefect.tag.halocline", "prefect.resource.role": "tag"},
        ],
    }
    operator.ask("events", [beat])

    def ended():
        found = operator.ask(f"flow_runs/{run['id']}")
        return found["state_type"] == "CRASHED" and found

    assert until(ended, "the silent run is still running")["state_name"] == "Zombie"
    until(lambda: receiver.of("zombie-run"), "no message of the silent run")
    assert len(receiver.of("zombie-run")) == 1
