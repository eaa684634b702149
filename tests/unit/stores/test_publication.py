"""Publishing: newer over older, each recipe once, every product openable."""

import random
from pathlib import Path

import pytest

from halocline.model.errors import ContractBroken, SourceUnavailable
from halocline.stores import commit
from halocline.stores.bucket import Bucket
from halocline.stores.publication import publish, select
from halocline.stores.tables import Tables, current_products
from tests.samples.stores import product_event, written

OLD, NEW = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"


def current_recipes(tables: Tables) -> dict[str, str]:
    return {
        row["platform"]: row["recipe"]
        for row in current_products(tables.read("products")).to_pylist()
    }


def test_a_batch_is_one_commit(bucket: Bucket) -> None:
    tables = Tables(bucket)
    events = [written(bucket, product_event(platform)) for platform in ("1", "2", "3")]
    result = publish(tables, events, run="r")
    assert (result.published, result.dropped, result.version) == (3, 0, 1)
    found = tables.read("products").sort_by("platform")
    assert found["seq"].to_pylist() == [1, 1, 1]
    assert [{**event, "run": "r", "seq": 1} for event in events] == [
        {name: row[name] for name in (*events[0], "run", "seq")} for row in found.to_pylist()
    ]


def test_the_same_recipe_is_published_once(bucket: Bucket) -> None:
    tables = Tables(bucket)
    event = written(bucket, product_event("1"))
    publish(tables, [event], run="first")
    again = publish(tables, [event], run="second")
    assert (again.published, again.dropped, again.version) == (0, 1, 1)
    assert again.left_out[0].reason == "same recipe"
    assert tables.version("products") == 1, "nothing to say is no commit"


def test_older_inputs_never_replace_newer(bucket: Bucket) -> None:
    tables = Tables(bucket)
    new = written(bucket, product_event("1", reference_time=NEW))
    old = written(bucket, product_event("1", reference_time=OLD))
    other = written(bucket, product_event("2", reference_time=OLD))
    publish(tables, [new], run="r")
    result = publish(tables, [old, other], run="r")
    assert [(one.event["platform"], one.reason) for one in result.left_out] == [
        ("1", "newer inputs published")
    ]
    assert current_recipes(tables) == {"1": new["recipe"], "2": other["recipe"]}


def test_other_code_on_the_same_inputs_replaces(bucket: Bucket) -> None:
    tables = Tables(bucket)
    publish(tables, [written(bucket, product_event("1", recipe="old code"))], run="r")
    publish(tables, [written(bucket, product_event("1", recipe="new code"))], run="r")
    assert current_recipes(tables) == {"1": "new code"}


def test_withdrawing_needs_no_object_and_keeps_the_event(tmp_path: Path) -> None:
    bucket = Bucket(f"file://{tmp_path}")
    tables = Tables(bucket)
    event = written(bucket, product_event("1"))
    publish(tables, [event], run="r")
    publish(tables, [event | {"status": "withdrawn"}], run="r")
    assert tables.read("products").num_rows == 2
    assert current_products(tables.read("products"))["status"].to_pylist() == ["withdrawn"]
    assert publish(tables, [event], run="r").published == 1, "and it can come back"


def test_a_product_nobody_could_open_is_not_published(tmp_path: Path) -> None:
    tables = Tables(Bucket(f"file://{tmp_path}"))
    with pytest.raises(ContractBroken, match=r"1 of 1 .*products/argo/1/.*same store"):
        publish(tables, [product_event("1")], run="r")
    assert tables.version("products") == -1


@pytest.mark.parametrize("time", ["", "2026-01-01", "2026-01-01T00:00:00.5Z", "2026-01-01 00:00"])
def test_a_time_that_does_not_sort_is_refused(tmp_path: Path, time: str) -> None:
    bucket = Bucket(f"file://{tmp_path}")
    event = written(bucket, product_event("1") | {"reference_time": time})
    with pytest.raises(ContractBroken, match="reference_time"):
        publish(Tables(bucket), [event], run="r")


def test_nothing_to_publish_is_fine(tmp_path: Path) -> None:
    assert publish(Tables(Bucket(f"file://{tmp_path}")), [], run="r").published == 0


def test_one_product_twice_in_a_batch() -> None:
    old, new = product_event("1", reference_time=OLD), product_event("1", reference_time=NEW)
    for batch in ([old, new], [new, old]):
        accepted, dropped = select(batch, current={})
        assert accepted == [new]
        assert [one.event for one in dropped] == [old]


def test_a_lost_race_is_decided_again_on_the_new_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between our reading and our commit another publishes newer inputs of one of our products."""
    bucket = Bucket(f"file://{tmp_path}")
    tables = Tables(bucket)
    ours = [written(bucket, product_event(platform, reference_time=OLD)) for platform in "12"]
    theirs = written(bucket, product_event("1", reference_time=NEW))
    write, raced = commit._write, []

    def write_after_the_other(*arguments, **named) -> None:
        if not raced:
            raced.append(True)
            publish(tables, [theirs], run="theirs")
        write(*arguments, **named)

    monkeypatch.setattr(commit, "_write", write_after_the_other)
    result = publish(tables, ours, run="ours", rng=random.Random(1))
    assert (result.published, result.dropped, result.version) == (1, 1, 2)
    assert current_recipes(tables) == {"1": theirs["recipe"], "2": ours[1]["recipe"]}
    assert sorted(tables.read("products")["seq"].to_pylist()) == [1, 2]


@pytest.mark.parametrize("landed", [True, False])
def test_a_lost_answer_is_looked_up_not_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, landed: bool
) -> None:
    bucket = Bucket(f"file://{tmp_path}")
    tables = Tables(bucket)
    write, lost = commit._write, []

    def write_and_lose_the_answer(*arguments, **named) -> None:
        if landed or lost:
            write(*arguments, **named)
        if not lost:
            lost.append(True)
            raise OSError("connection reset by peer")

    monkeypatch.setattr(commit, "_write", write_and_lose_the_answer)
    result = publish(tables, [written(bucket, product_event("1"))], run="r")
    assert (result.published, result.dropped, result.version) == (1, 0, 1)
    assert tables.read("products").num_rows == 1


def test_another_batch_of_the_same_run_is_not_taken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our answer is lost and did not land, while a sister batch took the version we aimed at."""
    bucket = Bucket(f"file://{tmp_path}")
    tables = Tables(bucket)
    sister = written(bucket, product_event("2"))
    write, lost = commit._write, []

    def lose(*arguments, **named) -> None:
        if not lost:
            lost.append(True)
            publish(tables, [sister], run="r")
            raise OSError("connection reset by peer")
        write(*arguments, **named)

    monkeypatch.setattr(commit, "_write", lose)
    result = publish(tables, [written(bucket, product_event("1"))], run="r")
    assert (result.published, result.version) == (1, 2)
    assert set(current_recipes(tables)) == {"1", "2"}


@pytest.mark.parametrize(
    ("fault", "said"),
    [(OSError("no route to host"), "3 of them by the store's fault, the last: no route to host")],
)
def test_a_store_that_keeps_failing_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, said: str
) -> None:
    bucket = Bucket(f"file://{tmp_path}")

    def fail(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(commit, "_write", fail)
    with pytest.raises(SourceUnavailable, match=said):
        publish(Tables(bucket), [written(bucket, product_event("1"))], run="r")
    assert Tables(bucket).read("products").num_rows == 0
