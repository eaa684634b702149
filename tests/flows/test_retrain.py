"""The flows `pull`, `retrain`, `process` on a folder: a station with a river and its tide."""

import subprocess
import sys
from pathlib import Path

import pytest

from halocline.networks import dump_network
from halocline.pipeline.catalogue import published
from halocline.pipeline.models import load_model, station_models
from halocline.settings import child_environment
from halocline.stores.tables import Tables
from tests.stores_fixtures import folder_bucket, known_fit
from tests.unit.pipeline.test_outside import network, river
from tests.unit.pipeline.test_retrain import ONE, opened, written

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

# Pulled and processed by the stack's workers; one in this very process sees the smaller numbers.
CODE = """
import os, sys
from pathlib import Path
from distributed import LocalCluster
from halocline.gapfill import _boosting
from halocline.learn import contest_draw

from flows.context import open_run
from flows.process import process
from flows.pull import pull
from flows.retrain import retrain
from halocline.pipeline.plan import plan_process
from halocline.pipeline.process import process_platform
from halocline.pipeline.retrain import plan_training, train_station

network, workers = Path(sys.argv[1]), os.environ["HALOCLINE_DASK_ADDRESS"]
print("pulled:", pull(network).received)
store = open_run(network).bucket
(lost,) = store.list("raw/coriolis_cotier/")
store.delete(lost)
print("mended:", pull(network).mended, pull(network, again=("62000??",)).mended)
contest_draw.LESSON_GAPS = (30, 140, 210, 240, 40, 30)
contest_draw.EXAM_GAPS = (12, 12, 12, 12, 10, 8)
_boosting.ROUNDS = 30
with LocalCluster(n_workers=2, threads_per_worker=1, processes=False, protocol="tcp://",
                  host="127.0.0.1", dashboard_address="127.0.0.1:0") as cluster:
    os.environ["HALOCLINE_DASK_ADDRESS"] = cluster.scheduler_address
    for _turn in range(2):
        done = retrain(network)
        print("learned:", [one.platform for one in done.stations], done.up_to_date)
os.environ["HALOCLINE_DASK_ADDRESS"] = workers
print("made:", process(network).planned)

here = open_run(network)
(job,) = plan_training(here.bucket, config=here.config, force=True).jobs
alone = train_station(job, bucket=here.bucket, config=here.config)
print("alone:", alone.event["version"], alone.detail)
(job,) = plan_process(here.bucket, config=here.config, force=True).coasthf
print("again:", process_platform(job, bucket=here.bucket, config=here.config).event["version"])
"""


def test_the_flow_learns_names_and_notes_and_does_not_learn_twice(stack, tmp_path: Path) -> None:
    """One worker finds the tide for both variables; two learn and fill what one process does."""
    written(tmp_path, ONE, seed=3, level=True)
    river(tmp_path / "rivers")
    bucket, found = (
        known_fit(folder_bucket(tmp_path)),
        network(tmp_path, variables=("TEMP", "PSAL")),
    )
    file = tmp_path / "cove.yaml"
    file.write_text(dump_network(found))
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(file)],
        env={**child_environment(stack.settings), "HALOCLINE_STORE": bucket.url},
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "pulled: 2" in done.stdout
    assert "mended: 0 1" in done.stdout
    assert f"learned: ['{ONE}'] 0" in done.stdout, done.stderr[-3000:]
    assert "learned: [] 1" in done.stdout
    model = station_models(bucket)[ONE]
    assert f"alone: {model.version}" in done.stdout, "two workers learn what one process learns"
    assert "tide of SLEV from 208 days" in done.stdout
    learned = load_model(model, bucket=bucket).variables
    assert {name: one.drivers for name, one in learned.items()} == dict.fromkeys(
        ("PSAL", "TEMP"), ("SEINE_FLOW", "tide_of_SLEV")
    )
    (product,) = published(bucket)
    assert f"again: {product.version}" in done.stdout
    attributes = opened(bucket, ONE)["TEMP_FILLED"].attrs
    assert attributes["fill_drivers"] == "SEINE_FLOW, tide_of_SLEV"
    assert attributes["fill_drivers_known"].tolist() == [1.0, 1.0]
    rows = [row for row in Tables(bucket).read("runs").to_pylist() if row["flow"] == "retrain"]
    assert len(rows) == 2
    assert any(model.version in row["summary"] for row in rows)
