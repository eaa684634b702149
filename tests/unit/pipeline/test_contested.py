"""Two networks that claim one platform: said where their choices differ, and only there."""

import shutil
from typing import Any

import pytest

from halocline.networks import Network
from halocline.pipeline.contested import contested
from halocline.pipeline.followed import note_found
from halocline.pipeline.network_config import config_of
from halocline.pipeline.plan import plan_process
from halocline.stores.bucket import Bucket
from tests.samples.archive_store import config_at, pulled, written_archive
from tests.stores_fixtures import folder_bucket

CSV = {"addresses": ["/csv"]}


@pytest.fixture(scope="module")
def bucket(tmp_path_factory) -> Bucket:
    """A store with one station and one float received: 6209001 and 6990001."""
    folder = tmp_path_factory.mktemp("contested")
    written_archive(folder, floats=1, profiles=2, stations=1)
    bucket = folder_bucket(folder)
    pulled(folder, bucket=bucket)
    return bucket


def told(bucket: Bucket, one: dict[str, Any], other: dict[str, Any], *, part: str) -> list[str]:
    """What is said of networks a and b, of one part each."""
    configs = {}
    for name, asked in (("a", one), ("b", other)):
        source = {} if "insitu_tac" in asked else CSV
        configs[name] = config_of(Network.model_validate({"name": name, part: source | asked}))
    return [str(one) for one in contested(configs, bucket=bucket)]


@pytest.mark.parametrize(
    ("choice", "word"),
    [
        ({"filling": {"decimals": 2}}, "filling"),
        ({"variables": ["TEMP"]}, "variables"),
        ({"neighbours": {"6209001": ["6209002"]}}, "neighbours"),
        ({"tide": {"6209001": "SLEV"}}, "tide"),
        ({"tail_weight": 3}, "tail_weight"),
        ({"filling": {"decimals": 2}, "tail_weight": 3}, "filling, tail_weight"),
    ],
)
def test_a_station_of_two_networks_is_told_with_what_they_differ_in(bucket, choice, word) -> None:
    both = {"stations": ["6209001", "6209002"]}
    found = told(bucket, both, both | choice, part="coasthf")
    assert len(found) == 1
    assert f"of both a and b, which differ in {word}; each would make again" in found[0]
    assert found[0].startswith("6209001")
    assert told(bucket, both | choice, both | choice, part="coasthf") == []
    assert told(bucket, {"stations": ["6209003"]}, both | choice, part="coasthf") == []


def test_a_network_of_everything_claims_what_was_received(bucket) -> None:
    rough = {"everything": True, "filling": {"decimals": 2}}
    (found,) = told(bucket, {"stations": ["6209001", "6209009"]}, rough, part="coasthf")
    assert found.startswith("6209001: of both a and b")
    elsewhere = {"insitu_tac": {"addresses": ["/tac"]}, "everything": True}
    assert told(bucket, rough, elsewhere, part="coasthf") == []


def test_a_float_of_two_networks(bucket) -> None:
    rough = {"filling": {"decimals": 2}}
    (found,) = told(bucket, {"everything": True}, {"everything": True} | rough, part="argo")
    assert found.startswith("every float: of both")
    (found,) = told(bucket, {"everything": True}, {"wmo": ["6990001"], "bio": False}, part="argo")
    assert found == (
        "6990001: of both a and b, which differ in bio; each would make again what the other made"
    )
    boxed = {"dac": ["coriolis"]} | rough
    assert told(bucket, {"wmo": ["6990001"]}, boxed, part="argo") == []
    asked = config_of(Network.model_validate({"name": "b", "argo": CSV | boxed})).argo_followed
    note_found(asked, {"6990001"}, bucket=bucket)
    (found,) = told(bucket, {"wmo": ["6990001"]}, boxed, part="argo")
    assert "6990001: of both a and b, which differ in filling" in found


def test_many_are_counted(bucket) -> None:
    both = {"stations": [f"62090{number:02d}" for number in range(11)]}
    (found,) = told(bucket, both, both | {"tail_weight": 2}, part="coasthf")
    assert "6209007 and 3 more: of both" in found


ELSEWHERE = {"addresses": ["/other"]}
TREES = {"addresses": ["/csv", "/other"]}


def test_one_path_of_two_trees_is_told_and_of_one_tree_is_not(bucket) -> None:
    """Each pull would put its own tree's file in the place of the other's."""
    for part, key, name in (("argo", "wmo", "6990001"), ("coasthf", "stations", "6209001")):
        asked = {key: [name]}
        (found,) = told(bucket, asked, asked | ELSEWHERE, part=part)
        assert f"{name}: of both a and b, which differ in addresses;" in found
        assert told(bucket, asked | TREES, asked | ELSEWHERE, part=part) == []
        assert told(bucket, {"everything": True}, asked | ELSEWHERE, part=part) == []
    (found,) = told(bucket, asked, asked | ELSEWHERE | {"tail_weight": 3}, part="coasthf")
    assert "which differ in tail_weight, addresses;" in found


def test_files_of_outside_and_of_another_source(bucket) -> None:
    asked = {"stations": ["6209001"]}
    here, there = (
        asked | {"outside": {"SEINE": {"addresses": [where], "files": ["seine.csv"]}}}
        for where in ("/rivers", "/elsewhere")
    )
    (found,) = told(bucket, here, there, part="coasthf")
    assert "which differ in outside.SEINE.addresses;" in found
    assert told(bucket, here, asked, part="coasthf") == []
    tac = asked | {"insitu_tac": {"addresses": ["/tac"]}}
    assert told(bucket, asked, tac, part="coasthf") == [], "files of both make one product"


def test_two_trees_replace_each_other_in_the_store(tmp_path) -> None:
    """What is told above: without it the station is made again at each turn, for ever."""
    one, other, bucket = tmp_path / "one", tmp_path / "other", folder_bucket(tmp_path)
    written_archive(one, floats=0, profiles=0, stations=1)
    shutil.copytree(one, other)
    for file in other.rglob("*.csv"):
        *rows, _last = file.read_bytes().splitlines(keepends=True)
        file.write_bytes(b"".join(rows))
    recipes = []
    for turn, tree in enumerate((one, other, one, other), start=1):
        pulled(tree, bucket=bucket, received=f"2025-01-1{turn}T00:00:00Z", run=f"pull {turn}")
        (job,) = plan_process(bucket, config=config_at(tree)).coasthf
        recipes.append(job.recipe)
    assert len(set(recipes)) == 4
