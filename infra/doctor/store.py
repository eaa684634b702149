"""The store: access, who else has it, its promises, and the mode that follows from them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import quote, urlsplit

import httpx

from halocline.stores.bucket import Bucket
from halocline.stores.probe import probe
from halocline.stores.verdict import StoreVerdict, judge, read_verdict, write_verdict
from infra.doctor.finding import Finding, State, verdict

WRITERS = "writers"
REFUSED = {HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED}


def access(bucket: Bucket) -> Iterator[Finding]:
    """Whether our key opens the store; raises as any call of it when not."""
    bucket.exists("products/none")
    yield Finding("store", "access", "well", bucket.url)


def strangers(bucket: Bucket, *, token: str) -> Iterator[Finding]:
    """Whether a write without any key is refused; of S3 endpoints only."""
    parts = urlsplit(bucket.url)
    if parts.scheme != "s3" or not bucket.options.endpoint:
        return
    key = quote(f"{parts.path.strip('/')}/probe/{token}/stranger".lstrip("/"))
    url = f"{bucket.options.endpoint}/{parts.netloc}/{key}"
    status = httpx.put(url, content=b"written without a key", timeout=10).status_code
    if status < 300:
        bucket.delete(f"probe/{token}/stranger")
    yield from verdict(
        "store", "no key, no writing", good=status in REFUSED,
        seen=f"a write without a key was answered {status}",
        mend="switch authentication on: anybody who reaches the store can replace products",
        otherwise="ill" if status < 300 else "unknown",
    )  # fmt: skip


def promises(bucket: Bucket, *, token: str, now: datetime | None = None) -> Iterator[Finding]:
    """The probe's findings; what follows from them is written down in the store."""
    found = probe(bucket, token=token)
    for one in found:
        state: State = "well" if one.passed else "ill" if one.was_checked else "unknown"
        yield Finding("store", one.name, state, one.detail, mend=one.mend)
    if all(one.was_checked for one in found):
        decided = judge(found, now=now or datetime.now(UTC))
        write_verdict(bucket, decided)
        yield from mode(decided)


def at_first_sight(bucket: Bucket, *, token: str) -> Iterator[Finding]:
    """The mode of the store; broken promises too where it was never probed, which is done now."""
    if read_verdict(bucket) is not None:
        yield from known_mode(bucket)
        return
    for one in promises(bucket, token=token):
        if one.is_red or one.what == WRITERS:
            yield one


def known_mode(bucket: Bucket) -> Iterator[Finding]:
    """The mode an earlier probe decided on."""
    decided = read_verdict(bucket)
    if decided is None:
        yield Finding(
            "store", WRITERS, "notice", "this store was never probed", mend="halocline doctor"
        )
    else:
        yield from mode(decided)


def mode(decided: StoreVerdict) -> Iterator[Finding]:
    """How many may write, and why."""
    if decided.unfit:
        said = "NOTHING IS WRITTEN: runs refuse this store, which loses or changes bytes"
        yield Finding("store", WRITERS, "ill", said, mend="choose another store, probe again")
    elif decided.single_writer:
        said = "SINGLE-WRITER MODE: one task at a time writes, under a lock of the Prefect server"
        mend = "as above; never write to this store from two Prefect servers, nor by hand in a run"
        yield Finding("store", WRITERS, "ill", said, mend=mend)
    else:
        yield Finding("store", WRITERS, "well", "as many as there are")
