"""A version of a product: three objects, whole whatever the store did to them before."""

from pathlib import Path

import pytest

from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.jobs import Job
from halocline.pipeline.plan import plan_process
from halocline.pipeline.process import process_platform
from halocline.products.paths import MANIFEST, PREVIEW, PRODUCT
from halocline.stores.bucket import Bucket
from tests.samples.archive_store import config_at, pulled, written_archive
from tests.stores_fixtures import s3_bucket


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    written_archive(folder, floats=1, profiles=2, stations=0)
    return folder


@pytest.mark.stack
def test_made_again_it_is_whole_whatever_was_lost_or_damaged_of_it(
    archive, s3_server, tmp_path
) -> None:
    bucket = s3_bucket(s3_server, tmp_path)
    pulled(archive, bucket=bucket)
    config = config_at(archive)
    (job,) = plan_process(bucket, config=config).argo
    folder = made(job, bucket, config)
    keys = [f"{folder}/{name}" for name in (MANIFEST, PREVIEW, PRODUCT)]
    whole = {key: bucket.get(key) for key in keys}
    for hows in ((None, "cut", "changed"), ("changed", None, "cut"), ("cut", "changed", None)):
        for key, how in zip(keys, hows, strict=True):
            spoil(bucket, key, how=how)
        assert made(job, bucket, config) == folder
        assert {key: bucket.get(key) for key in keys} == whole


def spoil(bucket: Bucket, key: str, *, how: str | None) -> None:
    """The object is lost (None), cut, or of the same size with other bytes."""
    whole = bucket.get(key)
    bucket.delete(key)
    if how == "cut":
        bucket.put(key, whole[:-1])
    if how == "changed":
        bucket.put(key, whole[:-1] + bytes([whole[-1] ^ 1]))


def made(job: Job, bucket: Bucket, config: ProcessConfig) -> str:
    """Folder of the version that is made."""
    event = process_platform(job, bucket=bucket, config=config).event
    assert event is not None
    return str(event["path"])
