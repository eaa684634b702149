"""A station's tide in the flows: found when it is learned, told and never found again after."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from halocline.learn import tide as tides
from halocline.model.errors import ConfigInvalid
from halocline.model.series import Grid
from halocline.pipeline.coasthf import StationGrids
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.models import load_model, register, station_models
from halocline.pipeline.plan import plan_process
from halocline.pipeline.process import process_platform
from halocline.pipeline.retrain import Trained, learnable, plan_training, train_station
from halocline.pipeline.station_tide import find_tide
from halocline.stores.bucket import Bucket
from tests.samples.archive_store import config_at, processed, pulled
from tests.samples.station import fewer_lessons
from tests.stores_fixtures import folder_bucket
from tests.unit.pipeline.test_retrain import GAP, ONE, current, opened, written

HOURS = np.arange(24 * 60)
START = np.datetime64("2022-01-01T00:00:00")


def heard(**changes: object) -> StationGrids:
    """A station with a level of 60 days, and a neighbour with another."""
    level = Grid(START, 3600, 4 + 2 * np.cos(2 * np.pi * HOURS / 12.4206))
    plain = StationGrids(
        grids={"SLEV": level}, native={}, parameters={}, drivers={"CAPE_SLEV": level},
        variables=("SLEV", "TURB"), latitude=48.3,
    )  # fmt: skip
    return replace(plain, **changes)


def test_a_level_may_be_the_stations_own_or_a_neighbours() -> None:
    for name in ("SLEV", "CAPE_SLEV"):
        found = find_tide(name, platform=ONE, station=heard(), neighbours=("CAPE",))
        assert found.tide is not None
        assert found.tide.level == name
        assert found.tide.latitude == 48.3
        assert found.said == f"tide of {name} from 60 days"


def test_a_level_that_tells_too_little_is_done_without_and_said() -> None:
    short = Grid(START, 3600, HOURS[: 24 * 20].astype(float))
    for name, station, words in (
        ("SLEV", heard(grids={"SLEV": short}), "told from 480 levels over 20 days"),
        ("TURB", heard(), "nothing of TURB can be used"),
        ("BUOY_SLEV", heard(), "nothing of BUOY_SLEV can be used"),
    ):
        found = find_tide(name, platform=ONE, station=station, neighbours=("CAPE", "BUOY"))
        assert found.tide is None
        assert found.said.startswith("without a tide: ")
        assert words in found.said


@pytest.mark.parametrize("name", ["SLEVEL", "CAPE_TEMP", "BUOY_SLEV"])
def test_a_level_nobody_has_is_the_operators_to_correct(name: str) -> None:
    with pytest.raises(ConfigInvalid, match=f"from {name}, .* there are SLEV, TURB, CAPE_SLEV"):
        find_tide(name, platform=ONE, station=heard(), neighbours=("CAPE",))


@pytest.fixture(scope="module")
def learned(tmp_path_factory) -> tuple[Bucket, ProcessConfig, Trained]:
    """TEMP of a station learned with the tide of a level that no product is made of."""
    folder = tmp_path_factory.mktemp("tide")
    written(folder, ONE, seed=3, level=True)
    bucket = folder_bucket(folder)
    config = replace(config_at(folder), series_variables=("TEMP",), series_tide={ONE: "SLEV"})
    pulled(folder, bucket=bucket)
    (job,) = plan_training(bucket, config=config).jobs
    with fewer_lessons():
        return bucket, config, train_station(job, bucket=bucket, config=config)


def test_the_tide_is_the_models(learned) -> None:
    bucket, config, trained = learned
    assert trained.event is not None
    assert trained.detail == "TEMP: learned from 208 days; tide of SLEV from 208 days"
    register([trained.event], bucket=bucket, run="retrain")
    model = load_model(station_models(bucket)[ONE], bucket=bucket)
    assert set(model.variables) == {"TEMP"}
    assert model.variables["TEMP"].drivers == ("tide_of_SLEV",)
    assert model.tide is not None
    assert model.tide.constituents[0] == "M2"
    assert plan_training(bucket, config=config).jobs == ()
    for other in ({}, {ONE: "PSAL"}):
        changed = replace(config, series_tide=other)
        assert len(plan_training(bucket, config=changed).jobs) == 1


def test_a_product_is_filled_with_the_tide_that_was_found(learned, monkeypatch) -> None:
    bucket, config, trained = learned
    register([trained.event], bucket=bucket, run="retrain")

    def refuse(*_args: object, **_how: object) -> None:
        raise AssertionError("the tide was analysed again")

    monkeypatch.setattr("utide.solve", refuse)
    processed(bucket, config, run="with the tide")
    told = opened(bucket, ONE)
    assert told.attrs["processing_models"] == f"coasthf-{ONE}:{trained.event['version']}"
    assert np.isfinite(told["TEMP_FILLED"].values[slice(*GAP)]).all()
    (job,) = plan_process(bucket, config=config, force=True).coasthf
    again = process_platform(job, bucket=bucket, config=config)
    assert again.event is not None
    assert again.event["version"] == current(bucket)[ONE].version


def test_too_short_a_record_is_learned_without_and_told(learned, monkeypatch) -> None:
    bucket, config, _trained = learned
    monkeypatch.setattr(tides, "SHORTEST_DAYS", 300.0)
    (job,) = plan_training(bucket, config=config, force=True).jobs
    found = learnable(job, bucket=bucket, config=config)
    assert found.variables == ("TEMP",)
    assert found.tide is None
    assert "; without a tide: a tide cannot be told from 5000 levels over 208 days" in found.detail


def test_a_level_of_no_such_name_stops_the_training(learned, tmp_path: Path) -> None:
    bucket, config, _trained = learned
    wrong = replace(config, series_tide={ONE: "SEALEVEL"})
    (job,) = plan_training(bucket, config=wrong, force=True).jobs
    with pytest.raises(ConfigInvalid, match="there are PSAL, SLEV, TEMP: correct `tide`"):
        train_station(job, bucket=bucket, config=wrong)
