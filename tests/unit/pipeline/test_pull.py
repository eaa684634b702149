import pytest

from halocline.model.digest import sha256_of
from halocline.model.errors import SourceUnavailable
from halocline.model.quarantine import Reason
from halocline.pipeline.pull import plan_pull, withdrawn_rows
from halocline.pipeline.receive import Receipt, receive
from halocline.pipeline.received import last_word, record, usable_files
from halocline.stores.bucket import Bucket, raw_key
from tests.samples.provider import Shelf
from tests.stores_fixtures import folder_bucket

DAY1, DAY2, DAY3 = (f"2026-11-2{day}T00:00:00Z" for day in (1, 2, 3))


@pytest.fixture
def store(tmp_path) -> Bucket:
    return folder_bucket(tmp_path)


def pull(shelf: Shelf, store: Bucket, *, received: str, again: tuple[str, ...] = ()) -> Receipt:
    plan = plan_pull(shelf, bucket=store, again=again)
    receipt = receive(
        plan.to_fetch,
        provider=shelf,
        known=plan.known_of(plan.to_fetch),
        bucket=store,
        received=received,
    )
    record(receipt.rows, bucket=store, run="a")
    record(withdrawn_rows(plan, provider=shelf, received=received), bucket=store, run="a")
    return receipt


def in_use(store: Bucket) -> dict[str, str]:
    return {one.file: one.received for one in usable_files(store, sources=["shelf"])}


def test_only_new_and_changed_files_are_fetched(store):
    shelf = Shelf({"1/a": ("d1", b"a"), "1/b": ("d1", b"b"), "2/c": ("d1", b"c")})
    pull(shelf, store, received=DAY1)
    shelf.fetched.clear()
    pull(shelf, store, received=DAY2)
    assert shelf.fetched == []

    shelf.files |= {"1/b": ("d2", b"B"), "2/d": ("d2", b"d")}
    pull(shelf, store, received=DAY3)
    assert shelf.fetched == ["1/b", "2/d"]
    assert in_use(store) == {"1/a": DAY1, "1/b": DAY3, "2/c": DAY1, "2/d": DAY3}


def test_a_plan_says_of_which_platforms_anything_is_offered(store):
    shelf = Shelf({"1/a": ("d1", b"a"), "1/b": ("d1", b"b"), "2/c": ("d1", b"c")})
    assert plan_pull(shelf, bucket=store).platforms == {"1", "2"}
    pull(shelf, store, received=DAY1)
    assert plan_pull(shelf, bucket=store).platforms == {"1", "2"}


def test_bytes_are_kept_as_received_before_the_row_that_names_them(store):
    receipt = pull(Shelf({"1/a": ("d1", b"as it came")}), store, received=DAY1)
    assert store.get(raw_key("shelf", str(receipt.rows[0]["sha256"]))) == b"as it came"


def test_a_file_without_a_date_is_judged_by_its_content(store):
    shelf = Shelf({"1/a": ("", b"a")})
    pull(shelf, store, received=DAY1)
    again = pull(shelf, store, received=DAY2)
    assert (len(again.rows), again.unchanged) == (0, 1)
    shelf.files["1/a"] = ("", b"late values")
    assert len(pull(shelf, store, received=DAY3).rows) == 1


def test_what_is_wanted_again_is_fetched_and_mended_and_is_no_news(store):
    shelf = Shelf({"1/a": ("d1", b"a"), "1/b": ("d1", b"b"), "2/c": ("d1", b"c")})
    pull(shelf, store, received=DAY1)
    shelf.fetched.clear()
    lost, damaged = (raw_key("shelf", sha256_of(one)) for one in (b"a", b"c"))
    store.delete(lost)
    store.put(damaged, b"C")
    one = pull(shelf, store, received=DAY2, again=("1",))
    assert shelf.fetched == ["1/a", "1/b"]
    assert (one.rows, one.unchanged, one.mended) == ((), 2, 1)
    other = pull(shelf, store, received=DAY2, again=("?",))
    assert (other.rows, other.unchanged, other.mended) == ((), 3, 1)
    assert (store.get(lost), store.get(damaged)) == (b"a", b"c")
    assert in_use(store) == {"1/a": DAY1, "1/b": DAY1, "2/c": DAY1}


