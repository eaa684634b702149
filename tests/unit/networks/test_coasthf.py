"""The stations to follow: neighbours, rivers, tides, and what is refused."""

import pytest

from halocline.networks import dump_network
from tests.samples.networks import GOOD, load, refuse

RIVER = "EXIN0002]\n  outside: {SEINE: {addresses: [/rivers], files: [seine.csv]}}"


def test_a_station_is_named_by_a_number_or_by_text(tmp_path):
    assert load(tmp_path, GOOD).coasthf.stations == ("6200443", "EXIN0002")


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
    assert load(tmp_path, dump_network(network)) == network


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("[file:///three]", "[]", 7, r"coasthf\.addresses: .*at least 1"),
        ("  stations: [6200443, EXIN0002]\n", "", 6, "coasthf: give stations, or else"),
        ("EXIN0002]", "EXIN0002]\n  neighbours: {EXIN0002: [EXIN0002]}", 6, "is its own neighbour"),
        ("EXIN0002]", "EXIN0002]\n  neighbours: {EXIN0002: [EXIN0009]}", 6, "EXIN0009, not among"),
        (
            "EXIN0002]",
            "EXIN0002]\n  neighbours: {EXIN0002: [620043]}",
            6,
            r"620043, not among stations or outside; did you mean 6200443\?",
        ),
        (
            "EXIN0002]",
            "EXIN0002]\n  tide: {EXIN002: SLEV}",
            6,
            r"tide names EXIN002, not among stations; did you mean EXIN0002\?",
        ),
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
        (
            "EXIN0002]",
            RIVER.replace("files", "zone: CET, files"),
            9,
            "zone 'CET': wanted a fixed distance",
        ),
        (
            "EXIN0002]",
            RIVER.replace("files", "time_units: days, files"),
            9,
            "units of time 'days': wanted such as",
        ),
        ("EXIN0002]", RIVER.replace("files", "file"), 9, "did you mean files"),
        ("EXIN0002]", "EXIN0002]\n  tide: {EXIN0009: SLEV}", 6, "tide names EXIN0009, not among"),
        ("EXIN0002]", "EXIN0002]\n  tide: {EXIN0002: SL EV}", 9, "wanted a variable such as SLEV"),
        ("EXIN0002]", "EXIN0002]\n  tide: {EXIN0002: EXIN0002_SLEV}", 6, "own variable alone"),
        ("EXIN0002]", "EXIN0002]\n  tide: {EXIN0002: 6200443_SLEV}", 6, "not among its neighbours"),
        ("EXIN0002]", "EXIN0002]\n  tail_weight: 0.5", 9, "greater than or equal to 1"),
    ],
)
def test_a_fault_names_file_line_and_key(tmp_path, old, new, line, message):
    refuse(tmp_path, old, new, line=line, message=message)
