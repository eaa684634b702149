"""What a pull that runs alone says, with a provider made by hand and no server."""

import logging
from pathlib import Path

import pytest

import flows.pull as room
from halocline.model.errors import ConfigInvalid
from halocline.model.quarantine import Quarantined, Reason
from halocline.networks import Network

ASIDE = Quarantined("OC_1.csv", Reason.BAD_ROW, "1 row dated 1970", "6200443")
NETWORK = Network.model_validate(
    {"name": "bay", "coasthf": {"addresses": ["/csv"], "stations": ["6200443", "6200310"]}}
)


@pytest.fixture
def shown(monkeypatch):
    """(key, items) of every table of items set aside that a pull leaves."""
    found = []
    part = room.Pulled(quarantined=(ASIDE,), platforms=frozenset({"6200443"}))
    for name, stand_in in {
        "open_run": lambda _network: None,
        "network_of": lambda _network: NETWORK,
        "_pull_one": lambda *_args, **_named: part,
        "note_run": lambda **_named: None,
        "get_run_logger": lambda: logging.getLogger("pull"),
        "show_aside": lambda items, *, key: found.append((key, tuple(items))),
    }.items():
        monkeypatch.setattr(room, name, stand_in)
    return found


def test_a_pull_alone_shows_what_it_set_aside_and_a_part_leaves_it_to_the_whole(monkeypatch, shown):
    monkeypatch.setattr(room, "is_part", lambda: True)
    room.pull.fn(Path("bay.yaml"))
    assert shown == []
    monkeypatch.setattr(room, "is_part", lambda: False)
    room.pull.fn(Path("bay.yaml"))
    assert shown == [("bay", (ASIDE,))]


def test_a_station_nobody_offers_is_told(monkeypatch, shown, caplog):
    monkeypatch.setattr(room, "is_part", lambda: True)
    with caplog.at_level(logging.WARNING, logger="pull"):
        assert room.pull.fn(Path("bay.yaml")).not_offered == ("6200310",)
    assert "6200310, named in the network file: no provider offers" in caplog.text


def test_what_is_wanted_again_and_nobody_offers_is_told(monkeypatch, shown):
    monkeypatch.setattr(room, "is_part", lambda: False)
    room.pull.fn(Path("bay.yaml"), again=("62004*",))
    with pytest.raises(ConfigInvalid, match=r"nothing was fetched again of 6200444, 63\*: "):
        room.pull.fn(Path("bay.yaml"), again=("6200443", "6200444", "63*"))
    assert len(shown) == 2
