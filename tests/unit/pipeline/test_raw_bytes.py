"""Received bytes that the store lost or damaged: their platform is set aside, the others made."""

from pathlib import Path

import pytest

from halocline.model.quarantine import Reason
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.jobs import Job
from halocline.pipeline.plan import plan_process
from halocline.pipeline.process import process_platform
from halocline.pipeline.providers import providers_of
from halocline.pipeline.pull import plan_pull
from halocline.pipeline.receive import receive
from halocline.pipeline.retrain import plan_training, train_station
from halocline.stores.bucket import Bucket, raw_key
from tests.samples.archive_store import RECEIVED, config_at, network_at, pulled, written_archive
from tests.stores_fixtures import folder_bucket


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    written_archive(folder, floats=2, profiles=2, stations=1)
    return folder


def planned(archive: Path, bucket: Bucket) -> tuple[ProcessConfig, dict[str, Job]]:
    pulled(archive, bucket=bucket)
    plan = plan_process(bucket, config=config_at(archive))
    return config_at(archive), {job.platform: job for job in (*plan.argo, *plan.coasthf)}


def spoil(bucket: Bucket, job: Job, *, how: str) -> tuple[str, bytes]:
    """The object of the job's first input is lost or damaged; its key, and the bytes it held."""
    key = raw_key(job.inputs[0].source, job.inputs[0].sha256)
    whole = bucket.get(key)
    bucket.delete(key)
    if how == "damaged":
        bucket.put(key, whole[:-1] + bytes([whole[-1] ^ 1]))
    return key, whole


def receive_again(archive: Path, bucket: Bucket, *, empty: Bucket) -> None:
    """Every file is received as if it were news, as after a change of its date alone."""
    for provider in providers_of(network_at(archive)):
        files = plan_pull(provider, bucket=empty).to_fetch
        receive(files, provider=provider, known={}, bucket=bucket, received=RECEIVED)


HOW = [("lost", "is not in the store"), ("damaged", "holds other bytes")]


@pytest.mark.parametrize(
    ("how", "said", "bucket"),
    [pytest.param(*HOW[0], "s3", marks=pytest.mark.stack), (*HOW[1], "file")],
    indirect=["bucket"],
)
def test_the_float_alone_is_set_aside_until_its_bytes_are_back(
    archive, bucket, tmp_path, how, said
) -> None:
    config, jobs = planned(archive, bucket)
    job, other = (one for one in jobs.values() if one.network == "argo")
    key, whole = spoil(bucket, job, how=how)
    made = {one: process_platform(one, bucket=bucket, config=config) for one in (job, other)}
    assert made[other].event is not None
    assert made[job].event is None
    (aside,) = made[job].quarantined
    assert (aside.platform, aside.reason) == (job.platform, Reason.UNREADABLE)
    for word in (bucket.url_of(key), job.inputs[0].file, said, "copy of the bucket"):
        assert word in aside.detail
    receive_again(archive, bucket, empty=folder_bucket(tmp_path / "empty"))
    assert bucket.get(key) == whole
    assert process_platform(job, bucket=bucket, config=config).event is not None


@pytest.mark.parametrize(("how", "said"), HOW)
def test_a_station_is_neither_made_nor_learned_of_less(archive, tmp_path, how, said) -> None:
    bucket = folder_bucket(tmp_path)
    config, jobs = planned(archive, bucket)
    (job,) = (one for one in jobs.values() if one.network == "coasthf")
    key, _whole = spoil(bucket, job, how=how)
    (aside,) = process_platform(job, bucket=bucket, config=config).quarantined
    (training,) = plan_training(bucket, config=config).jobs
    learned = train_station(training, bucket=bucket, config=config)
    assert learned.event is None
    for told in (aside.detail, learned.detail):
        assert bucket.url_of(key) in told
        assert said in told
