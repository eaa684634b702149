"""Dockerfile, compose and Kubernetes files: valid by their schemas, and safe by our own rules."""

import json
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from halocline.settings import VARIABLES, resolve
from infra.health import main as health_main
from infra.seaweed_container import command
from tasks.turns import TRAIN
from tests.samples.compose import COMPOSE, ROOT, VARIABLE, env_example, read_compose

KUBERNETES = ROOT / "infra" / "kubernetes"
DOCKERFILE = ROOT / "infra" / "Dockerfile"
MANIFESTS = ("jobs.yaml", "secrets.example.yaml")
OURS = ("prefect-server", "prefect-services", "prefect-worker", "migrate", "deploy", "s3",
        "dask-scheduler", "dask-worker", "dask-poll-worker")  # fmt: skip


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return read_compose(env_example())


def test_compose_obeys_the_specification(compose: dict[str, Any]) -> None:
    schema = json.loads((ROOT / "tests/golden/schemas/compose-spec.json").read_text())
    plain = json.loads(json.dumps(compose))
    del plain["name"]  # younger than the schema
    for service in plain["services"].values():  # numbers that stood in a variable
        replicas = service.get("deploy", {}).get("replicas")
        assert replicas is None or isinstance(replicas, int)
    jsonschema.Draft201909Validator(schema).validate(plain)
    plain["services"]["s3"]["comand"] = "typo"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft201909Validator(schema).validate(plain)


def test_every_variable_of_compose_is_in_the_example_and_none_else() -> None:
    used = {found["name"] for found in VARIABLE.finditer(COMPOSE.read_text())}
    assert used == set(env_example())
    secret = [name for name in used if not name.endswith("WORKERS")]
    for name in secret:
        assert re.search(rf"\$\{{{name}:\?", COMPOSE.read_text()), f"{name} may be left empty"
        assert "change-me" in env_example()[name]


def test_authentication_vacuum_and_separate_services_are_on(compose: dict[str, Any]) -> None:
    server = compose["services"]["prefect-server"]
    assert server["environment"]["PREFECT_SERVER_API_AUTH_STRING"]
    assert server["environment"]["PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED"] == "events,flow_runs"
    assert server["environment"]["PREFECT_SERVER_DOCKET_URL"].startswith("redis://")
    assert "--no-services" in server["command"]
    assert compose["services"]["prefect-services"]["command"][-2:] == ["services", "start"]


def test_nothing_is_offered_to_the_world(compose: dict[str, Any]) -> None:
    doors = [port for one in compose["services"].values() for port in one.get("ports", [])]
    assert doors == ["127.0.0.1:4200:4200"]
    assert compose["networks"]["servers"]["internal"] is True
    databases = {"postgres", "redis"}
    assert all(compose["services"][name]["networks"] == ["servers"] for name in databases)


@pytest.mark.parametrize("name", OURS)
def test_our_containers_may_do_little_and_say_how_they_are(
    compose: dict[str, Any], name: str
) -> None:
    service = compose["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["healthcheck"].get("disable") or service["healthcheck"]["test"][0] == "CMD"


def test_every_setting_named_in_the_files_exists(compose: dict[str, Any]) -> None:
    named = {
        variable
        for one in compose["services"].values()
        for variable in (one.get("environment") or {})
        if variable.startswith("HALOCLINE_")
    }
    text = "".join(path.read_text() for path in KUBERNETES.glob("*.yaml"))
    named |= set(re.findall(r"HALOCLINE_\w+", text))
    assert named <= set(VARIABLES.values())


def compose_workers(compose: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Name and command of the services that are Dask workers."""
    services = compose["services"]
    return [(name, services[name]["command"]) for name in ("dask-worker", "dask-poll-worker")]


def kubernetes_workers() -> list[tuple[str, list[str]]]:
    """Name and command of the Dask workers: the cluster's own, and those of further groups."""
    return [
        (one["metadata"]["name"], one["spec"]["worker"]["spec"]["containers"][0]["args"])
        for one in documents(KUBERNETES / "dask-cluster.yaml")
    ]


def test_some_workers_learn_and_one_is_left_for_polls(compose: dict[str, Any]) -> None:
    for found in (compose_workers(compose), kubernetes_workers()):
        (_name, learns), (_other, polls) = found
        assert sorted({*learns} - {*polls}) == [f"--resources={TRAIN}=1"]
        assert {*polls} <= {*learns}
    assert compose["services"]["dask-poll-worker"]["deploy"]["replicas"] == 1


def test_one_numerical_thread_and_one_thread_a_dask_worker(compose: dict[str, Any]) -> None:
    for workers, one in (*compose_workers(compose), *kubernetes_workers()):
        assert "--nthreads=1" in one, workers
        assert "--preload=infra.dask_preload" in one, workers
    assert "OMP_NUM_THREADS=1" in DOCKERFILE.read_text()


def test_the_image_runs_as_nobody_special_and_is_pinned() -> None:
    text = DOCKERFILE.read_text()
    assert re.search(r"^USER 1001:1001$", text, re.M)
    assert text.index("USER 1001") > text.rindex("RUN ")
    assert "-c constraints.txt" in text
    assert re.search(r"^HEALTHCHECK ", text, re.M)
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M):
        assert all((ROOT / one).exists() for one in source.split()), source
    ignored = (ROOT / "infra/Dockerfile.dockerignore").read_text().splitlines()
    wanted = {one for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M)
              for one in line.split()}  # fmt: skip
    assert {line[1:] for line in ignored if line.startswith("!")} == wanted


