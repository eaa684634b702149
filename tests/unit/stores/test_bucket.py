"""Immutable objects on a folder and on a real S3 server: the same promises."""

import os
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from halocline.model.errors import ConfigInvalid, ContractBroken, SourceUnavailable
from halocline.stores import _folder
from halocline.stores.bucket import Bucket, NoSuchKey, StoreOptions, raw_key
from tests.stores_fixtures import S3Server


def test_written_once_and_read_back(bucket: Bucket) -> None:
    assert bucket.put_new("products/a/product.nc", b"bytes") is True
    assert bucket.put_new("products/a/product.nc", b"bytes") is False
    assert bucket.get("products/a/product.nc") == b"bytes"
    assert bucket.exists("products/a/product.nc")
    assert not bucket.exists("products/a")


@pytest.mark.parametrize("other", [b"longer than before", b"setyb", b""])
def test_other_bytes_under_an_immutable_key_are_refused(bucket: Bucket, other: bytes) -> None:
    bucket.put_new("raw/x", b"bytes")
    with pytest.raises(ContractBroken, match="immutable"):
        bucket.put_new("raw/x", other)
    assert bucket.get("raw/x") == b"bytes"


@pytest.mark.parametrize("damaged", [b"first damaged", b"FIRST", None])
def test_what_is_damaged_or_lost_is_mended(bucket: Bucket, damaged: bytes | None) -> None:
    if damaged is not None:
        bucket.put_new("raw/x", damaged)
    assert bucket.mend("raw/x", b"first")
    assert bucket.get("raw/x") == b"first"
    assert not bucket.mend("raw/x", b"first")


def test_nothing_and_a_null_byte_are_contents(bucket: Bucket) -> None:
    assert bucket.put_new("empty", b"")
    assert bucket.put_new("null", b"\0")
    assert (bucket.get("empty"), bucket.get("null")) == (b"", b"\0")


def test_a_missing_key_is_named(bucket: Bucket) -> None:
    with pytest.raises(NoSuchKey, match="raw/nothing") as caught:
        bucket.get("raw/nothing")
    assert isinstance(caught.value, KeyError)
    assert not bucket.exists("raw/nothing")


def test_pages_can_be_overwritten_and_anything_deleted(bucket: Bucket) -> None:
    bucket.put("site/index.html", b"one")
    bucket.put("site/index.html", b"two")
    assert bucket.get("site/index.html") == b"two"
    bucket.delete("site/index.html")
    bucket.delete("site/index.html")
    assert not bucket.exists("site/index.html")


def test_a_listing_shows_what_was_just_written(bucket: Bucket) -> None:
    for key in ("raw/a/1", "raw/a/2", "raw/b/1", "rawer"):
        bucket.put_new(key, b"12")
        assert key in bucket.list()
    assert bucket.list("raw/a/") == ["raw/a/1", "raw/a/2"]
    assert bucket.list("raw/a/2") == ["raw/a/2"]
    assert bucket.list("raw") == ["raw/a/1", "raw/a/2", "raw/b/1", "rawer"]
    assert bucket.list("none") == []
    entry = bucket.entries("raw/a/1")[0]
    assert entry.size == 2
    assert entry.modified.endswith("Z")


@pytest.mark.parametrize("key", ["", "/a", "a//b", "../a", "a/../../b", "a/.", "a/"])
def test_a_key_cannot_leave_the_bucket(tmp_path: Path, key: str) -> None:
    bucket = Bucket(f"file://{tmp_path}")
    for call in (bucket.get, bucket.exists, bucket.delete, lambda key: bucket.put_new(key, b"")):
        with pytest.raises(ContractBroken, match="not a key"):
            call(key)


@pytest.mark.parametrize("key", ["a b/ü+%41?#", "aml/13857/R13857_001.nc"])
def test_names_survive(bucket: Bucket, key: str) -> None:
    bucket.put_new(key, b"1")
    assert bucket.list() == [key]
    assert bucket.get(key) == b"1"


def test_of_racing_writers_one_wins(bucket: Bucket) -> None:
    barrier = threading.Barrier(6)

    def write(number: int) -> bool:
        barrier.wait()
        try:
            return bucket.put_new("race", f"writer {number:02d}".encode())
        except ContractBroken:
            return False

    with ThreadPoolExecutor(6) as pool:
        won = list(pool.map(write, range(6)))
    assert sum(won) == 1
    assert bucket.get("race") == f"writer {won.index(True):02d}".encode()


