"""prefect.yaml: one list, complete, that Prefect's own command and ours read alike."""

import importlib
import json
from pathlib import Path

import prefect.server
import pytest
import yaml
from prefect.utilities.callables import parameter_schema

from deployments.prefect_file import POOLS, PREFECT_FILE, pool_variables, read_prefect_file
from deployments.registry import names_of, with_defaults
from deployments.stamp import stamp
from halocline.model.errors import ConfigInvalid

STAMP = {"version": "0+abc", "network": "baltic", "network_file": "baltic"}
METADATA = (
    Path(prefect.server.__file__).parent
    / "api/collections_data/views/aggregate-worker-metadata.json"
)


@pytest.fixture(scope="module")
def wanted():
    return read_prefect_file(PREFECT_FILE, stamp=STAMP)


def flow_of(entrypoint):
    module, name = entrypoint.split(":")
    return getattr(importlib.import_module(module), name)


def test_every_deployment_names_a_flow_whose_form_accepts_its_parameters(wanted):
    assert len({one.full_name for one in wanted.deployments}) == len(wanted.deployments)
    for one in wanted.deployments:
        flow = flow_of(one.entrypoint)
        assert one.full_name.split("/")[0] == flow.name
        flow.validate_parameters(dict(one.parameters))


def test_every_field_of_every_form_says_what_it_is(wanted):
    for one in wanted.deployments:
        schema = parameter_schema(flow_of(one.entrypoint)).model_dump()
        fields = list(schema["properties"].items())
        for definition in schema["definitions"].values():
            fields += definition.get("properties", {}).items()
        silent = [name for name, field in fields if len(field.get("description", "")) < 15]
        assert silent == [], one.full_name


def test_nothing_is_left_of_the_placeholders(wanted):
    assert "{{" not in repr(wanted)
    assert {one.full_name for one in wanted.deployments} >= {
        "pull/baltic-argo", "pull/baltic-coasthf", "process/baltic-argo", "operate/baltic",
        "retrain/baltic",
    }  # fmt: skip


def test_queues_have_different_priorities_and_are_all_used(wanted):
    priorities = [queue.priority for queue in wanted.queues]
    assert sorted(set(priorities)) == sorted(priorities)
    assert {one.queue for one in wanted.deployments} <= {queue.name for queue in wanted.queues}


def test_a_poll_is_cancelled_and_a_reprocessing_waits():
    raw = yaml.safe_load(PREFECT_FILE.read_text())
    for one in raw["deployments"]:
        limit = one["concurrency_limit"]
        assert limit["limit"] == 1
        queue = one["work_pool"]["work_queue_name"]
        wanted = "ENQUEUE" if queue == "reprocessing" else "CANCEL_NEW"
        assert limit["collision_strategy"] == wanted, one["name"]
        for schedule in one["schedules"]:
            assert schedule["timezone"], one["name"]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"entrypoint": "flows/pull.py:pull"}, "module:flow"),
        ({"schedules": [{"cron": "0 * * * *"}]}, "slug"),
        ({"work_pool": {"name": "halocline"}}, "work_queue_name"),
    ],
)
def test_what_would_fail_later_is_refused_now(tmp_path, change, word):
    raw = yaml.safe_load(PREFECT_FILE.read_text())
    raw["deployments"] = [{**raw["deployments"][0], **change}]
    (tmp_path / "prefect.yaml").write_text(yaml.safe_dump(raw))
    with pytest.raises(ConfigInvalid, match=word):
        read_prefect_file(tmp_path / "prefect.yaml", stamp=STAMP)


def test_the_stamp_is_of_package_code_and_network(monkeypatch, tmp_path):
    monkeypatch.setenv("HALOCLINE_HOME", str(tmp_path))
    monkeypatch.setenv("HALOCLINE_NETWORK", "demo")
    found = stamp()
    assert found["network"] == found["network_file"] == "demo"
    package, _, code = found["version"].partition("+")
    assert package.count(".") == 2
    assert len(code) == 12
    monkeypatch.setenv("HALOCLINE_NETWORK", "atlantis")
    with pytest.raises(ConfigInvalid, match=r"atlantis.*known: demo, france"):
        stamp()


def test_a_network_whose_suite_is_faulty_is_not_deployed(monkeypatch, tmp_path):
    (tmp_path / "own.yaml").write_text("suite: series\nbased_on: coasthf\nstation: {drfit: null}\n")
    network = "name: bay\ncoasthf: {addresses: [/csv], everything: true, suite: own.yaml}\n"
    (tmp_path / "bay.yaml").write_text(network)
    monkeypatch.setenv("HALOCLINE_HOME", str(tmp_path))
    monkeypatch.setenv("HALOCLINE_NETWORK", str(tmp_path / "bay.yaml"))
    with pytest.raises(ConfigInvalid, match="did you mean drift"):
        stamp()


def test_a_network_whose_name_begins_with_another_one_keeps_its_deployments():
    """`--prune` deletes what is left of a network, and nothing of its neighbours on the server."""
    bay = {"operate/bay", "pull/bay-argo", "maintain/bay", "pull/bay-old"}
    two = {"operate/bay-two", "pull/bay-two-argo", "maintain/bay-two"}
    assert names_of("bay", among=bay | two | {"operate/bayou"}) == bay
    assert names_of("bay-two", among=bay | two) == two


@pytest.mark.parametrize("kind", sorted(path.stem for path in POOLS.glob("*.yaml")))
def test_every_kind_of_pool_has_the_variables_we_set(kind):
    package, values = pool_variables(kind)
    metadata = json.loads(METADATA.read_text())
    template = with_defaults(metadata, kind=kind, package=package, values=values)
    properties = template["variables"]["properties"]
    assert {name: properties[name]["default"] for name in values} == values
    assert "job_configuration" in template
    with pytest.raises(ConfigInvalid, match="colour"):
        with_defaults(metadata, kind=kind, package=package, values={"colour": "blue"})
