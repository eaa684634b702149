"""What the grey list says of a float is part of its recipe, and nothing else of the list is."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from halocline.model.digest import sha256_of
from halocline.pipeline.grey_list import digest_of_rows, listed_floats, rows_of
from halocline.pipeline.inputs import InputFile
from halocline.pipeline.jobs import Job, Recipe, argo_jobs, argo_recipes, changed
from halocline.pipeline.raw_bytes import RawDamaged
from halocline.stores.bucket import Bucket, raw_key
from tests.stores_fixtures import folder_bucket

RECIPE = Recipe(code_digest="c", suite_digest="s", config_digest="k", seed=1)
CORE = InputFile(
    source="argo_gdac", file="aoml/1/profiles/R1_001.nc", kind="core", platform="1", cycle=1,
    direction="A", mode="R", date_update="2024-01-01T00:00:00Z", sha256="aa", size=10,
    received="2024-01-02T00:00:00Z", first="", last="",
)  # fmt: skip
OTHER = replace(CORE, platform="2", file="aoml/2/profiles/R2_001.nc")
HEAD = "PLATFORM_CODE,PARAMETER_NAME,START_DATE,END_DATE,QUALITY_CODE,COMMENT,DAC\n"
FIRST = HEAD + "1,PSAL,20200101,,3,drift,AO\n"


@pytest.fixture
def bucket(tmp_path: Path) -> Bucket:
    return folder_bucket(tmp_path)


def kept(content: str, *, received: str, bucket: Bucket) -> InputFile:
    digest = sha256_of(content.encode())
    bucket.put_new(raw_key("argo_gdac", digest), content.encode())
    return replace(
        CORE, file="ar_greylist.txt", kind="greylist", platform="", sha256=digest, received=received
    )


def jobs_of(files: list[InputFile], bucket: Bucket) -> list[Job]:
    names = ("platform", "kind", "file", "sha256", "received")
    table = pa.table({name: [getattr(one, name) for one in files] for name in names})
    listed = listed_floats(table, source="argo_gdac", bucket=bucket)
    jobs = argo_jobs(files, RECIPE, listed=listed)
    recipes = argo_recipes(table, RECIPE, listed=listed)
    assert recipes == {job.platform: job.recipe for job in jobs}
    return jobs


def test_a_float_s_rows_reach_its_job_and_no_other(bucket: Bucket) -> None:
    files = [CORE, OTHER, kept(FIRST, received="2024-01-02T00:00:00Z", bucket=bucket)]
    one, two = jobs_of(files, bucket)
    assert [(row.parameter, row.flag) for row in one.greylist or ()] == [("PSAL", 3)]
    assert two.greylist == ()


def test_without_a_list_nothing_is_known_which_is_not_nothing_listed(bucket: Bucket) -> None:
    (without,) = jobs_of([CORE], bucket)
    assert without.greylist is None
    assert rows_of("1", {}) == ()
    assert digest_of_rows(None) == "" != digest_of_rows(())


def test_a_new_list_remakes_the_floats_whose_rows_changed(bucket: Bucket) -> None:
    before = jobs_of([CORE, OTHER, kept(FIRST, received="2024-01-02", bucket=bucket)], bucket)
    current = {(job.network, job.platform, job.year): job.recipe for job in before}
    second = FIRST + "2,TEMP,20210101,20210201,4,,AO\n"
    files = [CORE, OTHER, kept(second, received="2024-02-02", bucket=bucket)]
    assert [job.platform for job in changed(jobs_of(files, bucket), current)] == ["2"]
    assert {job.reference_time for job in jobs_of(files, bucket)} == {CORE.received}


def test_the_latest_list_counts_and_the_order_of_its_rows_does_not(bucket: Bucket) -> None:
    rows = ["1,PSAL,20200101,,3,drift,AO\n", "1,TEMP,20200101,,4,,AO\n"]
    old = kept(HEAD, received="2024-01-01", bucket=bucket)
    ways = [
        kept(HEAD + "".join(order), received="2024-01-02", bucket=bucket)
        for order in (rows, rows[::-1])
    ]
    recipes = {jobs_of([old, CORE, way], bucket)[0].recipe for way in ways}
    assert len(recipes) == 1
    assert recipes != {jobs_of([old, CORE], bucket)[0].recipe}


def test_a_list_the_store_lost_is_named_and_not_done_without(bucket: Bucket) -> None:
    listed = kept(FIRST, received="2024-01-02T00:00:00Z", bucket=bucket)
    bucket.delete(raw_key("argo_gdac", listed.sha256))
    with pytest.raises(RawDamaged, match=r"is not in the store any more: ar_greylist\.txt"):
        jobs_of([CORE, listed], bucket)
