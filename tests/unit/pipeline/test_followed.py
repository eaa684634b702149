"""Two networks in one store: each makes, learns and reprocesses what its own file names."""

from pathlib import Path

import pytest

from flows.context import config_of
from halocline.model.errors import ConfigInvalid
from halocline.networks import Network, load_network
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.followed import NOTHING, floats_followed, note_found, stations_followed
from halocline.pipeline.plan import ProcessPlan, plan_process
from halocline.pipeline.reprocess import plan_reprocess
from halocline.pipeline.retrain import plan_training
from halocline.pipeline.scope import Scope
from halocline.stores.bucket import Bucket
from halocline.stores.publication import publish
from halocline.stores.tables import Tables
from tests.samples.archive_store import pulled, written_archive
from tests.stores_fixtures import copied, folder_bucket

Names = tuple[str, ...]


@pytest.fixture(scope="module")
def received(tmp_path_factory) -> tuple[Path, Bucket, Names, Names]:
    """A store that holds three floats and two stations; their numbers and codes."""
    folder = tmp_path_factory.mktemp("followed")
    written_archive(folder, floats=3, profiles=3, stations=2)
    bucket = folder_bucket(folder)
    pulled(folder, bucket=bucket)
    floats, stations = products_of(plan_process(bucket, config=everything(folder)))
    return folder, bucket, floats, tuple(dict.fromkeys(one.split()[0] for one in stations))


@pytest.fixture
def store(received, tmp_path) -> Bucket:
    return copied(received[1], tmp_path)


def everything(folder: Path) -> ProcessConfig:
    return config_of(written(folder, "all", argo="everything: true", coasthf="everything: true"))


def written(folder: Path, name: str, *, argo: str = "", coasthf: str = "") -> Network:
    """A network file with these lines in its parts, read back; a part without any is left out."""
    lines = [f"name: {name}"]
    for part, place, asked in (
        ("argo", "argo/gdac", argo), ("coasthf", "coasthf/coriolis_cotier_csv", coasthf),
    ):  # fmt: skip
        if asked:
            lines += [f"{part}:", f"  addresses: [{folder / place}]", f"  {asked}"]
    path = folder / f"{name}.yaml"
    path.write_text("\n".join([*lines, ""]))
    return load_network(path)


def published(store: Bucket, config: ProcessConfig, *, run: str) -> int:
    """How many products a run of the network publishes: its plan's, of any bytes."""
    plan, events = plan_process(store, config=config), []
    for job in (*plan.argo, *plan.coasthf):
        path = f"products/{job.network}/{job.platform}/{job.year}/{job.recipe}"
        store.put(f"{path}/product.nc", b"")
        counts = dict.fromkeys(("inputs", "n_profiles", "n_values", "n_flagged", "n_filled"), 1)
        about = {"network": job.network, "platform": job.platform, "year": job.year}
        made = {"version": job.recipe, "recipe": job.recipe, "path": path, "status": "current"}
        time = {"reference_time": job.reference_time, "summary": "{}"}
        events.append({**about, **made, **time, **counts})
    return publish(Tables(store), events, run=run).published


def products_of(plan: ProcessPlan) -> tuple[Names, Names]:
    return tuple(one.name for one in plan.argo), tuple(one.name for one in plan.coasthf)


def test_a_network_leaves_the_products_of_another_alone(received, store) -> None:
    """Run in turn, with other choices: nothing is ever made twice."""
    folder, _bucket, floats, stations = received
    fine = f"wmo: [{floats[0]}]", f"stations: [{stations[0]}]"
    rough = tuple(
        f"{line}\n  filling: {{decimals: 1}}"
        for line in (f"wmo: [{floats[1]}]", f"stations: [{stations[1]}]\n  variables: [PSAL]")
    )
    one = config_of(written(folder, "one", argo=fine[0], coasthf=f"{fine[1]}\n  variables: [TEMP]"))
    two = config_of(written(folder, "two", argo=rough[0], coasthf=rough[1]))
    assert published(store, one, run="one") > 1
    assert published(store, two, run="two") > 1
    for config, mine in ((one, 0), (two, 1)):
        plan = plan_process(store, config=config)
        assert products_of(plan) == ((), ())
        forced = plan_process(store, config=config, force=True)
        assert {job.platform for job in forced.argo} == {floats[mine]}
        assert {job.platform for job in forced.coasthf} == {stations[mine]}
        assert plan.up_to_date == len(forced.argo) + len(forced.coasthf)


