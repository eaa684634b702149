"""An S3 bucket as a store, through s3fs; created-once objects by `If-None-Match: *`."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeVar

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from s3fs import S3FileSystem

from halocline.model.errors import ConfigInvalid, SourceUnavailable
from halocline.stores.bucket import Entry, NoSuchKey, StoreOptions

T = TypeVar("T")

TRIES: Final = 5
"""Calls made before a store that does not answer is given up: about 6 s when it refuses at once."""
FIRST_PAUSE_S: Final = 0.2
CONNECT_TIMEOUT_S: Final = 5
READ_TIMEOUT_S: Final = 30
CONNECTIONS: Final = 32
SINGLE_PUT_BYTES: Final = 64 * 2**20
"""Above this size an object is sent in parts, each of which can be retried."""
PART_BYTES: Final = 32 * 2**20
PAGE: Final = 1000
"""Keys a listing asks for at once: the most S3 gives."""
MAY_PASS: Final = frozenset(
    {"SlowDown", "RequestTimeout", "IncompleteBody", "BadDigest", "OperationAborted"}
    | {"ConditionalRequestConflict", "XAmzContentSHA256Mismatch", "InternalError", "NoSuchUpload"}
)
"""Error codes below 500 that a second try may not meet again. 409 on a conditional PUT means that
two writers met and perhaps neither won."""


class S3:
    """Objects of one bucket below `prefix`."""

    def __init__(self, *, bucket: str, prefix: str, options: StoreOptions) -> None:
        self.bucket = bucket
        self.root = f"{prefix}/" if prefix else ""
        self.where = f"s3://{bucket} at {options.endpoint or 'AWS'}"
        self.fs = _file_system(options)

    def create(self, key: str, content: bytes) -> bool:
        """Write unless the key exists, in one step; False when it exists."""
        return self.put_if(key, content, condition={"IfNoneMatch": "*"})

    def put(self, key: str, content: bytes) -> None:
        """Write or overwrite in one step."""
        self._retried(self._put, key, content, {})

    def put_if(self, key: str, content: bytes, *, condition: dict[str, str]) -> bool:
        """Write if `condition` (IfNoneMatch or IfMatch) holds; False when it does not."""
        try:
            self._retried(self._put, key, content, condition)
        except _PreconditionFailed:
            return False
        return True

    def create_in_parts(self, key: str, content: bytes, *, part_bytes: int) -> bool:
        """As `create`, by a multipart upload whatever the size."""
        condition = {"IfNoneMatch": "*"}
        try:
            self._retried(self._put_in_parts, self.root + key, content, condition, part_bytes)
        except _PreconditionFailed:
            return False
        return True

    def get(self, key: str) -> bytes:
        """All bytes under the key; NoSuchKey when there are none."""
        content: bytes = self._retried(self.fs.cat_file, f"{self.bucket}/{self.root}{key}")
        return content

    def head(self, key: str) -> dict[str, Any] | None:
        """Size (ContentLength), ETag and more, None when there is no such key."""
        try:
            found: dict[str, Any] = self._retried(self._call, "head_object", Key=self.root + key)
        except NoSuchKey:
            return None
        return found

    def size(self, key: str) -> int | None:
        """Number of bytes under the key, None when there is no such key."""
        found = self.head(key)
        return None if found is None else int(found["ContentLength"])

    def entries(self, prefix: str) -> list[Entry]:
        """Objects whose key starts with the prefix, in order of key; never from a cache."""
        found: list[Entry] = []
        more: dict[str, str] = {}
        while True:
            page = self._retried(
                self._call, "list_objects_v2", Prefix=self.root + prefix, MaxKeys=PAGE, **more
            )
            found += [self._entry(item) for item in page.get("Contents", ())]
            if not page.get("IsTruncated"):
                return sorted(found, key=lambda entry: entry.key)
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def delete(self, key: str) -> None:
        """Nothing is under the key."""
        self._retried(self._call, "delete_object", Key=self.root + key)

    def ensure(self) -> None:
        """The bucket exists."""
        try:
            self._retried(self._call, "head_bucket")
        except NoSuchKey:
            self._retried(self._create_bucket)

    def _create_bucket(self) -> None:
        with suppress(FileExistsError):  # another process was first
            self._call("create_bucket")

    def _call(self, method: str, **arguments: Any) -> Any:
        return self.fs.call_s3(method, Bucket=self.bucket, **arguments)

    def _put(self, key: str, content: bytes, condition: dict[str, str]) -> None:
        if len(content) <= SINGLE_PUT_BYTES:
            self._call("put_object", Key=self.root + key, Body=content, **condition)
        else:
            self._put_in_parts(self.root + key, content, condition, PART_BYTES)

    def _put_in_parts(
        self, path: str, content: bytes, condition: dict[str, str], part_bytes: int
    ) -> None:
        upload = self._call("create_multipart_upload", Key=path)["UploadId"]
        where = {"Key": path, "UploadId": upload}
        try:
            parts = [
                {
                    "PartNumber": number,
                    "ETag": self._call(
                        "upload_part",
                        PartNumber=number,
                        Body=content[start : start + part_bytes],
                        **where,
                    )["ETag"],
                }
                for number, start in enumerate(range(0, len(content), part_bytes), start=1)
            ]
            self._call(
                "complete_multipart_upload", MultipartUpload={"Parts": parts}, **where, **condition
            )
        except OSError:
            with suppress(OSError):  # the store forgets abandoned parts by itself
                self._call("abort_multipart_upload", **where)
            raise

    def _entry(self, item: dict[str, Any]) -> Entry:
        return Entry(
            key=item["Key"].removeprefix(self.root),
            size=int(item["Size"]),
            modified=item["LastModified"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        )

    def _retried(self, call: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Result of the call, tried again while the fault may pass.

        One place retries: botocore's and s3fs's own loops are switched off, since nested loops
        multiply the waiting.
        """
        jitter = random.Random(repr(arguments))  # noqa: S311  spreads waiting writers, no secret
        for attempt in range(1, TRIES + 1):
            try:
                return call(*arguments, **named)
            except (OSError, BotoCoreError) as fault:
                self._refuse_what_will_not_pass(fault)
                if attempt == TRIES:
                    raise SourceUnavailable(
                        f"{self.where} does not answer after {TRIES} tries: {fault}"
                    ) from fault
            time.sleep(FIRST_PAUSE_S * 2 ** (attempt - 1) * jitter.uniform(0.5, 1.5))
        raise AssertionError

    def _refuse_what_will_not_pass(self, fault: Exception) -> None:
        if isinstance(fault, NoCredentialsError):
            raise ConfigInvalid(f"{self.where}: no access key configured") from fault
        answer = fault.__cause__ if isinstance(fault.__cause__, ClientError) else None
        if answer is None and not isinstance(fault, FileNotFoundError | PermissionError):
            return  # no answer at all: the network's
        code = answer.response["Error"]["Code"] if answer else type(fault).__name__
        status = answer.response["ResponseMetadata"]["HTTPStatusCode"] if answer else 0
        if status == 412:
            raise _PreconditionFailed from fault
        if code == "NoSuchBucket":
            raise ConfigInvalid(f"{self.where}: no such bucket; `halocline up` makes it") from fault
        if status == 404 or isinstance(fault, FileNotFoundError):
            raise NoSuchKey(f"{self.where}: {fault}") from fault
        if status >= 500 or status == 429 or code in MAY_PASS:
            return
        raise ConfigInvalid(f"{self.where} refuses: {code} ({fault})") from fault


class _PreconditionFailed(Exception):
    """The condition of a conditional write did not hold."""


def _file_system(options: StoreOptions) -> S3FileSystem:
    fs = S3FileSystem(
        key=options.key or None,
        secret=options.secret or None,
        endpoint_url=options.endpoint or None,
        client_kwargs={"region_name": options.region},
        config_kwargs={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "read_timeout": READ_TIMEOUT_S,
            "max_pool_connections": CONNECTIONS,
            "retries": {"total_max_attempts": 1},
            # any S3: many refuse the trailing checksums botocore adds by default
            "request_checksum_calculation": "when_required",
            "response_checksum_validation": "when_required",
            "s3": {"addressing_style": "path" if options.endpoint else "auto"},
        },
        use_listings_cache=False,
        skip_instance_cache=True,
    )
    fs.retries = 1
    return fs
