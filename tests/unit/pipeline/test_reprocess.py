"""A reprocessing on a folder: made beside what is published, compared, published, undone."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from halocline.model.errors import ConfigInvalid
from halocline.pipeline.candidates import (
    candidates_of,
    publish_candidates,
    revert_run,
    stage,
)
from halocline.pipeline.catalogue import published
from halocline.pipeline.compare import (
    Difference,
    NotCompared,
    compare_if_whole,
    compare_pair,
    pairs_of,
)
from halocline.pipeline.compare_page import write_comparison
from halocline.pipeline.plan import plan_process
from halocline.pipeline.product_bytes import ProductDamaged
from halocline.pipeline.reprocess import plan_reprocess
from halocline.pipeline.runs import RunRecord, record_run
from halocline.pipeline.scope import Scope
from halocline.stores.bucket import Bucket
from halocline.stores.maintenance import unreferenced
from halocline.stores.publication import publish
from halocline.stores.tables import Tables
from tests.samples.archive_store import config_at, made, processed, pulled, written_archive
from tests.stores_fixtures import folder_bucket


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Archive and published store that each test copies."""
    folder = tmp_path_factory.mktemp("reprocess")
    summary = written_archive(folder, floats=3, profiles=5, stations=0)
    bucket = folder_bucket(folder)
    pulled(folder, bucket=bucket)
    config = config_at(folder)
    processed(bucket, config, run="scheduled")
    return folder, bucket, config, summary


def copy_of(source: Bucket, folder) -> Bucket:
    bucket = folder_bucket(folder)
    for key in source.list():
        bucket.put(key, source.get(key))
    return bucket


@pytest.fixture
def store(template, tmp_path) -> Bucket:
    return copy_of(template[1], tmp_path)


@pytest.fixture(scope="module")
def reprocessed(template, other, tmp_path_factory):
    """A store where a reprocessing has made its candidates, and its name."""
    bucket = copy_of(template[1], tmp_path_factory.mktemp("made"))
    plan = plan_reprocess(bucket, scope=Scope(), config=other)
    asked = made(plan.jobs, bucket=bucket, config=other)
    assert len(list(stage(asked, bucket=bucket, run=plan.run, flush_s=0))) == 3
    return bucket, plan.run


@pytest.fixture
def staged(reprocessed, tmp_path) -> tuple[Bucket, str]:
    return copy_of(reprocessed[0], tmp_path), reprocessed[1]


@pytest.fixture(scope="module")
def other(template):
    """The same choices with one decimal less: every product comes out differently."""
    config = template[2]
    return replace(config, argo_fill=replace(config.argo_fill, decimals=1))


def versions(bucket):
    return {one.platform: one.version for one in published(bucket)}


def test_nothing_would_change_where_nothing_is_asked_otherwise(template, store):
    plan = plan_reprocess(store, scope=Scope(), config=template[2])
    assert (plan.jobs, plan.same) == ((), 3)
    forced = plan_reprocess(store, scope=Scope(), config=template[2], force=True)
    assert len(forced.jobs) == 3


def test_the_scope_chooses(template, store, other):
    floats = template[3].floats

    def planned(**criteria):
        plan = plan_reprocess(store, scope=Scope.model_validate(criteria), config=other)
        return [job.platform for job in plan.jobs]

    assert planned() == sorted(floats)
    assert planned(platforms=[floats[1]]) == [floats[1]]
    assert planned(platforms=["69*"], products="coasthf") == []
    assert planned(variables=["TEMP"]) == sorted(floats)
    assert planned(variables=["NO_SUCH"]) == []
    assert planned(since="2030-01-01") == []
    assert planned(until="2024-12-31") == sorted(floats)
    assert planned(box={"west": -180, "east": 180, "south": -90, "north": 90}) == sorted(floats)
    assert planned(box={"west": 0, "east": 1, "south": -90, "north": -89}) == []
    code = json.loads(store.get(f"{published(store)[0].path}/manifest.json"))["processing"]
    assert planned(made_by_code=code["code_digest"][:8]) == sorted(floats)
    assert planned(made_by_code="feedbeef") == []


