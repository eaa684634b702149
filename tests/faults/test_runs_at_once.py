"""Two runs pull and process the same window at once: one effect, in order, nothing lost."""

from collections import Counter
from pathlib import Path

import pytest

from halocline.pipeline.catalogue import published
from halocline.simulate.archive import write_archive
from halocline.stores.bucket import Bucket
from halocline.stores.tables import Tables, current_files
from tests.faults.publishers import assert_no_duplicate, processes, start
from tests.samples.main_job import network_of, run_once
from tests.stores_fixtures import folder_bucket, s3_bucket

FLOATS = 4


def a_run(tree: Path, store: Bucket, received: str, name: str) -> None:
    run_once(network_of(argo=tree), store, received=received, run=name)


@pytest.fixture(scope="module")
def archives(tmp_path_factory) -> tuple[Path, Path]:
    """A GDAC tree, and the same floats some cycles later."""
    folder = tmp_path_factory.mktemp("archives")
    for name, cycles in (("first", 3), ("later", 5)):
        write_archive(folder / name, seed=9, floats=FLOATS, profiles_per_float=cycles, stations=0)
    return folder / "first" / "argo" / "gdac", folder / "later" / "argo" / "gdac"


def in_parallel(*runs: tuple[Path, Bucket, str, str]) -> None:
    context = processes()
    running = [start(context, a_run, *one) for one in runs]
    for process in running:
        process.join()
    assert [process.exitcode for process in running] == [0] * len(runs)


def test_the_same_window_twice_at_once_has_one_effect(archives, tmp_path, tmp_path_factory):
    tree, _later = archives
    bucket = folder_bucket(tmp_path)
    in_parallel(
        (tree, bucket, "2026-11-21T00:00:00Z", "one"),
        (tree, bucket, "2026-11-21T00:00:00Z", "other"),
    )
    assert_no_duplicate(bucket)
    alone = Bucket(f"file://{tmp_path_factory.mktemp('alone')}")
    a_run(tree, alone, "2026-11-21T00:00:00Z", "alone")
    assert {(one.platform, one.version) for one in published(bucket)} == {
        (one.platform, one.version) for one in published(alone)
    }
    assert files_of(bucket) == files_of(alone)


@pytest.mark.stack
def test_an_older_window_never_covers_a_newer(archives, s3_server, tmp_path):
    tree, later = archives
    bucket = s3_bucket(s3_server, tmp_path)
    in_parallel(
        (tree, bucket, "2026-11-21T00:00:00Z", "older"),
        (later, bucket, "2026-11-23T00:00:00Z", "newer"),
    )
    a_run(later, bucket, "2026-11-24T00:00:00Z", "last")
    events = Tables(bucket).read("products").sort_by("seq").to_pylist()
    for platform, count in Counter(event["platform"] for event in events).items():
        times = [event["reference_time"] for event in events if event["platform"] == platform]
        assert times == sorted(times), platform
        assert count <= 3
    assert len(published(bucket)) >= FLOATS
    assert_no_duplicate(bucket)


def files_of(store: Bucket) -> set[tuple[str, str, str]]:
    rows = current_files(Tables(store).read("raw_files")).to_pylist()
    return {(row["file"], row["sha256"], row["status"]) for row in rows}
