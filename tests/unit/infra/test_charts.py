"""The charts render our values to objects that Kubernetes knows, and those values change them.

The chart of Dask's operator comes with its package. No package index holds Prefect's: `helm pull
--untar` puts them into a folder, HALOCLINE_CHARTS.
"""

import os
import shutil
import subprocess
import sysconfig
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.samples.compose import ROOT

KUBERNETES = ROOT / "infra" / "kubernetes"
OPERATOR = "dask-kubernetes-operator"
CHARTS = {
    "prefect-server": "prefect-server.yaml",
    "prefect-worker": "prefect-worker.yaml",
    OPERATOR: "dask-operator.yaml",
}
FOREIGN = ("CustomResourceDefinition",)
"""Kinds whose content no schema of Kubernetes describes."""


def chart_of(name: str) -> Path:
    package = find_spec("dask_kubernetes")
    if name == OPERATOR and package is not None and package.submodule_search_locations:
        return Path(package.submodule_search_locations[0], "operator/deployment/helm", name)
    return Path(os.environ.get("HALOCLINE_CHARTS", "/nowhere")) / name


def rendered(name: str, *, values: Path | None) -> list[dict[str, Any]]:
    """What helm makes of a chart, with our values or its own."""
    folder = chart_of(name)
    scripts = sysconfig.get_path("scripts")
    helm = shutil.which("helm", path=scripts) or shutil.which("helm")
    if helm is None:
        pytest.skip("no helm for this platform")
    if not folder.is_dir():
        pytest.skip(f"no chart {name} in the folder HALOCLINE_CHARTS: helm pull --untar")
    ours = [] if values is None else ["--values", str(values)]
    done = subprocess.run(
        [helm, "template", "halocline", str(folder), "--namespace", "halocline", *ours],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [one for one in yaml.safe_load_all(done.stdout) if one]


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_renders_our_values(chart: str) -> None:
    made = rendered(chart, values=KUBERNETES / CHARTS[chart])
    assert made
    import kubernetes_validate  # noqa: PLC0415  100 MB of schemas, read when needed

    for one in made:
        if one["kind"] not in FOREIGN:
            kubernetes_validate.validate(one, "1.34", strict=True)


def test_the_operator_sees_its_namespace_and_is_allowed_no_more() -> None:
    """A Role of one namespace and an operator that asks for all of them do not fit."""
    made = rendered(OPERATOR, values=KUBERNETES / CHARTS[OPERATOR])
    kinds = {one["kind"] for one in made}
    assert {"Role", "RoleBinding"} <= kinds
    assert not any(kind.startswith("ClusterRole") for kind in kinds)
    (deployment,) = [one for one in made if one["kind"] == "Deployment"]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert "--namespace=halocline" in container["args"]
    assert "--all-namespaces" not in container["args"]
    assert container["resources"]["limits"] == {"cpu": "500m", "memory": "512Mi"}
    assert any(one["kind"] == "ClusterRole" for one in rendered(OPERATOR, values=None))


@pytest.mark.parametrize(("number", "file"), [(0, "daskcluster"), (1, "daskworkergroup")])
def test_the_cluster_is_one_the_operator_knows(number: int, file: str) -> None:
    definition = chart_of(OPERATOR) / "crds" / f"{file}.yaml"
    if not definition.is_file():
        pytest.skip("dask-kubernetes is not installed")
    versions = yaml.safe_load(definition.read_text())["spec"]["versions"]
    (schema,) = [one["schema"]["openAPIV3Schema"] for one in versions if one["name"] == "v1"]
    found = list(yaml.safe_load_all((KUBERNETES / "dask-cluster.yaml").read_text()))
    spec = found[number]["spec"]
    closed = jsonschema.Draft7Validator(_closed(schema["properties"]["spec"]))
    assert [one.message for one in closed.iter_errors(spec)] == []
    spec["replica"] = 3
    assert not closed.is_valid(spec), "a misspelt key, which the server would drop in silence"


def _closed(schema: Any) -> Any:
    """A schema that refuses keys it does not name, but where it says otherwise."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _closed(one) for key, one in schema.items()}
    is_open = "additionalProperties" in schema or schema.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(schema.get("properties"), dict) and not is_open:
        made["additionalProperties"] = False
    if made.pop("x-kubernetes-int-or-string", None):
        made["type"] = ["integer", "string"]
    return made
