"""Models of stations on a folder: learned apart, applied without fitting, gone back to."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from halocline.gapfill import _boosting
from halocline.model.errors import ConfigInvalid
from halocline.model.estimates import Origin
from halocline.pipeline import coasthf
from halocline.pipeline.catalogue import published
from halocline.pipeline.compare import Pair, compare_pair, revision
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.model_id import ModelId
from halocline.pipeline.models import (
    ModelDamaged,
    current_models,
    folder_of,
    history,
    keep_files,
    load_model,
    register,
    station_models,
    use,
)
from halocline.pipeline.plan import plan_process
from halocline.pipeline.process import process_platform
from halocline.pipeline.read import decode
from halocline.pipeline.retrain import Learnable, assembled, plan_training, train_station
from halocline.stores._s3 import S3
from halocline.stores.bucket import Bucket
from tests.samples.archive_store import config_at, processed, pulled
from tests.samples.station import fewer_lessons, station, without
from tests.stores_fixtures import copied, folder_bucket, s3_bucket

ONE, TWO = "6200001", "6200002"
GAP, LATE = (3000, 3200), (3080, 3120)
"""TEMP missing, in hours of 2022; the part of it that a later delivery brings."""


def written(
    folder: Path, platform: str, *, seed: int, late: bool = False, level: bool = False
) -> None:
    """A made station as the provider delivers it, TEMP with a gap, or its late part alone.

    `level`: with the sea's height, a tide of two metres.
    """
    grids = station(seed=seed)
    temp = grids["TEMP"] if late else without(grids["TEMP"], GAP)
    rows = range(*LATE) if late else range(temp.value.size)
    place = folder / "coasthf/coriolis_cotier_csv"
    place.mkdir(parents=True, exist_ok=True)
    names = ["PLATFORM", "DATE (yyyy-mm-ddThh:mi:ssZ)", "LATITUDE (degree_north)"]
    names += ["LONGITUDE (degree_east)", "TEMP LEVEL1 (degree_Celsius)", "PSAL LEVEL1 (psu)"]
    names += [*(["SLEV LEVEL1 (m)"] if level else []), "QC"]
    lines = [",".join(names)]
    for row in rows:
        known = np.isfinite(temp.value[row])
        told = f"{temp.value[row]:.3f}" if known else ""
        psal = grids["PSAL"].value[row]
        flags = f"1111{1 if known else 9}1{'1' * level}"
        height = f"{4 + 2 * np.cos(2 * np.pi * row / 12.4206):.3f}," if level else ""
        lines.append(
            f"{platform},{temp.time[row]}Z,48.3000,-4.5000,{told},{psal:.3f},{height}{flags}"
        )
    month = "202210" if late else "202207"
    (place / f"OC_{month}_TS_MO_{platform}.csv").write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def small():
    with fewer_lessons():
        yield


@pytest.fixture(scope="module")
def template(small, tmp_path_factory) -> tuple[Path, Bucket, ProcessConfig, dict]:
    """Two stations received, published without a model; then the first one learned, not named."""
    folder = tmp_path_factory.mktemp("retrain")
    written(folder, ONE, seed=3)
    written(folder, TWO, seed=4)
    bucket, config = folder_bucket(folder), config_at(folder)
    pulled(folder, bucket=bucket)
    processed(bucket, config, run="before")
    (job,) = plan_training(bucket, config=config, stations=[ONE]).jobs
    done = train_station(job, bucket=bucket, config=config)
    assert done.event is not None, done.detail
    return folder, bucket, config, done.event


@pytest.fixture
def store(template, tmp_path) -> Bucket:
    return copied(template[1], tmp_path)


def current(bucket: Bucket):
    return {one.platform: one for one in published(bucket)}


def opened(bucket: Bucket, platform: str):
    return decode(bucket.get(f"{current(bucket)[platform].path}/product.nc"))


def test_a_model_that_nothing_points_to_changes_nothing(template, store) -> None:
    config = template[2]
    assert station_models(store) == {}
    assert plan_process(store, config=config).coasthf == ()


def test_a_new_model_makes_its_station_anew_and_no_other(template, store) -> None:
    _folder, _bucket, config, event = template
    before = current(store)
    register([event], bucket=store, run="retrain")
    assert {job.platform for job in plan_process(store, config=config).coasthf} == {ONE}
    processed(store, config, run="after")
    after = current(store)
    assert after[TWO].version == before[TWO].version
    assert after[ONE].version != before[ONE].version
    told = opened(store, ONE)
    assert told.attrs["processing_models"] == f"coasthf-{ONE}:{event['version']}"
    assert opened(store, TWO).attrs["processing_models"] == "none"
    inside = told["TEMP_ORIGIN"].values[slice(*GAP)]
    assert set(inside.tolist()) <= {int(Origin.MODELLED), int(Origin.INTERPOLATED)}
    assert plan_process(store, config=config).coasthf == ()


def test_a_model_is_applied_without_fitting(template, store, monkeypatch) -> None:
    _folder, _bucket, config, event = template
    register([event], bucket=store, run="retrain")

    def refuse(*_args: object, **_changes: object) -> None:
        raise AssertionError("something was fitted")

    monkeypatch.setattr(_boosting, "grow", refuse)
    monkeypatch.setattr(coasthf, "fill_series", lambda grids, **_how: refuse() if grids else {})
    processed(store, config, run="after")
    assert np.isfinite(opened(store, ONE)["TEMP_FILLED"].values[slice(*GAP)]).all()


def test_going_back_publishes_the_bytes_of_before(template, store) -> None:
    _folder, _bucket, config, event = template
    older = event | {"version": "0" * 64}
    for file in ("model.json", "trees.txt.gz"):
        store.put(
            f"models/{event['name']}/{'0' * 64}/{file}",
            store.get(f"models/{event['name']}/{event['version']}/{file}"),
        )
    register([event], bucket=store, run="first")
    processed(store, config, run="with the first")
    version = current(store)[ONE].version
    register([older], bucket=store, run="second")
    (job,) = plan_process(store, config=config).coasthf
    assert job.model.version == "0" * 64
    aside = process_platform(job, bucket=store, config=config)
    assert aside.event is None, "what was made with the first model stands"
    assert "does not hold the model" in aside.quarantined[0].detail
    assert f"halocline models use {event['name']}" in aside.quarantined[0].detail
    store.delete(f"models/{event['name']}/{'0' * 64}/trees.txt.gz")
    aside = process_platform(job, bucket=store, config=config)
    assert "lacks a file of the model" in aside.quarantined[0].detail
    use(event["name"], event["version"][:8], bucket=store, run="operator")
    assert plan_process(store, config=config).coasthf == ()
    assert current(store)[ONE].version == version
    assert [one["version"] for one in history(store, name=event["name"])][1] == "0" * 64
    use(event["name"], "none", bucket=store, run="operator")
    processed(store, config, run="without")
    assert current(store)[ONE].version == current(template[1])[ONE].version
    assert plan_training(store, config=config, stations=[ONE]).jobs == ()


@pytest.mark.stack
def test_learning_again_mends_what_the_store_damaged_and_touches_nothing_else(
    template, s3_server, tmp_path, monkeypatch
) -> None:
    _folder, origin, config, event = template
    model, bucket = ModelId(event["name"], event["version"]), s3_bucket(s3_server, tmp_path)
    place = folder_of(model)
    whole = {key.rpartition("/")[2]: origin.get(key) for key in origin.list(f"{place}/")}
    (job,) = plan_training(origin, config=config, stations=[ONE], force=True).jobs
    found = Learnable(("PSAL", "TEMP"), "learned from 208 days")
    assert keep_files(whole, name=model.name, bucket=bucket).mended == ()
    bucket.put(f"{place}/trees.txt.gz", whole["trees.txt.gz"][:-9] + b"elsewhere")
    bucket.delete(f"{place}/card.md")
    with pytest.raises(ModelDamaged, match="learn the station again"):
        load_model(model, bucket=bucket)
    overwritten, put = [], S3.put
    monkeypatch.setattr(
        S3, "put", lambda self, key, bytes_: (overwritten.append(key), put(self, key, bytes_))
    )
    learned = assembled(job, [whole], found=found, bucket=bucket)
    assert learned.event["version"] == model.version
    assert learned.detail.endswith("damaged in the store, mended: card.md, trees.txt.gz")
    assert overwritten == [f"{place}/trees.txt.gz"]
    assert {name: bucket.get(f"{place}/{name}") for name in whole} == whole
    assert set(load_model(model, bucket=bucket).variables) == {"PSAL", "TEMP"}
    again = assembled(job, [whole], found=found, bucket=bucket)
    assert "mended" not in again.detail
    assert len(overwritten) == 1


def test_only_a_known_version_can_be_used(template, store) -> None:
    event = template[3]
    with pytest.raises(ConfigInvalid, match="there are: none"):
        use(event["name"], "1234", bucket=store, run="operator")
    register([event], bucket=store, run="retrain")
    with pytest.raises(ConfigInvalid, match=event["version"][:12]):
        use(event["name"], "no such", bucket=store, run="operator")


def test_stations_are_learned_again_when_their_data_change(template, store) -> None:
    _folder, _bucket, config, event = template
    assert [one.platform for one in plan_training(store, config=config).jobs] == [ONE, TWO]
    register([event], bucket=store, run="retrain")
    plan = plan_training(store, config=config)
    assert ([one.platform for one in plan.jobs], plan.up_to_date) == ([TWO], 1)
    assert len(plan_training(store, config=config, force=True).jobs) == 2
    seeded = replace(config, seed=config.seed + 1)
    weighed = replace(config, series_tail_weight=3.0)
    for other in (seeded, weighed):
        assert len(plan_training(store, config=other).jobs) == 2
    with pytest.raises(ConfigInvalid, match="stations: 6200001, 6200002"):
        plan_training(store, config=config, stations=["6209999"])


def test_a_short_history_is_not_learned_from(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("halocline.pipeline.retrain.MIN_HISTORY_DAYS", 1000)
    written(tmp_path, ONE, seed=3)
    bucket, config = folder_bucket(tmp_path), config_at(tmp_path)
    pulled(tmp_path, bucket=bucket)
    (job,) = plan_training(bucket, config=config).jobs
    done = train_station(job, bucket=bucket, config=config)
    assert done.event is None
    assert "1000 days" in done.detail


def test_late_data_revise_the_fill_and_the_revision_is_told(template, store, tmp_path) -> None:
    """Half of a gap arrives later: measured there, estimated anew beside it, both versions kept."""
    _folder, _bucket, config, event = template
    register([event], bucket=store, run="retrain")
    processed(store, config, run="early")
    early, before = current(store)[ONE], opened(store, ONE)
    late = tmp_path / "late"
    written(late, ONE, seed=3, late=True)
    pulled(late, bucket=store, received="2025-01-11T00:00:00Z", run="late")
    processed(store, config, run="late")
    now, after = current(store)[ONE], opened(store, ONE)
    arrived = slice(*LATE)
    assert (before["TEMP_ORIGIN"].values[arrived] != Origin.MEASURED).all()
    assert (after["TEMP_ORIGIN"].values[arrived] == Origin.MEASURED).all()
    truth = station(seed=3)["TEMP"].value[arrived]
    assert after["TEMP_FILLED"].values[arrived] == pytest.approx(truth, abs=1e-9)
    still = slice(GAP[0], LATE[0])
    assert (after["TEMP_FILLED"].values[still] != before["TEMP_FILLED"].values[still]).any()
    outside = slice(0, GAP[0] - 800)
    assert after["TEMP"].values[outside].tobytes() == before["TEMP"].values[outside].tobytes()
    pair = Pair("coasthf", ONE, 2022, early.version, early.path, now.version, now.path)
    (change,) = [one for one in compare_pair(pair, bucket=store).changes if one.variable == "TEMP"]
    assert change.largest > 0
    assert change.revised >= np.count_nonzero(
        after["TEMP_FILLED"].values[still] != before["TEMP_FILLED"].values[still]
    )
    assert revision(store, platform=ONE) == revision(store, platform=ONE, year=2022) == [pair]
    assert revision(store, platform=ONE, year=1999) == []
    assert after.attrs["processing_reference_time"] > before.attrs["processing_reference_time"]


def test_a_neighbour_is_learned_from_and_listed(template, store) -> None:
    """Its values enter the model and the estimates; a product holds none of them, and says so."""
    config = replace(
        template[2], series_variables=("TEMP",), series_neighbours={ONE: (TWO,), TWO: ("6209999",)}
    )
    jobs = {job.platform: job for job in plan_training(store, config=config).jobs}
    assert {one.platform for one in jobs[ONE].inputs} == {ONE, TWO}
    assert {one.platform for one in jobs[TWO].inputs} == {TWO}
    done = train_station(jobs[ONE], bucket=store, config=config)
    assert done.event is not None, done.detail
    register([done.event], bucket=store, run="retrain")
    model = load_model(station_models(store)[ONE], bucket=store)
    assert model.variables["TEMP"].drivers == (f"{TWO}_PSAL", f"{TWO}_TEMP")
    processed(store, config, run="driven")
    assert not any(TWO in name for name in opened(store, ONE).variables)
    files = {name: f"OC_202207_TS_MO_{name}.csv" for name in (ONE, TWO)}
    for platform, named in ((ONE, {files[ONE], files[TWO]}), (TWO, {files[TWO]})):
        manifest = json.loads(store.get(f"{current(store)[platform].path}/manifest.json"))
        assert {one["file"].rpartition("/")[2] for one in manifest["inputs"]} == named


def test_a_model_of_older_code_is_done_without_until_it_is_learned_anew(
    template, store, caplog
) -> None:
    _folder, _bucket, config, event = template
    files = {
        name: store.get(f"models/{event['name']}/{event['version']}/{name}")
        for name in ("model.json", "trees.txt.gz", "card.md", "calibration.json")
    }
    files["model.json"] = files["model.json"].replace(b'"GateRow"', b'"GateRowOfOld"')
    older = keep_files(files, name=event["name"], bucket=store).model
    register([event | {"version": older.version}], bucket=store, run="older code")
    processed(store, config, run="after the upgrade")
    told = opened(store, ONE)
    assert told.attrs["processing_models"] == "none"
    assert np.isfinite(told["TEMP_FILLED"].values[slice(*GAP)]).all()
    assert "filled without its model until `retrain` has run" in caplog.text
    assert plan_process(store, config=config).coasthf == ()
    register([event], bucket=store, run="retrain")
    assert [job.platform for job in plan_process(store, config=config).coasthf] == [ONE]


KILLED = """
import os, signal, sys
from pathlib import Path
from halocline.learn import contest
from halocline.pipeline.retrain import plan_training, train_station
from tests.samples.archive_store import config_at
from tests.stores_fixtures import copied, folder_bucket

fitted = contest._judge
def judge(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
contest._judge = judge
folder, origin = Path(sys.argv[1]), Path(sys.argv[2])
bucket, config = folder_bucket(folder), config_at(origin)
job, = plan_training(bucket, config=config, stations=[sys.argv[3]], force=True).jobs
train_station(job, bucket=bucket, config=config)
"""


def test_a_training_killed_in_mid_fit_leaves_the_model_before(template, store, tmp_path) -> None:
    folder, _bucket, _config, event = template
    register([event], bucket=store, run="retrain")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), str(folder), ONE],
        check=False, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]
    named = current_models(store)[event["name"]]
    assert named["version"] == event["version"]
    model = station_models(store)[ONE]
    assert store.list(f"models/{event['name']}/") == store.list(f"{folder_of(model)}/")
    assert set(load_model(model, bucket=store).variables) == {"TEMP", "PSAL"}
