"""Rivers from elsewhere: pulled and versioned, looked at by stations, never published."""

import gzip
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from flows.context import config_of
from halocline.model.errors import SourceUnavailable
from halocline.model.quarantine import Reason
from halocline.networks import Network
from halocline.pipeline.catalogue import published
from halocline.pipeline.coasthf import neighbour_grids
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.models import load_model, register, station_models
from halocline.pipeline.outside import OUTSIDE, decode_outside, outside_of
from halocline.pipeline.plan import plan_process
from halocline.pipeline.process import contents_of
from halocline.pipeline.providers import providers_of
from halocline.pipeline.pull import plan_pull
from halocline.pipeline.receive import Provider, Receipt, receive
from halocline.pipeline.received import record, usable_files
from halocline.pipeline.retrain import plan_training, train_station
from halocline.sources.generic_csv import CsvOptions
from halocline.stores.bucket import Bucket, raw_key
from tests.samples.archive_store import RECEIVED, processed
from tests.samples.insitu_tac import tac_file
from tests.samples.station import fewer_lessons
from tests.stores_fixtures import copied, folder_bucket
from tests.unit.pipeline.test_retrain import GAP, ONE, opened, written

LATER = "2025-01-11T00:00:00Z"
DAYS = 210


def river(
    folder: Path,
    *,
    days: int = DAYS,
    name: str = "seine_2022.csv",
    sep: str = ",",
    start: str = "2022-01-01",
) -> Path:
    """A flow a day, as an agency's table has it."""
    folder.mkdir(parents=True, exist_ok=True)
    time = np.datetime64(start) + np.arange(days)
    flow = 200 + 80 * np.sin(np.arange(days) / 9)
    rows = [f"{day}{sep}{one:.1f}{sep}ok" for day, one in zip(time, flow, strict=True)]
    (folder / name).write_text("\n".join([sep.join(["date", "debit (m3/s)", "state"]), *rows]))
    return folder / name


def network(
    folder: Path,
    *,
    files: tuple[str, ...] = ("seine_*.csv",),
    variables: tuple[str, ...] = ("TEMP",),
    **how: object,
) -> Network:
    """A station that looks at a river and at its own tide; `how`: what its tables do not say."""
    outside = {"addresses": [str(folder / "rivers")], "files": files, "rename": {"debit": "FLOW"}}
    return Network.model_validate(
        {
            "name": "bay",
            "coasthf": {
                "addresses": [str(folder / "coasthf/coriolis_cotier_csv")],
                "stations": [ONE],
                "variables": variables,
                "outside": {"SEINE": outside | how},
                "neighbours": {ONE: ["SEINE"]},
                "tide": {ONE: "SLEV"},
            },
        }
    )


def pull(providers: Iterable[Provider], *, bucket: Bucket, received: str = RECEIVED) -> Receipt:
    """The store holds what they offer; what the last of them brought."""
    for provider in providers:
        plan = plan_pull(provider, bucket=bucket)
        told = {"known": plan.known, "bucket": bucket, "received": received}
        receipt = receive(plan.to_fetch, provider=provider, **told)
        record(receipt.rows, bucket=bucket, run="pull")
    return receipt


def river_alone(found: Network) -> list[Provider]:
    assert found.coasthf is not None
    return [*outside_of(found.coasthf)]


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> tuple[Path, Bucket, ProcessConfig, dict]:
    """The station learned with a river and its tide; nothing published yet."""
    folder = tmp_path_factory.mktemp("outside")
    written(folder, ONE, seed=3, level=True)
    river(folder / "rivers")
    bucket, found = folder_bucket(folder), network(folder)
    pull(providers_of(found), bucket=bucket)
    config = config_of(found)
    (job,) = plan_training(bucket, config=config).jobs
    with fewer_lessons():
        done = train_station(job, bucket=bucket, config=config)
    assert done.event is not None, done.detail
    register([done.event], bucket=bucket, run="retrain")
    return folder, bucket, config, done.event


@pytest.fixture
def store(template, tmp_path) -> Bucket:
    return copied(template[1], tmp_path)


def manifest(bucket: Bucket) -> dict:
    (one,) = published(bucket)
    return json.loads(bucket.get(f"{one.path}/manifest.json"))


