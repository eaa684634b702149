"""The flow on a real Prefect server and S3: first a dry run, then done, then nothing left to do."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from halocline.settings import child_environment
from halocline.stores.bucket import Bucket, StoreOptions, raw_key
from halocline.stores.schemas import rows_of
from halocline.stores.tables import Tables
from tests.samples.stores import file_event
from tests.stores_fixtures import known_fit

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

CODE = """
import sys
from datetime import timedelta
import flows.maintain
import tasks.maintain
from halocline.stores import maintenance
from prefect import flow

maintenance.GRACE_DAYS = -1  # what was just written counts as old, in the bucket as in Prefect
tasks.maintain.timedelta = lambda days: timedelta(hours=-1)

@flow
def anything():
    "A finished run."

anything()
for word in ("dry", "apply", "again"):
    for one in flows.maintain.maintain(apply=word != "dry", backup_to=sys.argv[1]):
        print(f"KEPT|{word}|{one.what}|{one.found}|{one.done}")
"""


def test_first_a_dry_run_then_done_then_nothing_left(stack, tmp_path: Path) -> None:
    prefix = f"s3://halocline/maintain-{datetime.now(UTC):%H%M%S%f}"
    bucket = known_fit(Bucket(prefix, StoreOptions(**stack.settings.s3_options())))
    tables = Tables(bucket)
    for number in range(4):
        event = file_event(f"aoml/1/R1_{number}.nc", sha256=f"{number:064d}")
        bucket.put_new(raw_key("argo_gdac", event["sha256"]), b"raw")
        tables.append("raw_files", rows_of("raw_files", [event]), run="r")
    before = tables.read("raw_files").sort_by("seq")
    bucket.put_new("raw/argo_gdac/ab/abandoned", b"12345")
    settings = stack.settings.model_copy(update={"store": prefix})

    done = subprocess.run(
        [sys.executable, "-c", CODE, f"{prefix}-copy"],
        env=child_environment(settings),
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    kept = {
        (word, what): (int(found), int(did))
        for line in done.stdout.splitlines()
        if line.startswith("KEPT|")
        for _kept, word, what, found, did in [line.split("|")]
    }
    garbage = "objects no event names"
    assert [kept[word, garbage] for word in ("dry", "apply", "again")] == [(1, 0), (1, 1), (0, 0)]
    assert kept["apply", "small files of table raw_files"] == (4, 3)
    assert kept["again", "objects that tables name and are LOST"] == (0, 0)
    old = next(what for _word, what in kept if what.startswith("Prefect flow runs"))
    assert kept["dry", old][0] >= 1
    assert kept["dry", old][1] == 0
    assert kept["apply", old][1] >= 1
    assert not bucket.exists("raw/argo_gdac/ab/abandoned")
    assert tables.read("raw_files").sort_by("seq") == before
    copy = Tables(Bucket(f"{prefix}-copy", bucket.options))
    assert copy.read("raw_files").sort_by("seq") == before
