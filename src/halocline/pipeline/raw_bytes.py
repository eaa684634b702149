"""Received bytes as the store keeps them, found to be those that were received."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from halocline.model.digest import sha256_of
from halocline.model.errors import ContractBroken
from halocline.pipeline.inputs import InputFile
from halocline.stores.bucket import Bucket, NoSuchKey, raw_key

READS: Final = 8
"""Raw objects of one platform read at once."""


class RawDamaged(ContractBroken):
    """The bucket lacks received bytes, or holds others: of one platform, not of all."""


def contents_of(inputs: Sequence[InputFile], bucket: Bucket) -> list[tuple[InputFile, bytes]]:
    """Each file with its bytes as received.

    Raises:
        RawDamaged: the store lacks a file's bytes, or holds others; which, and what to do.
        SourceUnavailable: the store does not answer — retry.
    """

    def read(one: InputFile) -> bytes:
        what = f"{one.file} of {one.platform}, received {one.received}"
        return raw_bytes(one.source, one.sha256, what=what, bucket=bucket)

    with ThreadPoolExecutor(max_workers=READS) as pool:
        return list(zip(inputs, pool.map(read, inputs), strict=True))


def raw_bytes(source: str, sha256: str, *, what: str, bucket: Bucket) -> bytes:
    """Bytes of this digest that were received from a source; `what` they are, for a person.

    Raises:
        RawDamaged: the store lacks them, or holds others.
        SourceUnavailable: the store does not answer — retry.
    """
    key = raw_key(source, sha256)
    try:
        content = bucket.get(key)
    except NoSuchKey as fault:
        raise RawDamaged(_told(bucket.url_of(key), "is not in the store any more", what)) from fault
    if sha256_of(content) != sha256:
        raise RawDamaged(_told(bucket.url_of(key), "holds other bytes than were received", what))
    return content


def _told(url: str, fault: str, what: str) -> str:
    return (
        f"{url} {fault}: {what}. Fetch it again (`pull`, its platform under `again`), or bring the "
        "object back from a copy of the bucket (its name is the sha256 of its bytes); until then "
        "products made of it stand as they are"
    )