def test_the_dockerfile_passes_the_linter() -> None:
    linter = shutil.which("hadolint", path=sysconfig.get_path("scripts"))
    if linter is None:
        pytest.skip("no hadolint for this platform")
    done = subprocess.run([linter, DOCKERFILE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def documents(path: Path) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(path.read_text()) if one]


@pytest.mark.parametrize("name", MANIFESTS)
def test_manifests_obey_their_schemas(name: str) -> None:
    import kubernetes_validate  # noqa: PLC0415  100 MB of schemas, read when needed

    for one in documents(KUBERNETES / name):
        kubernetes_validate.validate(one, "1.34", strict=True)


def test_the_pods_of_the_dask_cluster_obey_their_schema() -> None:
    import kubernetes_validate  # noqa: PLC0415

    cluster, group = documents(KUBERNETES / "dask-cluster.yaml")
    assert (cluster["apiVersion"], cluster["kind"]) == ("kubernetes.dask.org/v1", "DaskCluster")
    assert (group["apiVersion"], group["kind"]) == (cluster["apiVersion"], "DaskWorkerGroup")
    assert group["spec"]["cluster"] == cluster["metadata"]["name"]
    spec = cluster["spec"]
    for part in (spec["worker"], spec["scheduler"], group["spec"]["worker"]):
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "part"},
               "spec": part["spec"]}  # fmt: skip
        kubernetes_validate.validate(pod, "1.34", strict=True)
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"},
               "spec": spec["scheduler"]["service"]}  # fmt: skip
    kubernetes_validate.validate(service, "1.34", strict=True)
    broken = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {"container": []},
    }
    with pytest.raises(Exception, match="container"):
        kubernetes_validate.validate(broken, "1.34", strict=True)


def containers() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """(name and number, pod spec, container) of every pod we describe ourselves."""
    cluster, group = documents(KUBERNETES / "dask-cluster.yaml")
    pods = [cluster["spec"][part]["spec"] for part in ("worker", "scheduler")]
    pods.append(group["spec"]["worker"]["spec"])
    for one in documents(KUBERNETES / "jobs.yaml"):
        spec = one["spec"]
        pods.append(spec.get("jobTemplate", one)["spec"]["template"]["spec"])
    return [
        (f"{each['name']} {number}", pod, each)
        for number, pod in enumerate(pods)
        for each in pod["containers"]
    ]


@pytest.mark.parametrize(
    ("pod", "container"), [pytest.param(pod, one, id=name) for name, pod, one in containers()]
)
def test_pods_are_as_tight_as_containers(pod: dict[str, Any], container: dict[str, Any]) -> None:
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert set(container["resources"]) == {"requests", "limits"}
    mounts = {one["name"] for one in container["volumeMounts"]}
    assert mounts == {one["name"] for one in pod["volumes"]}


def test_every_secret_that_is_named_is_in_the_example() -> None:
    known = {one["metadata"]["name"]: set(one["stringData"]) for one in
             documents(KUBERNETES / "secrets.example.yaml")}  # fmt: skip
    text = "".join(
        path.read_text() for path in KUBERNETES.glob("*.yaml") if "secrets" not in path.name
    )
    for name, key in re.findall(r"secretKeyRef: \{name: ([\w-]+), key: ([\w-]+)\}", text):
        assert key in known[name]
    for name in re.findall(
        r"(?:secretRef: \{name|existingSecret|extraEnvVarsSecret): ([\w-]+)", text
    ):
        assert name in known


def test_the_helm_values_keep_our_promises() -> None:
    (server,), (worker,) = (documents(KUBERNETES / f"prefect-{one}.yaml")
                            for one in ("server", "worker"))  # fmt: skip
    assert server["server"]["basicAuth"]["enabled"] is True
    assert worker["worker"]["apiConfig"] == "selfHostedServer"
    api = worker["worker"]["selfHostedServerApiConfig"]
    assert api["basicAuth"] == server["server"]["basicAuth"]
    assert server["backgroundServices"]["runAsSeparateDeployment"] is True
    services = {one["name"]: one.get("value") for one in server["backgroundServices"]["env"]}
    assert services["PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED"] == "events,flow_runs"
    assert "PREFECT_SERVER_DOCKET_URL" in services
    assert server["sqlite"]["enabled"] is False
    assert worker["worker"]["replicaCount"] >= 2
    images = {server["global"]["prefect"]["image"]["prefectTag"],
              worker["worker"]["image"]["prefectTag"]}  # fmt: skip
    assert {f"halocline:{tag}" for tag in images} == {
        read_compose(env_example())["x-image"]["image"]
    }


def test_the_container_of_the_store_asks_for_the_key_it_was_given(tmp_path: Path) -> None:
    settings = resolve({"HALOCLINE_HOME": str(tmp_path), "HALOCLINE_S3_KEY": "AKEY",
                        "HALOCLINE_S3_SECRET": "asecret"})  # fmt: skip
    argv, environment = command(settings)
    assert argv[-1] == "-ip.bind=0.0.0.0"
    assert "asecret" not in " ".join(argv)
    (identity,) = json.loads((tmp_path / "s3_identities.json").read_text())["identities"]
    assert identity["credentials"] == [{"accessKey": "AKEY", "secretKey": "asecret"}]
    assert command(settings)[1]["WEED_JWT_SIGNING_KEY"] == environment["WEED_JWT_SIGNING_KEY"]


def test_a_health_check_of_nothing_fails() -> None:
    assert health_main("http://127.0.0.1:1/health") == 1
