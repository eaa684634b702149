"""Received bytes that the store lost or damaged: their platform is set aside, the others made."""

from pathlib import Path

import pytest

from deployments.commands_reprocess import told as said_by_dry_run
from halocline.model.quarantine import Reason
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.grey_list import AT_ROOT
from halocline.pipeline.inputs import InputFile
from halocline.pipeline.jobs import Job
from halocline.pipeline.plan import plan_process
from halocline.pipeline.process import process_platform
from halocline.pipeline.providers import ARGO
from halocline.pipeline.received import usable_files
from halocline.pipeline.reprocess import plan_reprocess
from halocline.pipeline.retrain import plan_training, train_station
from halocline.pipeline.scope import Scope
from halocline.stores.bucket import Bucket, raw_key
from tests.samples.archive_store import config_at, pulled, written_archive
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


def spoil(bucket: Bucket, one: InputFile, *, how: str) -> tuple[str, bytes]:
    """The object of a received file is lost or damaged; its key, and the bytes it held."""
    key = raw_key(one.source, one.sha256)
    whole = bucket.get(key)
    bucket.delete(key)
    if how == "damaged":
        bucket.put(key, whole[:-1] + bytes([whole[-1] ^ 1]))
    return key, whole


HOW = [("lost", "is not in the store"), ("damaged", "holds other bytes")]


@pytest.mark.parametrize(
    ("how", "said", "bucket"),
    [pytest.param(*HOW[0], "s3", marks=pytest.mark.stack), (*HOW[1], "file")],
    indirect=["bucket"],
)
def test_the_float_alone_is_set_aside_until_its_bytes_are_back(archive, bucket, how, said) -> None:
    config, jobs = planned(archive, bucket)
    job, other = (one for one in jobs.values() if one.network == "argo")
    key, whole = spoil(bucket, job.inputs[0], how=how)
    made = {one: process_platform(one, bucket=bucket, config=config) for one in (job, other)}
    assert made[other].event is not None
    assert made[job].event is None
    (aside,) = made[job].quarantined
    assert (aside.platform, aside.reason) == (job.platform, Reason.UNREADABLE)
    for word in (bucket.url_of(key), job.inputs[0].file, said, "copy of the bucket"):
        assert word in aside.detail
    pulled(archive, bucket=bucket)
    assert process_platform(job, bucket=bucket, config=config).event is None
    pulled(archive, bucket=bucket, again=(f"{job.platform[:-1]}?",))
    assert bucket.get(key) == whole
    assert job in plan_process(bucket, config=config).argo  # received when it was: the same recipe
    assert process_platform(job, bucket=bucket, config=config).event is not None


@pytest.mark.parametrize(
    ("how", "said", "bucket"),
    [pytest.param(*HOW[0], "file"), pytest.param(*HOW[1], "s3", marks=pytest.mark.stack)],
    indirect=["bucket"],
)
def test_floats_wait_for_the_grey_list_moorings_do_not_and_the_next_pull_brings_it(
    archive, bucket, how, said
) -> None:
    config, jobs = planned(archive, bucket)
    (listed,) = usable_files(bucket, sources=(ARGO,), platforms=(AT_ROOT,))
    key, whole = spoil(bucket, listed, how=how)
    plan = plan_process(bucket, config=config)
    assert plan.argo == ()
    assert [*plan.coasthf] == [one for one in jobs.values() if one.network == "coasthf"]
    (aside,) = plan.argo_aside
    assert (aside.item, aside.reason) == ("ar_greylist.txt", Reason.UNREADABLE)
    for word in (bucket.url_of(key), said, "no float was looked at", "the next pull brings"):
        assert word in aside.detail
    (station, *_years) = plan.coasthf
    for platforms, left, told in (
        ((), plan.coasthf, plan.argo_aside),
        ((station.platform,), plan.coasthf, ()),
        (tuple(one.platform for one in jobs.values() if one.network == "argo"), (), (aside,)),
    ):
        again = plan_reprocess(bucket, scope=Scope(platforms=platforms), config=config)
        assert (again.jobs, again.argo_aside) == (left, told)
    assert aside.detail in said_by_dry_run(again, workers=0)[0]
    pulled(archive, bucket=bucket)
    assert bucket.get(key) == whole
    anew = plan_reprocess(bucket, scope=Scope(), config=config)
    assert ({job.platform: job for job in anew.jobs}, anew.argo_aside) == (jobs, ())
    mended = plan_process(bucket, config=config)
    assert {job.platform: job for job in (*mended.argo, *mended.coasthf)} == jobs
    assert mended.argo_aside == ()


@pytest.mark.parametrize(("how", "said"), HOW)
def test_a_station_is_neither_made_nor_learned_of_less(archive, tmp_path, how, said) -> None:
    bucket = folder_bucket(tmp_path)
    config, jobs = planned(archive, bucket)
    (job,) = (one for one in jobs.values() if one.network == "coasthf")
    key, _whole = spoil(bucket, job.inputs[0], how=how)
    (aside,) = process_platform(job, bucket=bucket, config=config).quarantined
    (training,) = plan_training(bucket, config=config).jobs
    learned = train_station(training, bucket=bucket, config=config)
    assert learned.event is None
    for told in (aside.detail, learned.detail):
        assert bucket.url_of(key) in told
        assert said in told