def test_the_cost_is_that_of_past_runs(template, store, other):
    assert plan_reprocess(store, scope=Scope(), config=other).seconds is None
    total = sum(job.weight for job in plan_reprocess(store, scope=Scope(), config=other).jobs)
    pace = {"argo": {"products": 6, "bytes": 2 * total, "busy_s": 30.0}}
    record = RunRecord(
        flow="process", name="x", status="completed", started="2025-01-01T00:00:00Z",
        finished="2025-01-01T00:01:00Z", parameters={}, summary={"pace": pace},
    )  # fmt: skip
    record_run(store, record, run="before")
    plan = plan_reprocess(store, scope=Scope(), config=other)
    assert plan.seconds == pytest.approx(15.0)
    assert plan.paced_by == 6


def test_nothing_a_reader_sees_changes_before_publication(template, other, staged):
    store, run = staged
    assert versions(store) == versions(template[1])
    assert plan_process(store, config=template[2]).argo == ()
    again = plan_reprocess(store, scope=Scope(), config=other)
    assert (again.jobs, again.made, again.run) == ((), 3, run)


def test_published_in_one_commit_and_taken_back_in_one(other, staged):
    store, run = staged
    before = versions(store)
    tables = Tables(store)
    number = tables.version("products")
    assert publish_candidates(store, run=run).published == 3
    assert tables.version("products") == number + 1
    after = versions(store)
    assert set(after) == set(before)
    assert not set(after.values()) & set(before.values())
    assert publish_candidates(store, run=run).published == 0
    assert revert_run(store, run=run).published == 3
    assert tables.version("products") == number + 2
    assert versions(store) == before
    assert revert_run(store, run=run).published == 0
    # the next scheduled run neither makes the same again nor is it kept from what is new
    assert plan_process(store, config=other).argo == ()
    assert len(plan_process(store, config=replace(other, seed=1)).argo) == 3
    assert publish_candidates(store, run=run).published == 3
    assert versions(store) == after


def test_what_a_scheduled_run_published_meanwhile_stays(template, staged):
    store, run = staged
    floats = template[3].floats
    rows = Tables(store).read("products").to_pylist()
    event = next(row for row in rows if row["platform"] == floats[0])
    event = {name: event[name] for name in event if name not in {"run", "seq"}}
    newer = event | {"reference_time": "2025-02-01T00:00:00Z", "recipe": "newer"}
    publish(Tables(store), [newer], run="scheduled later")
    done = publish_candidates(store, run=run)
    assert done.published == 2
    assert [one.reason for one in done.left_out] == ["newer inputs published"]
    assert versions(store)[floats[0]] == event["version"]
    again = newer | {"reference_time": "2025-03-01T00:00:00Z", "platform": floats[1]}
    publish(Tables(store), [again], run="scheduled latest")
    back = revert_run(store, run=run)
    assert back.published == 1
    assert [one.reason for one in back.left_out] == ["published since"]


def test_a_product_that_was_new_is_withdrawn_by_going_back(template, tmp_path):
    folder, _source, config, summary = template
    bucket = folder_bucket(tmp_path)
    pulled(folder, bucket=bucket)
    scope = Scope(platforms=(summary.floats[0],))
    plan = plan_reprocess(bucket, scope=scope, config=config)
    list(stage(made(plan.jobs, bucket=bucket, config=config), bucket=bucket, run=plan.run))
    publish_candidates(bucket, run=plan.run)
    assert len(published(bucket)) == 1
    revert_run(bucket, run=plan.run)
    assert published(bucket) == []
    assert len(plan_process(bucket, config=config).argo) == 2