def test_a_river_is_learned_from_and_no_product_is_made_of_it(template, store) -> None:
    config = template[2]
    model = load_model(station_models(store)[ONE], bucket=store)
    assert model.variables["TEMP"].drivers == ("SEINE_FLOW", "tide_of_SLEV")
    assert [job.platform for job in plan_training(store, config=config, force=True).jobs] == [ONE]
    processed(store, config, run="driven")
    told = opened(store, ONE)
    filled = told["TEMP_FILLED"]
    assert np.isfinite(filled.values[slice(*GAP)]).all()
    assert filled.attrs["fill_drivers"] == "SEINE_FLOW, tide_of_SLEV"
    assert filled.attrs["fill_drivers_known"].tolist() == [1.0, 1.0]
    assert "fill_drivers_absent" not in filled.attrs
    methods = filled.attrs["fill_method"].split(", ")
    looked_at = filled.attrs["fill_drivers_looked_at"].tolist()
    plain = {"linear", "kalman", "kalman_asinh"}
    for method, looked in zip(methods, looked_at, strict=True):
        assert looked == (method not in plain)
    made = manifest(store)
    assert {one["file"] for one in made["inputs"]} == {
        "OC_202207_TS_MO_6200001.csv", "SEINE/seine_2022.csv",
    }  # fmt: skip
    assert made["variables"]["TEMP"]["drivers"] == {"SEINE_FLOW": 1.0, "tide_of_SLEV": 1.0}
    assert plan_process(store, config=config).coasthf == ()


def test_an_edition_is_kept_by_its_digest_and_asks_for_the_stations_year(template, store) -> None:
    folder, _bucket, config, _event = template
    (before,) = usable_files(store, sources=[OUTSIDE])
    assert store.exists(raw_key(OUTSIDE, before.sha256))
    processed(store, config, run="first")
    other = folder.parent / "outside_later"
    river(other / "rivers", days=129)
    receipt = pull(river_alone(network(other)), bucket=store, received=LATER)
    assert len(receipt.rows) == 1
    (after,) = usable_files(store, sources=[OUTSIDE])
    assert after.sha256 != before.sha256
    assert [job.name for job in plan_process(store, config=config).coasthf] == [f"{ONE} 2022"]
    processed(store, config, run="revised")
    known = opened(store, ONE)["TEMP_FILLED"].attrs["fill_drivers_known"]
    assert known[0] == manifest(store)["variables"]["TEMP"]["drivers"]["SEINE_FLOW"] < 1.0
    assert known[1] == 1.0


def test_a_driver_that_is_absent_is_done_without_and_told(template, store) -> None:
    config = replace(template[2], series_neighbours={})
    processed(store, config, run="without the river")
    filled = opened(store, ONE)["TEMP_FILLED"]
    assert np.isfinite(filled.values[slice(*GAP)]).all()
    assert filled.attrs["fill_drivers_known"].tolist() == [0.0, 1.0]
    assert filled.attrs["fill_drivers_absent"] == "SEINE_FLOW"
    assert [one["file"] for one in manifest(store)["inputs"]] == ["OC_202207_TS_MO_6200001.csv"]


def test_a_file_that_is_named_must_be_there(tmp_path) -> None:
    bucket = folder_bucket(tmp_path)
    (tmp_path / "rivers").mkdir()
    for files in (("rhone.csv",), ("rhone_*.csv",)):
        with pytest.raises(SourceUnavailable, match=r"SEINE, outside series, .*no file is called"):
            pull(river_alone(network(tmp_path, files=files)), bucket=bucket)


def test_what_is_left_alone_of_a_table_is_told_in_the_log(caplog) -> None:
    rows = [f"2024-06-{day:02d},{day},low" for day in range(1, 29)]
    content = "\n".join(["date,FLOW (m3/s),stage", *rows]).encode()
    how = {"platform": "SEINE", "options": CsvOptions()}
    series, _ = decode_outside(content, "seine.csv", np.datetime64("2024-08-01T00:00:00"), **how)
    assert set(series.variables) == {"FLOW"}
    assert "SEINE, seine.csv: column stage left alone: 28 of 28 cells are no numbers" in caplog.text


