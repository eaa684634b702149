"""Ports: free ones are taken as wished, taken ones are named."""

import os
import socket

import pytest

from halocline.model.errors import ConfigInvalid
from infra import ports
from infra.ports import choose, is_free


@pytest.fixture(params=["127.0.0.1", "0.0.0.0"])
def taken(request):
    with socket.socket() as held:
        held.bind((request.param, 0))
        held.listen()
        yield held.getsockname()[1]


def test_a_taken_port_is_not_free(taken):
    assert not is_free(taken)


def test_a_taken_port_is_named_with_its_holder_and_another_is_used(taken):
    told = []
    found = choose({"Prefect": taken}, avoid=set(), tell=told.append)
    assert found["Prefect"] > taken
    assert is_free(found["Prefect"])
    assert len(told) == 1
    assert told[0].startswith(f"port {taken} is taken by ")
    assert told[0].endswith(f"(process {os.getpid()}): Prefect uses {found['Prefect']}")


def test_uses_do_not_get_the_same_port_and_nothing_is_said_about_our_own(taken):
    told = []
    wish = next(port for port in range(taken + 1, taken + 90) if is_free(port))
    found = choose({"a": wish, "b": wish}, avoid={wish}, tell=told.append)
    assert len({*found.values(), wish}) == 3
    assert told == []


def test_no_free_port_is_the_operators_to_solve(taken, monkeypatch):
    monkeypatch.setattr(ports, "TRIES", 1)
    with pytest.raises(ConfigInvalid, match=f"no free port for S3 between {taken} and {taken}"):
        choose({"S3": taken}, avoid=set(), tell=print)
