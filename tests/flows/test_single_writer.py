"""On a store that needs it, tasks that write take turns; the lock is Prefect's."""

import subprocess
import sys
from pathlib import Path

import pytest

from halocline.settings import child_environment

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

CODE = """
import sys
from pathlib import Path
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ThreadPoolTaskRunner
from tasks.context import RunContext
from tasks.single_writer import writing

context = RunContext(run="r", bucket=None, dask_address="", config=None,
                     single_writer=sys.argv[1] == "one")
place = Path(sys.argv[2])
BEYOND_A_TURN_S = 60

@task(cache_policy=NO_CACHE)
def write(number):
    with writing(context):
        inside = place / str(number)
        inside.touch()
        together = len(list(place.iterdir()))
        if not context.single_writer:  # both get in: wait for the other one to prove it
            import time
            end = time.monotonic() + BEYOND_A_TURN_S
            while together < 2 and time.monotonic() < end:
                together = len(list(place.iterdir()))
            return together
        inside.unlink()
        return together

@flow(task_runner=ThreadPoolTaskRunner(max_workers=2))
def run():
    return [one.result() for one in [write.submit(0), write.submit(1)]]

print("together:", run())
"""


@pytest.mark.parametrize(("mode", "together"), [("one", "[1, 1]"), ("many", "[2, 2]")])
def test_writers_take_turns_where_the_store_needs_it(
    stack, tmp_path: Path, mode: str, together: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, mode, str(tmp_path)],
        env=child_environment(stack.settings),
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert f"together: {together}" in done.stdout, done.stderr[-3000:]
    assert ("SINGLE-WRITER MODE" in done.stderr) == (mode == "one")
