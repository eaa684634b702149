"""What follows from a probe, and that every later run finds it in the store."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.context import needs_one_writer
from halocline.model.errors import ConfigInvalid
from halocline.stores.bucket import Bucket
from halocline.stores.probe import CHECKS, S3_CHECKS, Finding
from halocline.stores.verdict import judge, read_verdict, standing_verdict, write_verdict

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MENDS = {name: mend for name, _check, mend in (*CHECKS, *S3_CHECKS)}
EXPECTED = {
    "create-if-absent has one winner": (True, False),
    "a stale table commit is refused": (True, False),
    "a stale overwrite is refused": (True, False),
    "read after write": (False, True),
    "list after write": (False, True),
    "checksum round trip": (False, True),
    "multipart upload": (False, False),
}
"""Broken promise → (one writer only, unfit): what a lock outside the store can make good."""


def test_every_promise_has_a_consequence() -> None:
    assert set(EXPECTED) == set(MENDS)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_broken_promise_has_its_consequence(name: str) -> None:
    broken = Finding(name, passed=False, detail="seen", mend=MENDS[name])
    found = judge([broken], now=NOW)
    assert (found.single_writer, found.unfit) == EXPECTED[name]
    assert found.broken == (f"{name}: seen",)
    assert found.checked == "2026-01-02T03:04:05Z"


def test_a_run_asks_the_store(tmp_path: Path) -> None:
    bucket = Bucket(f"file://{tmp_path}")
    assert read_verdict(bucket) is None
    assert not needs_one_writer(bucket)
    assert read_verdict(bucket) is not None, "its first run has probed it"
    for name, wanted in (("read after write", None), ("a stale overwrite is refused", True)):
        verdict = judge([Finding(name, passed=False, detail="", mend=MENDS[name])], now=NOW)
        write_verdict(bucket, verdict)
        assert read_verdict(bucket) == verdict
        if wanted is None:
            with pytest.raises(ConfigInvalid, match="found unfit at 2026-01-02"):
                needs_one_writer(bucket)
        else:
            assert needs_one_writer(bucket)
    write_verdict(bucket, judge([], now=NOW))
    assert not needs_one_writer(bucket)


@pytest.mark.parametrize("content", [b"{", b"{}", b"[1]", b'{"single_writer": 1}'])
def test_a_verdict_that_cannot_be_read_stops_nothing_silently(
    tmp_path: Path, content: bytes
) -> None:
    bucket = Bucket(f"file://{tmp_path}")
    bucket.put("store.json", content)
    with pytest.raises(ConfigInvalid, match="halocline doctor"):
        read_verdict(bucket)


def test_a_probe_that_could_not_ask_everything_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket, asked = Bucket(f"file://{tmp_path}"), []

    def probe(_bucket: Bucket, *, token: str) -> list[Finding]:
        asked.append(token)
        return [Finding("access", passed=False, detail="silent", was_checked=len(asked) > 1)]

    monkeypatch.setattr("halocline.stores.verdict.probe", probe)
    found = [standing_verdict(bucket, token=one, now=NOW) for one in ("a", "b", "c")]
    assert asked == ["a", "b"]
    assert found[0] is None
    assert found[1] == found[2]