def test_a_column_to_rename_that_is_not_there_is_told_with_those_that_are(caplog) -> None:
    content = "\n".join(["date,débit", *(f"2024-06-{day:02d},{day}" for day in range(1, 29))])
    options = CsvOptions(rename={"debit": "FLOW"})
    series, _ = decode_outside(
        content.encode(), "seine.csv", np.datetime64("2024-08-01T00:00:00"),
        platform="SEINE", options=options,
    )  # fmt: skip
    assert set(series.variables) == {"débit"}
    assert "SEINE, seine.csv: no column debit, which `rename` names; there are date, débit" in (
        caplog.text
    )


def test_the_zone_of_its_stamps_is_said_in_the_network_file(tmp_path) -> None:
    bucket = folder_bucket(tmp_path)
    river(tmp_path / "rivers")
    pull(river_alone(network(tmp_path, zone="UTC+1")), bucket=bucket)
    (used,) = usable_files(bucket, sources=[OUTSIDE])
    assert used.first == "2021-12-31T23:00:00Z"


def test_later_values_replace_earlier_ones_where_the_network_says_so(tmp_path) -> None:
    bucket = folder_bucket(tmp_path)
    path = river(tmp_path / "rivers", name="seine.csv", days=30)
    first, *rows = path.read_text().splitlines()
    path.write_text("\n".join([first, *(f"{row}\n{row.replace('.', '1.')}" for row in rows)]))
    (aside,) = pull(river_alone(network(tmp_path, files=("seine.csv",))), bucket=bucket).quarantined
    assert "(--revisions)" in aside.detail
    told = river_alone(network(tmp_path, files=("seine.csv",), revisions=True))
    pull(told, bucket=bucket, received=LATER)
    assert len(usable_files(bucket, sources=[OUTSIDE])) == 1


def test_a_table_that_is_not_understood_is_when_the_network_says_more(tmp_path) -> None:
    """Set aside, no news when it comes again, and used once an option settles what it means."""
    bucket = folder_bucket(tmp_path)
    path = river(tmp_path / "rivers", name="seine.csv")
    path.write_text(path.read_text().replace("date,", "jour_obs,"))
    named = river_alone(network(tmp_path, files=("seine.csv",)))
    (aside,) = pull(named, bucket=bucket).quarantined
    assert (aside.platform, aside.reason) == ("SEINE", Reason.MISSING_VARIABLE)
    again = pull(named, bucket=bucket, received=LATER)
    assert (again.rows, again.unchanged, len(again.quarantined)) == ((), 1, 0)
    assert usable_files(bucket, sources=[OUTSIDE]) == []
    corrected = river_alone(network(tmp_path, files=("seine.csv",), time="jour_obs"))
    pull(corrected, bucket=bucket, received=LATER)
    (used,) = usable_files(bucket, sources=[OUTSIDE])
    assert (used.platform, used.first[:10], used.received) == ("SEINE", "2022-01-01", RECEIVED)
    assert pull(corrected, bucket=bucket, received=LATER).rows == ()


def test_a_file_found_by_a_pattern_is_read_again_when_the_network_says_more(tmp_path) -> None:
    """Set aside or sound: what an option changes of its times is known to the store."""
    bucket = folder_bucket(tmp_path)
    path = river(tmp_path / "rivers")
    path.write_text(path.read_text().replace("date,", "jour_obs,"))
    named = river_alone(network(tmp_path))
    assert len(pull(named, bucket=bucket).quarantined) == 1
    assert plan_pull(named[0], bucket=bucket).to_fetch == ()
    corrected = river_alone(network(tmp_path, time="jour_obs"))
    pull(corrected, bucket=bucket, received=LATER)
    (used,) = usable_files(bucket, sources=[OUTSIDE])
    assert (used.first, used.received) == ("2022-01-01T00:00:00Z", RECEIVED)
    assert plan_pull(corrected[0], bucket=bucket).to_fetch == ()
    zoned = river_alone(network(tmp_path, time="jour_obs", zone="UTC+1"))
    pull(zoned, bucket=bucket, received=LATER)
    (used,) = usable_files(bucket, sources=[OUTSIDE])
    assert (used.first, used.received) == ("2021-12-31T23:00:00Z", RECEIVED)
    assert plan_pull(zoned[0], bucket=bucket).to_fetch == ()


