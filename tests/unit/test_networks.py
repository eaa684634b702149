"""Network files: what is refused, where it says it is, and that the shipped ones load."""

from pathlib import Path

import pytest

from halocline.model.errors import ConfigInvalid
from halocline.networks import Network, dump_network, load_network

SHIPPED = sorted((Path(__file__).parents[2] / "deployments" / "networks").glob("*.yaml"))
GOOD = """\
name: test
argo:
  addresses: [https://one.example, /two]
  wmo: [6901929, "13857"]
  box: {west: -10, east: 10, south: 41, north: 52}
coasthf:
  addresses: [file:///three]
  stations: [6200443, EXIN0002]
"""

RIVER = "EXIN0002]\n  outside: {SEINE: {addresses: [/rivers], files: [seine.csv]}}"


def load(tmp_path, text):
    path = tmp_path / "network.yaml"
    path.write_text(text)
    return load_network(path)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_network_loads_under_its_own_name(path):
    assert load_network(path).name == path.stem


def test_there_are_shipped_networks():
    assert {path.stem for path in SHIPPED} >= {"demo", "france"}


def test_neighbours_are_named_by_codes(tmp_path):
    network = load(tmp_path, GOOD + "  neighbours: {6200443: [EXIN0002]}\n")
    assert network.coasthf.neighbours == {"6200443": ("EXIN0002",)}


def test_a_tide_is_told_from_a_level_of_the_station_or_of_a_neighbour(tmp_path):
    tides = "  tide: {6200443: SLEV, EXIN0002: 6200443_SLEV}\n"
    network = load(tmp_path, f"{GOOD}  neighbours: {{EXIN0002: [6200443]}}\n{tides}")
    assert network.coasthf.tide == {"6200443": "SLEV", "EXIN0002": "6200443_SLEV"}


def test_extremes_can_count_for_more(tmp_path):
    assert load(tmp_path, GOOD).coasthf.tail_weight == 1
    assert load(tmp_path, GOOD + "  tail_weight: 3\n").coasthf.tail_weight == 3


def test_a_river_is_a_neighbour_and_no_station(tmp_path):
    text = GOOD.replace("EXIN0002]", RIVER) + "  neighbours: {EXIN0002: [SEINE, 6200443]}\n"
    network = load(tmp_path, text)
    assert network.coasthf.neighbours == {"EXIN0002": ("SEINE", "6200443")}
    assert network.coasthf.outside["SEINE"].files == ("seine.csv",)
    assert load_network_again(tmp_path, network) == network


def load_network_again(tmp_path, network):
    return load(tmp_path, dump_network(network))


def test_numbers_and_text_name_the_same_platform(tmp_path):
    network = load(tmp_path, GOOD)
    assert network.argo.wmo == ("6901929", "13857")
    assert network.coasthf.stations == ("6200443", "EXIN0002")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("wmo: [", "wmoo: [", 4, r"argo\.wmoo: unknown key; did you mean wmo\?"),
        ("name: test", "name: test\nname: again", 2, "name: given twice"),
        ("name: test", "", 1, "file: name is missing"),
        ("name: test", "name: A b", 1, "name: wanted lower-case"),
        ("6901929", "690", 4, r"argo\.wmo\[0\]: a WMO number has 5 or 7 digits"),
        ("/two", "two", 3, r"argo\.addresses\[1\]: wanted http"),
        ("[file:///three]", "[]", 7, r"coasthf\.addresses: .*at least 1"),
        ("south: 41", "south: 60", 5, r"argo\.box: south 60.0 is north of north 52.0"),
        ("west: -10", "west: 190", 5, r"argo\.box\.west: .*180"),
        ("  stations: [6200443, EXIN0002]\n", "", 6, "coasthf: give stations, or else"),
        ("EXIN0002]", "EXIN0002]\n  neighbours: {EXIN0002: [EXIN0002]}", 6, "is its own neighbour"),
        ("EXIN0002]", "EXIN0002]\n  neighbours: {EXIN0002: [EXIN0009]}", 6, "EXIN0009, not among"),
        ("EXIN0002]", RIVER.replace("seine.csv", "/seine.csv"), 9, "wanted a path below the addr"),
        ("EXIN0002]", RIVER.replace("seine.csv", "a*/seine.csv"), 9, "in its last part alone"),
        ("EXIN0002]", RIVER.replace("SEINE", "SEI_NE"), 9, "letters and digits"),
        ("EXIN0002]", RIVER.replace("SEINE", "EXIN0002"), 6, "EXIN0002 is of outside"),
        (
            "EXIN0002]",
            RIVER + "\n  tide: {EXIN0002: SEINE_SLEV}",
            6,
            "SEINE is not among",
        ),
        ("EXIN0002]", RIVER.replace("files", "file"), 9, "did you mean files"),
        ("EXIN0002]", "EXIN0002]\n  tide: {EXIN0009: SLEV}", 6, "tide names EXIN0009, not among"),
        ("EXIN0002]", "EXIN0002]\n  tide: {EXIN0002: SL EV}", 9, "wanted a variable such as SLEV"),
        ("EXIN0002]", "EXIN0002]\n  tide: {EXIN0002: EXIN0002_SLEV}", 6, "own variable alone"),
        ("EXIN0002]", "EXIN0002]\n  tide: {EXIN0002: 6200443_SLEV}", 6, "not among its neighbours"),
        ("  wmo:", "  everything: true\n  wmo:", 2, "argo: give wmo, box"),
        ("  wmo:", "  dac: [ifremer]\n  wmo:", 4, r"argo\.dac\[0\]: .*'aoml'"),
        ("  wmo:", "  filling: {usable_flags: [1, 4]}\n  wmo:", 4, "never feed an estimate"),
        ("  wmo:", "  filling: {usable_flags: [1, 7]}\n  wmo:", 4, "never feed an estimate"),
        ("EXIN0002]", "EXIN0002]\n  tail_weight: 0.5", 9, "greater than or equal to 1"),
    ],
)
def test_a_fault_names_file_line_and_key(tmp_path, old, new, line, message):
    assert old in GOOD
    with pytest.raises(
        ConfigInvalid, match=rf"network\.yaml:{line}: .*{message}|:{line}: {message}"
    ):
        load(tmp_path, GOOD.replace(old, new, 1))


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
