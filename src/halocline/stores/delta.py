"""Open and create the Delta tables of a bucket; the one place that knows deltalake's options."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from deltalake import CommitProperties, DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError

from halocline.model.errors import ConfigInvalid, SourceUnavailable
from halocline.stores.bucket import Bucket, StoreOptions
from halocline.stores.schemas import TableSpec

CONFIGURATION: Final[dict[str, str | None]] = {
    "delta.appendOnly": "true",
    "delta.checkpointInterval": "20",
}
"""Rows are never changed or deleted; a reader opens at most 20 log entries after a checkpoint."""

REFUSED: Final = "lacked the necessary privileges"
"""How deltalake words an answer 401 or 403; it has no error class of its own."""


def open_table(bucket: Bucket, spec: TableSpec) -> DeltaTable | None:
    """The table as it is now, None when nobody has created it.

    Raises:
        SourceUnavailable: the store does not answer.
    """
    with store_faults(bucket, spec):
        try:
            return DeltaTable(table_url(bucket, spec), storage_options=delta_options(bucket))
        except TableNotFoundError:
            return None


def create_table(bucket: Bucket, spec: TableSpec) -> DeltaTable:
    """The table, created by this call or by whoever was first.

    Raises:
        SourceUnavailable: the store does not answer.
    """
    with store_faults(bucket, spec):
        try:
            return DeltaTable.create(
                table_url(bucket, spec),
                schema=spec.schema,
                partition_by=list(spec.partition_by),
                configuration=CONFIGURATION,
                storage_options=delta_options(bucket),
                # with its default, a creator that comes second lands an empty commit as version 1
                commit_properties=CommitProperties(max_commit_retries=0),
            )
        except (DeltaError, OSError):
            created = open_table(bucket, spec)
            if created is None:
                raise
            return created


@contextmanager
def store_faults(bucket: Bucket, spec: TableSpec) -> Iterator[None]:
    """Turn a failure to reach the table into SourceUnavailable, a refusal into ConfigInvalid."""
    try:
        yield
    except (DeltaError, OSError) as fault:
        text = f"table {table_url(bucket, spec)}: {plain(fault)}"
        if isinstance(fault, PermissionError) or REFUSED in text:
            raise ConfigInvalid(f"{text}; check the store's access key") from fault
        raise SourceUnavailable(text) from fault


def plain(fault: Exception) -> str:
    """Deltalake's message on one line, without its colours."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m|↳", "", str(fault)).split())


def table_url(bucket: Bucket, spec: TableSpec) -> str:
    """Address of the table."""
    return bucket.url_of(spec.path)


def delta_options(bucket: Bucket) -> dict[str, str] | None:
    """Storage options for deltalake, which has its own S3 client.

    Commits are conditional PUTs; the unsafe rename that some guides recommend switches that
    protection off, so it is refused here whatever the environment says.
    """
    return _s3_options(bucket.options) if bucket.url.startswith("s3://") else None


def _s3_options(options: StoreOptions) -> dict[str, str]:
    settings = {
        "AWS_ACCESS_KEY_ID": options.key,
        "AWS_SECRET_ACCESS_KEY": options.secret,
        "AWS_REGION": options.region,
        "AWS_ENDPOINT_URL": options.endpoint,
        "AWS_ALLOW_HTTP": "true" if options.endpoint.startswith("http://") else "",
        "AWS_CONDITIONAL_PUT": "etag",
        "AWS_S3_ALLOW_UNSAFE_RENAME": "false",
        "connect_timeout": "5s",
        "timeout": "30s",
        "max_retries": "4",
        "retry_timeout": "20s",
    }
    return {name: value for name, value in settings.items() if value}
