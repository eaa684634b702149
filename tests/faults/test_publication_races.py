"""Several processes publish at once: no lost event, no older input over newer, linear history."""

import random

from halocline.stores.bucket import Bucket
from halocline.stores.tables import Tables
from tests.faults.publishers import (
    assert_no_duplicate,
    history,
    processes,
    publish_in_order,
    start,
    time_of,
    view,
)

PUBLISHERS = 8
ROUNDS = 2


def test_eight_publish_different_platforms(bucket: Bucket) -> None:
    context = processes()
    names = [f"690{number:04d}" for number in range(PUBLISHERS)]
    running = [start(context, publish_in_order, bucket, [name], range(ROUNDS)) for name in names]
    for process in running:
        process.join()
    assert [process.exitcode for process in running] == [0] * PUBLISHERS
    events = history(bucket)
    assert [event["seq"] for event in events] == list(range(1, PUBLISHERS * ROUNDS + 1))
    assert Tables(bucket).version("products") == PUBLISHERS * ROUNDS
    assert view(bucket) == dict.fromkeys(names, time_of(ROUNDS - 1))


def test_an_older_input_never_covers_a_newer(bucket: Bucket) -> None:
    """Four processes publish the same float from inputs of different age, each in its own order."""
    context, times = processes(), list(range(4))
    orders = [random.Random(seed).sample(times, len(times)) for seed in range(4)]
    running = [start(context, publish_in_order, bucket, ["6903247"], order) for order in orders]
    for process in running:
        process.join()
    published = [str(event["reference_time"]) for event in history(bucket)]
    assert published == sorted(set(published)), "each once, in order of its inputs"
    assert view(bucket) == {"6903247": time_of(max(times))}
    assert_no_duplicate(bucket)