def test_the_comparison_says_what_a_reader_would_find(staged):
    store, run = staged
    pairs = pairs_of(candidates_of(store, run=run), bucket=store)
    assert len(pairs) == 3
    found = [compare_pair(pair, bucket=store) for pair in pairs]
    rounding = [row for one in found for row in one.changes]
    assert rounding
    assert {row.flags_changed for row in rounding} == {0}
    assert all(0 < row.largest <= 0.0501 for row in rounding)
    assert all(row.where for row in rounding)
    address = write_comparison(found, aside=[], run=run, bucket=store)
    page = store.get(f"site/reprocess/{run}/index.html").decode()
    assert address.endswith(f"{run}/index.html")
    for pair in pairs:
        for path in (pair.old_path, pair.new_path):
            assert f"../../../{path}/preview.png" in page
            assert store.exists(f"{path}/preview.png")
    assert "degree_Celsius</td>" in page
    assert " 1</td>" not in page, "salinity is a number without units"
    data = store.get(f"site/reprocess/{run}/comparison.json")
    write_comparison(found[::-1], aside=[], run=run, bucket=store)
    assert store.get(f"site/reprocess/{run}/comparison.json") == data
    assert store.get(f"site/reprocess/{run}/index.html").decode() == page


def test_equal_products_do_not_differ(staged):
    store, run = staged
    pair = pairs_of(candidates_of(store, run=run), bucket=store)[0]
    same = replace(pair, new_path=pair.old_path, new_version=pair.old_version)
    assert compare_pair(same, bucket=store).is_none
    alone = compare_pair(replace(pair, old_path="", old_version=""), bucket=store)
    assert alone.points_added > 0
    assert "TEMP" in alone.variables_added


def test_what_the_store_damaged_is_not_compared_and_the_others_are(staged):
    store, run = staged
    altered, lost, whole = pairs_of(candidates_of(store, run=run), bucket=store)
    old, new = f"{altered.old_path}/product.nc", f"{lost.new_path}/product.nc"
    store.put(old, store.get(f"{whole.old_path}/product.nc"))  # a sound product, and another one
    store.delete(new)
    with pytest.raises(ProductDamaged, match=altered.old_version[:12]):
        compare_pair(altered, bucket=store)
    found = [compare_if_whole(one, bucket=store) for one in (altered, lost, whole)]
    aside = [one for one in found if isinstance(one, NotCompared)]
    assert [one.name for one in aside] == [altered.platform, lost.platform]
    write_comparison([one for one in found if isinstance(one, Difference)], aside=aside, run=run,
                     bucket=store)  # fmt: skip
    page = store.get(f"site/reprocess/{run}/index.html").decode()
    assert f"{altered.platform}: not compared: {store.url_of(old)} does not hold" in page
    assert f"{lost.platform}: not compared: {store.url_of(new)} is not in the store" in page
    assert f">{whole.platform}</h2>" in page


def test_maintenance_keeps_what_waits_for_a_decision(staged):
    late = datetime(2100, 1, 1, tzinfo=UTC)
    assert [one.key for one in unreferenced(Tables(staged[0]), now=late)] == []


def test_an_unknown_run_lists_the_known(staged):
    store, run = staged
    with pytest.raises(ConfigInvalid, match=run):
        publish_candidates(store, run="reprocess-typo")
    with pytest.raises(ConfigInvalid, match="published anything"):
        revert_run(store, run="reprocess-typo")


KILLED = """
import os, signal, sys
from pathlib import Path
from dataclasses import replace
from halocline.pipeline.candidates import stage
from halocline.pipeline.reprocess import plan_reprocess
from halocline.pipeline.scope import Scope
from halocline.stores.bucket import Bucket
from tests.samples.archive_store import config_at, made
store, folder, after = Bucket(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
config = config_at(folder)
config = replace(config, argo_fill=replace(config.argo_fill, decimals=1))
plan = plan_reprocess(store, scope=Scope(), config=config)
asked = made(plan.jobs, bucket=store, config=config)
for number, (outcome, _s) in enumerate(stage(asked, bucket=store, run=plan.run, flush_s=0), 1):
    print(outcome.platform, flush=True)
    if number == after:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_killed_it_goes_on_without_repeating_and_ends_with_the_same_bytes(
    template, reprocessed, store
):
    said = []
    for after in (2, 9):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, store.url, str(template[0]), str(after)],
            capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3],
        )  # fmt: skip
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        said.append(done.stdout.split())
    assert [len(one) for one in said] == [2, 1]
    assert sorted([*said[0], *said[1]]) == sorted(template[3].floats)
    whole, run = reprocessed
    assert [one.event for one in candidates_of(store, run=run)] == [
        one.event for one in candidates_of(whole, run=run)
    ]