def test_a_new_date_on_the_same_bytes_keeps_the_first_receipt(store):
    shelf = Shelf({"1/a": ("d1", b"a")})
    pull(shelf, store, received=DAY1)
    shelf.files["1/a"] = ("d2", b"a")
    pull(shelf, store, received=DAY2)
    assert in_use(store) == {"1/a": DAY1}
    assert plan_pull(shelf, bucket=store).to_fetch == ()


def test_a_bad_delivery_is_kept_told_and_does_not_replace_the_good_one(store):
    shelf = Shelf({"1/a": ("d1", b"good"), "1/b": ("d1", b"b")})
    pull(shelf, store, received=DAY1)
    shelf.files["1/a"] = ("d2", b"bad")
    receipt = pull(shelf, store, received=DAY2)
    assert [(one.item, one.reason) for one in receipt.quarantined] == [("1/a", Reason.UNREADABLE)]
    assert store.exists(raw_key("shelf", str(receipt.rows[0]["sha256"])))
    assert in_use(store) == {"1/a": DAY1, "1/b": DAY1}
    shelf.fetched.clear()
    pull(shelf, store, received=DAY3)
    assert shelf.fetched == []  # the same bad edition is not asked for every hour


def test_a_file_withdrawn_is_recorded_not_used_and_taken_again_when_it_is_back(store):
    shelf = Shelf({"1/a": ("d1", b"a"), "1/b": ("d1", b"b")})
    pull(shelf, store, received=DAY1)
    held = shelf.files.pop("1/b")
    pull(shelf, store, received=DAY2)
    assert in_use(store) == {"1/a": DAY1}
    last = {row["file"]: row["status"] for row in last_word(store, source="shelf").to_pylist()}
    assert last["1/b"] == "withdrawn"
    shelf.files["1/b"] = held
    pull(shelf, store, received=DAY3)
    assert in_use(store) == {"1/a": DAY1, "1/b": DAY3}


def test_a_listing_that_is_not_whole_withdraws_nothing(store):
    shelf = Shelf({"1/a": ("d1", b"a"), "1/b": ("d1", b"b")})
    pull(shelf, store, received=DAY1)
    shelf.complete = False
    del shelf.files["1/b"]
    assert plan_pull(shelf, bucket=store).withdrawn == ()


def test_a_platform_that_is_no_longer_asked_for_is_not_withdrawn(store):
    shelf = Shelf({"1/a": ("d1", b"a"), "2/b": ("d1", b"b")})
    pull(shelf, store, received=DAY1)
    del shelf.files["2/b"]
    assert plan_pull(shelf, bucket=store).withdrawn == ()


def test_a_listing_that_lost_most_of_a_platform_is_refused(store):
    shelf = Shelf({f"1/{number:03d}": ("d1", b"%d" % number) for number in range(100)})
    pull(shelf, store, received=DAY1)
    shelf.files = {"1/000": ("d1", b"0")}
    with pytest.raises(SourceUnavailable, match="lacks 99 of 100 files"):
        plan_pull(shelf, bucket=store)


def test_a_provider_that_does_not_answer_leaves_no_row(store):
    shelf = Shelf({"1/a": ("d1", None)})
    with pytest.raises(SourceUnavailable):
        pull(shelf, store, received=DAY1)
    assert in_use(store) == {}
    shelf.files["1/a"] = ("d1", b"a")
    pull(shelf, store, received=DAY2)
    assert in_use(store) == {"1/a": DAY2}


def test_a_file_that_left_between_listing_and_fetching_is_counted(store):
    shelf = Shelf({"1/a": ("d1", b"a")})
    plan = plan_pull(shelf, bucket=store)
    shelf.files.clear()
    receipt = receive(plan.to_fetch, provider=shelf, known={}, bucket=store, received=DAY1)
    assert (receipt.absent, receipt.rows) == (1, ())


def test_a_path_that_leaves_the_tree_is_set_aside_and_the_others_taken(store):
    shelf = Shelf({"1/a": ("d1", b"link"), "1/b": ("d1", b"b")})
    receipt = pull(shelf, store, received=DAY1)
    assert [(one.item, one.reason) for one in receipt.quarantined] == [("1/a", Reason.OUTSIDE_TREE)]
    assert in_use(store) == {"1/b": DAY1}