def test_a_reprocessing_and_a_training_are_of_the_networks_platforms(received, store) -> None:
    folder, _bucket, floats, stations = received
    words = {"argo": f"wmo: [{floats[0]}]", "coasthf": f"stations: [{stations[0]}]"}
    one, two = (config_of(written(folder, name, **words)) for name in ("one", "again"))
    other = config_of(written(folder, "other", argo=f"wmo: [{floats[1]}]"))
    plan = plan_reprocess(store, scope=Scope(), config=one)
    assert {job.platform for job in plan.jobs} == {floats[0], stations[0]}
    assert plan_reprocess(store, scope=Scope(), config=two).run == plan.run
    assert plan_reprocess(store, scope=Scope(), config=other).run != plan.run
    with pytest.raises(ConfigInvalid, match=rf"no product to make of {floats[1]}: this network"):
        plan_reprocess(store, scope=Scope(platforms=(floats[0], floats[1])), config=one)
    assert [job.platform for job in plan_training(store, config=one).jobs] == [stations[0]]
    assert plan_training(store, config=other).jobs == ()
    with pytest.raises(ConfigInvalid, match=rf"{stations[1]} received, and not followed by this"):
        plan_training(store, config=one, stations=[stations[1]])


def test_what_nobody_names_any_more_is_made_by_a_network_of_everything(received, store) -> None:
    folder, _bucket, floats, stations = received
    found = products_of(plan_process(store, config=everything(folder)))
    assert found[0] == floats
    assert {one.split()[0] for one in found[1]} == set(stations)


def test_a_network_of_everything_takes_the_stations_of_its_own_sources(received, store) -> None:
    mirror = {"insitu_tac": {"addresses": ["/mirror"]}, "everything": True}
    tac = Network.model_validate({"name": "tac", "coasthf": mirror})
    assert products_of(plan_process(store, config=config_of(tac))) == ((), ())


def test_a_part_that_is_not_there_is_not_made(received, store) -> None:
    folder, _bucket, floats, _stations = received
    alone = config_of(written(folder, "floats", argo="everything: true"))
    assert products_of(plan_process(store, config=alone)) == (floats, ())
    assert stations_followed(None) == floats_followed(None) == NOTHING


def test_the_floats_of_a_box_are_those_its_pulls_found(received, store) -> None:
    """No name of a file tells where a float is: until a pull has looked, none is made."""
    folder, _bucket, floats, _stations = received
    lines = "box: {west: -20, east: 20, south: 30, north: 60}\n  dac: [coriolis]"
    boxed = config_of(written(folder, "boxed", argo=lines))
    assert plan_process(store, config=boxed).argo == ()
    note_found(boxed.argo_followed, {"", floats[2]}, bucket=store)
    assert products_of(plan_process(store, config=boxed))[0] == (floats[2],)
    note_found(boxed.argo_followed, {floats[0]}, bucket=store)
    assert products_of(plan_process(store, config=boxed))[0] == (floats[0], floats[2])
    moved = config_of(written(folder, "boxed", argo=lines.replace("east: 20", "east: 0")))
    assert plan_process(store, config=moved).argo == ()
    same = config_of(written(folder, "same", argo=f"{lines}\n  filling: {{decimals: 1}}"))
    assert len(plan_process(store, config=same).argo) == 2
