"""The probe finds a good store good, and each kind of bad store bad."""

from pathlib import Path

import pytest

from halocline.stores import probe as probing
from halocline.stores._folder import Folder
from halocline.stores._s3 import S3
from halocline.stores.bucket import Bucket, StoreOptions
from halocline.stores.probe import Finding, probe
from tests.stores_fixtures import S3Server


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "ROUNDS", 1)
    monkeypatch.setattr(probing, "OBJECTS", 3)
    monkeypatch.setattr(probing, "RACERS", 4)


def failed(findings: list[Finding]) -> dict[str, Finding]:
    return {one.name: one for one in findings if not one.passed}


def test_a_good_store_keeps_every_promise_and_is_left_clean(bucket: Bucket) -> None:
    findings = probe(bucket, token="t")
    assert failed(findings) == {}
    assert len(findings) == (7 if bucket.url.startswith("s3:") else 5)
    assert bucket.list() == []


def test_a_store_that_ignores_the_condition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def create(self: Folder, key: str, content: bytes) -> bool:
        self.put(key, content)
        return True

    monkeypatch.setattr(Folder, "create", create)
    found = failed(probe(Bucket(f"file://{tmp_path}"), token="t"))
    finding = found["create-if-absent has one winner"]
    assert finding.detail == "round 1: 4 of 4 writers won, wanted 1"
    assert "concurrency limit 1" in finding.mend


def test_a_store_that_shows_old_states(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, entries = Folder.get, Folder.entries
    monkeypatch.setattr(
        Folder, "get", lambda self, key: b"old" if "/read/" in key else read(self, key)
    )
    monkeypatch.setattr(Folder, "entries", lambda self, prefix: entries(self, prefix)[:1])
    found = failed(probe(Bucket(f"file://{tmp_path}"), token="t"))
    assert set(found) == {"read after write", "list after write"}
    assert found["list after write"].detail == "2 objects written, 1 listed"


def test_a_store_that_damages_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Folder.get
    monkeypatch.setattr(Folder, "get", lambda self, key: read(self, key)[:1_000_000])
    assert set(failed(probe(Bucket(f"file://{tmp_path}"), token="t"))) == {"checksum round trip"}


@pytest.mark.stack
def test_a_proxy_that_drops_the_conditions(
    s3_server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = S3._put
    monkeypatch.setattr(S3, "_put", lambda self, key, content, _: put(self, key, content, {}))
    parts = S3._put_in_parts
    monkeypatch.setattr(
        S3,
        "_put_in_parts",
        lambda self, path, content, _, size: parts(self, path, content, {}, size),
    )
    monkeypatch.setattr(probing, "delta_options", unprotected(probing.delta_options))
    bucket = Bucket(f"s3://halocline/{tmp_path.name}-probe", s3_server.options)
    assert set(failed(probe(bucket, token="t"))) == {
        "create-if-absent has one winner",
        "a stale table commit is refused",
        "a stale overwrite is refused",
        "multipart upload",
    }


def unprotected(options):
    """Storage options that send no condition."""
    off = {"AWS_S3_ALLOW_UNSAFE_RENAME": "true", "AWS_CONDITIONAL_PUT": "disabled"}
    return lambda bucket: {**options(bucket), **off}


def test_a_check_that_could_not_run_has_not_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("halocline.stores._s3.FIRST_PAUSE_S", 0.001)
    away = StoreOptions(endpoint="http://127.0.0.1:1", key="k", secret="s")
    findings = probe(Bucket("s3://b", away), token="t")
    assert len(findings) == 7
    assert not any(one.passed for one in findings)
    assert all("could not be checked" in one.detail for one in findings)