def read_elsewhere(bucket: Bucket) -> bytes:
    return bucket.get("shared")


def test_it_travels_to_another_process(bucket: Bucket) -> None:
    bucket.put_new("shared", b"seen by both")
    assert pickle.loads(pickle.dumps(bucket)) == bucket
    with get_context("forkserver").Pool(1) as pool:
        assert pool.apply(read_elsewhere, (bucket,)) == b"seen by both"


def test_large_objects_go_up_in_parts(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("halocline.stores._s3.SINGLE_PUT_BYTES", 5 * 2**20)
    monkeypatch.setattr("halocline.stores._s3.PART_BYTES", 5 * 2**20)
    content = os.urandom(12 * 2**20)
    assert bucket.put_new("large", content) is True
    assert bucket.put_new("large", content) is False
    assert bucket.get("large") == content
    with pytest.raises(ContractBroken):
        bucket.put_new("large", content[:-1])


def test_a_secret_is_not_printed() -> None:
    assert "hush" not in repr(Bucket("s3://b", StoreOptions(key="k", secret="hush")))


def test_raw_keys_are_spread_by_their_digest() -> None:
    assert raw_key("argo_gdac", "ab12") == "raw/argo_gdac/ab/ab12"


def test_url_of_names_the_object() -> None:
    assert Bucket("s3://b/p/").url_of("a/c") == "s3://b/p/a/c"


@pytest.mark.parametrize("url", ["", "/folder", "s3://", "file://host/x", "file:folder", "gs://b"])
def test_an_address_of_no_store_is_refused(url: str) -> None:
    with pytest.raises(ConfigInvalid, match="neither"):
        Bucket(url).get("a")


@pytest.mark.stack
class TestS3:
    def test_a_wrong_secret_is_the_operators(self, s3_server: S3Server) -> None:
        wrong = StoreOptions(s3_server.endpoint, s3_server.options.key, "wrong")
        with pytest.raises(ConfigInvalid, match="refuses"):
            Bucket("s3://halocline", wrong).put_new("a", b"")
        with pytest.raises(ConfigInvalid, match="refuses"):
            Bucket("s3://halocline", wrong).get("a")

    def test_a_missing_bucket_is_named_then_made(self, s3_server: S3Server) -> None:
        bucket = Bucket("s3://not-yet-there", s3_server.options)
        with pytest.raises(ConfigInvalid, match="not-yet-there"):
            bucket.get("a")
        bucket.ensure()
        bucket.ensure()
        assert bucket.put_new("a", b"1")

    def test_a_listing_longer_than_a_page_is_whole(
        self, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("halocline.stores._s3.PAGE", 3)
        bucket = Bucket("s3://halocline/paged", s3_server.options)
        keys = [f"k/{number}" for number in range(7)]
        for key in keys:
            bucket.put_new(key, b"")
        assert bucket.list("k/") == keys


def test_a_store_that_does_not_answer_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("halocline.stores._s3.FIRST_PAUSE_S", 0.001)
    bucket = Bucket("s3://b", StoreOptions(endpoint="http://127.0.0.1:1", key="k", secret="s"))
    with pytest.raises(SourceUnavailable, match="does not answer after 5 tries"):
        bucket.get("a")


def test_a_killed_writer_leaves_nothing_under_the_key(tmp_path: Path) -> None:
    bucket = Bucket(f"file://{tmp_path}")
    bucket.put_new("a/b", b"1")
    (tmp_path / _folder.INCOMING / "half").write_bytes(b"what a killed writer left")
    assert bucket.list() == ["a/b"]
    assert bucket.list(".inc") == []


def test_a_file_system_without_links_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(_folder.os, "link", no_links)
    with pytest.raises(ConfigInvalid, match="no hard links"):
        Bucket(f"file://{tmp_path}").put_new("a", b"")
    assert Bucket(f"file://{tmp_path}").list() == []


def test_a_full_disk_is_the_stores_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_folder.os, "fsync", full)
    with pytest.raises(SourceUnavailable, match="No space left"):
        Bucket(f"file://{tmp_path}").put_new("a", b"")
    assert not (tmp_path / "a").exists()
    assert list((tmp_path / _folder.INCOMING).iterdir()) == []
