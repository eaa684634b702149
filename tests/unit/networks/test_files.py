"""Network files: what is refused, where it says it is, and that the shipped ones load."""

from pathlib import Path

import pytest

from halocline.model.errors import ConfigInvalid
from halocline.networks import Network, dump_network, load_network
from tests.samples.networks import GOOD, load, refuse

SHIPPED = sorted((Path(__file__).parents[3] / "deployments" / "networks").glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_network_loads_under_its_own_name(path):
    assert load_network(path).name == path.stem


def test_there_are_shipped_networks():
    assert {path.stem for path in SHIPPED} >= {"demo", "france"}


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("name: test", "name: test\nname: again", 2, "name: given twice"),
        ("name: test", "", 1, "file: name is missing"),
        ("name: test", "name: A b", 1, "name: wanted lower-case"),
    ],
)
def test_a_fault_names_file_line_and_key(tmp_path, old, new, line, message):
    refuse(tmp_path, old, new, line=line, message=message)


def test_every_fault_is_told_at_once(tmp_path):
    with pytest.raises(ConfigInvalid) as caught:
        load(tmp_path, GOOD.replace("wmo", "wmoo").replace("south", "souht"))
    faults = str(caught.value).splitlines()
    assert [fault.split(":")[1:3] for fault in faults] == [
        ["5", " argo.box"],  # south is missing
        ["5", " argo.box.souht"],
        ["4", " argo.wmoo"],
    ]


@pytest.mark.parametrize("text", ["", "- a list", "name: [", "!!python/name:os.system x"])
def test_what_is_no_network_at_all_is_refused(tmp_path, text):
    with pytest.raises(ConfigInvalid, match=r"network\.yaml"):
        load(tmp_path, text)


def test_a_missing_file_says_how_to_get_one(tmp_path):
    with pytest.raises(ConfigInvalid, match="`halocline init"):
        load_network(tmp_path / "nowhere.yaml")


def test_writing_and_reading_back_changes_nothing(tmp_path):
    network = load(tmp_path, GOOD)
    assert load(tmp_path, dump_network(network)) == network


def test_other_addresses_keep_the_rest(tmp_path):
    network = load(tmp_path, GOOD)
    moved = network.at(argo=("/mirror",))
    assert moved.argo.addresses == ("/mirror",)
    assert moved.argo.wmo == network.argo.wmo
    assert moved.coasthf is None
    assert moved.digest() != network.digest()


def test_a_suite_is_found_beside_the_file(tmp_path):
    (tmp_path / "strict.yaml").write_text("")
    text = GOOD.replace("  wmo:", "  suite: strict.yaml\n  wmo:")
    assert load(tmp_path, text).argo.suite == tmp_path / "strict.yaml"
    with pytest.raises(ConfigInvalid, match=r"lax\.yaml, named in a network file"):
        load(tmp_path, text.replace("strict", "lax"))


def test_a_network_cannot_be_changed(tmp_path):
    with pytest.raises(ValueError, match="frozen"):
        load(tmp_path, GOOD).name = "other"
    assert Network.model_config["extra"] == "forbid"