def test_a_file_that_is_named_is_read_again_when_the_network_says_otherwise(tmp_path) -> None:
    """There and back: the bytes are as before, and what an option changes of its times is not."""
    bucket = folder_bucket(tmp_path)
    river(tmp_path / "rivers", name="seine.csv")
    plain, zoned = (
        river_alone(network(tmp_path, files=("seine.csv",), rename={}, **how))
        for how in ({}, {"zone": "UTC+1"})
    )
    pull(plain, bucket=bucket)
    for told, first in (
        (zoned, "2021-12-31T23:00:00Z"),
        (plain, "2022-01-01T00:00:00Z"),
        (zoned, "2021-12-31T23:00:00Z"),
    ):
        pull(told, bucket=bucket, received=LATER)
        (used,) = usable_files(bucket, sources=[OUTSIDE])
        assert (used.first, used.received) == (first, RECEIVED)
        again = pull(told, bucket=bucket, received=LATER)
        assert (again.rows, again.unchanged) == ((), 1)


def test_a_file_a_year_is_one_series_under_the_platforms_code(tmp_path) -> None:
    bucket = folder_bucket(tmp_path)
    river(tmp_path / "rivers")
    river(tmp_path / "rivers", name="seine_2021.csv", start="2021-10-01", days=92)
    found = network(tmp_path)
    pull(river_alone(found), bucket=bucket)
    contents = contents_of(usable_files(bucket, sources=[OUTSIDE]), bucket)
    drivers = neighbour_grids(contents, config=config_of(found))
    assert set(drivers) == {"SEINE_FLOW"}
    flow = drivers["SEINE_FLOW"]
    assert (flow.start, flow.step_s) == (np.datetime64("2021-10-01T00:00:00"), 86400)
    assert np.isfinite(flow.value).sum() == 92 + DAYS


@pytest.mark.parametrize("generation", ["1.1", "2020"])
def test_a_netcdf_of_a_reanalysis_or_a_buoy_is_read_too(tmp_path, generation: str) -> None:
    """Of any name: it is no file of a mirror, and goes by the code the network gives it."""
    bucket = folder_bucket(tmp_path)
    (tmp_path / "rivers").mkdir()
    hourly = [[10 + one / 100] for one in range(72)]
    file = tmp_path / "rivers/era5_point.nc"
    file.write_bytes(tac_file({"DRYT": hourly}, generation=generation, platform="ERA5"))
    found = network(tmp_path, files=("era5_*.nc",))
    receipt = pull(river_alone(found), bucket=bucket)
    assert receipt.quarantined == ()
    contents = contents_of(usable_files(bucket, sources=[OUTSIDE]), bucket)
    drivers = neighbour_grids(contents, config=config_of(found))
    assert {name: one.step_s for name, one in drivers.items()} == {"SEINE_DRYT": 3600}
    np.testing.assert_allclose(drivers["SEINE_DRYT"].value, np.ravel(hourly), rtol=1e-6)


def test_a_packed_table_is_opened(tmp_path) -> None:
    bucket = folder_bucket(tmp_path)
    path = river(tmp_path / "rivers", sep=";")
    packed = path.with_suffix(".csv.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    (tmp_path / "rivers/cut.csv.gz").write_bytes(packed.read_bytes()[:200])
    receipt = pull(river_alone(network(tmp_path, files=("*.csv.gz",))), bucket=bucket)
    assert [one.reason for one in receipt.quarantined] == [Reason.NOT_THE_FORMAT]
    (used,) = usable_files(bucket, sources=[OUTSIDE])
    assert used.file == "SEINE/seine_2022.csv.gz"


def test_what_is_said_of_a_table_is_part_of_the_recipe(tmp_path) -> None:
    plain = config_of(network(tmp_path, rename={}))
    told = config_of(network(tmp_path))
    digests = [one.recipe("coasthf").config_digest for one in (plain, told)]
    assert digests[0] != digests[1]
    without = replace(plain, series_outside={})
    assert without.recipe("coasthf").config_digest == digests[0]
