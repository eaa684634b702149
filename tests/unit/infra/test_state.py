"""What runs is written whole, for its owner only."""

import fcntl
import os

import pytest

from infra import state
from infra.private_files import write_private
from infra.state import ServiceRecord, StackState, read, write

RECORD = ServiceRecord(
    name="s", title="S", pid=1, created=2.5, address="x", ports={"S": 3}, digest="d"
)


@pytest.fixture
def full():
    return StackState(settings={"s3_secret": "hidden-word"}).with_service(RECORD)


def test_state_is_read_back_as_written(tmp_path, full):
    write(tmp_path, full)
    assert read(tmp_path) == full


def test_the_file_is_its_owners_alone_whatever_the_umask(tmp_path, full):
    before = os.umask(0)
    try:
        write(tmp_path, full)
    finally:
        os.umask(before)
    assert (tmp_path / "stack.json").stat().st_mode & 0o777 == 0o600


def test_a_looser_file_is_replaced_by_a_private_one(tmp_path):
    path = tmp_path / "keys"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_left_leaves_no_file(tmp_path, full):
    write(tmp_path, full)
    write(tmp_path, full.without({"s"}))
    assert not (tmp_path / "stack.json").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"edition": 0}', '{"unknown": 1}'])
def test_what_cannot_be_understood_is_no_state(tmp_path, text):
    (tmp_path / "stack.json").write_text(text)
    assert read(tmp_path) == StackState()


def test_keys_do_not_show(full):
    assert "hidden-word" not in f"{full!r} {full}"


def test_only_services_whose_process_runs_are_alive(full):
    assert full.alive() == set()


def test_one_command_at_a_time_holds_a_home(tmp_path):
    with (
        state.only_one(tmp_path),
        (tmp_path / "stack.lock").open("w") as file,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
