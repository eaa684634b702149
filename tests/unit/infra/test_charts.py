"""The charts render our values to objects that Kubernetes knows, where helm and charts are at hand.

No package index holds the charts: `helm pull --untar` puts them into a folder, HALOCLINE_CHARTS.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.samples.compose import ROOT

CHARTS = {
    "prefect-server": "prefect-server.yaml",
    "prefect-worker": "prefect-worker.yaml",
    "dask-kubernetes-operator": "dask-operator.yaml",
}
FOREIGN = ("CustomResourceDefinition",)
"""Kinds whose content no schema of Kubernetes describes."""


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_renders_our_values(chart: str) -> None:
    helm = shutil.which("helm")
    folder = Path(os.environ.get("HALOCLINE_CHARTS", "/nowhere")) / chart
    if helm is None or not folder.is_dir():
        pytest.skip("no helm, or no chart in the folder HALOCLINE_CHARTS: helm pull --untar")
    import kubernetes_validate  # noqa: PLC0415  100 MB of schemas, read when needed

    values = ROOT / "infra" / "kubernetes" / CHARTS[chart]
    done = subprocess.run(
        [helm, "template", "halocline", str(folder), "--values", str(values)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = [one for one in yaml.safe_load_all(done.stdout) if one]
    assert made
    for one in made:
        if one["kind"] not in FOREIGN:
            kubernetes_validate.validate(one, "1.34", strict=True)
