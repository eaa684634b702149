"""Names nothing answers to are told with the one that was meant; what a station may have is not."""

from pathlib import Path
from typing import Any

import pytest

from halocline.networks import Network
from halocline.pipeline.network_config import config_of
from halocline.pipeline.strange_names import UNKNOWN, Held, held_of, strange_names
from halocline.stores.bucket import Bucket
from tests.samples.archive_store import network_at, processed, pulled, written_archive
from tests.stores_fixtures import folder_bucket

STATIONS = {"addresses": ["/csv"], "stations": ["6209001", "6209002"]}
MADE = Held(platforms=frozenset({"6209001"}), variables=frozenset({"TEMP_LEVEL2", "CAGE", "PSAL"}))


def told(asked: dict[str, Any], held: Held = UNKNOWN, *, part: str = "coasthf") -> list[str]:
    base = STATIONS if part == "coasthf" else {"addresses": ["/gdac"]}
    return strange_names(config_of(Network.model_validate({"name": "n", part: base | asked})), held)


def suite(folder: Path, text: str) -> dict[str, Any]:
    path = folder / "own.yaml"
    path.write_text(f"suite: series\nbased_on: coasthf\n{text}\n")
    return {"suite": path}


def test_a_variable_close_to_a_known_name_is_told_before_anything_is_made() -> None:
    asked = {"variables": ["PSALT", "TEMP", "TEMP_LEVEL3", "DOXY2", "MYPROBE"]}
    assert told(asked) == [
        "PSALT, named under variables: no parameter known here; did you mean PSAL?"
    ]


def test_a_variable_asked_for_that_no_product_holds_is_told() -> None:
    asked = {"variables": ["PSALT", "TEMP", "CAGE", "FLU3", "MYPROBE"]}
    assert told(asked, MADE) == [
        "PSALT, named under variables: no product of its stations holds it; did you mean PSAL?",
        "FLU3, named under variables: no product of its stations holds it",
        "MYPROBE, named under variables: no product of its stations holds it",
    ]


def test_a_suite_may_name_what_a_station_lacks_and_not_what_nobody_knows(tmp_path) -> None:
    blocks = "spike: null"
    own = suite(
        tmp_path,
        f"parameters: {{TMEP: {{{blocks}}}, FLU3: {{{blocks}}}, CAGE: {{{blocks}}}}}\n"
        f"stations: {{6209001: {{parameters: {{MYPROBE: {{{blocks}}}}}}}}}",
    )
    assert told(own) == [
        "TMEP, named under parameters of the suite: no parameter known here; did you mean TEMP?"
    ]
    assert told(own, MADE) == [
        "TMEP, named under parameters of the suite: no product of its stations holds it; "
        "did you mean TEMP?",
        "MYPROBE, named under parameters of the suite: no product of its stations holds it",
    ]
    assert told({}, MADE) == []


def test_a_station_of_the_suite_that_the_network_lacks_is_told(tmp_path) -> None:
    own = suite(tmp_path, "stations: {6209001: {}, 620902: {}}")
    assert told(own) == [
        "620902, named under stations of the suite: this network has no such platform; "
        "did you mean 6209002?"
    ]


def test_where_everything_is_followed_platforms_are_known_by_what_was_received() -> None:
    asked = {
        "stations": (), "everything": True, "neighbours": {"6209001": ["620900"]},
        "tide": {"6209009": "SLEV"},
    }  # fmt: skip
    assert told(asked) == []
    assert told(asked, MADE) == [
        "620900, named under neighbours: this network has no such platform; did you mean 6209001?",
        "6209009, named under tide: this network has no such platform; did you mean 6209001?",
    ]


def test_a_level_and_a_sensor_that_are_misspelt() -> None:
    asked = {"neighbours": {"6209001": ["6209002"]}, "tide": {"6209001": "6209002_SLEW"}}
    assert told(asked) == ["SLEW, named under tide: no parameter known here; did you mean SLEV?"]
    sensors = {"parameters": ["DOXYY", "BBP470", "CHLA2"]}
    assert told(sensors, part="argo")[0] == (
        "DOXYY, named under parameters of floats: no parameter known here; did you mean DOXY?"
    )
    assert told(sensors, Held(floats=frozenset({"6990001"})), part="argo") == []


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> tuple[Path, Bucket]:
    """One station received and published; three months of salinity."""
    folder = tmp_path_factory.mktemp("names")
    written_archive(folder, floats=1, profiles=2, stations=1)
    bucket = folder_bucket(folder)
    pulled(folder, bucket=bucket)
    return folder, bucket


def test_what_is_held_is_read_from_what_was_received_and_published(store) -> None:
    folder, bucket = store
    network = network_at(folder)
    assert network.coasthf is not None
    coast = network.coasthf.model_copy(update={"variables": ("PSAL", "PSALT")})
    config = config_of(network.model_copy(update={"coasthf": coast, "argo": None}))
    before = held_of(config, bucket)
    assert (before.platforms, before.variables) == ({"6209001"}, frozenset())
    processed(bucket, config, run="r")
    assert held_of(config, bucket).variables == {"PSAL"}
    assert strange_names(config, held_of(config, bucket)) == [
        "PSALT, named under variables: no product of its stations holds it; did you mean PSAL?"
    ]
