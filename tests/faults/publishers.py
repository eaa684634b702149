"""What the fault tests run in processes of their own, where it can be killed."""

import multiprocessing
from collections.abc import Sequence
from multiprocessing.context import ForkServerContext, ForkServerProcess

import pandas  # noqa: F401  pyarrow imports it at the first conversion: preloaded with the rest
import pyarrow.dataset  # noqa: F401

from halocline.model.errors import SourceUnavailable
from halocline.stores import _s3  # noqa: F401
from halocline.stores.bucket import Bucket, NoSuchKey
from halocline.stores.publication import publish
from halocline.stores.tables import Tables, current_products
from tests.samples.stores import product_event, written

VIEW = ["network", "platform", "year", "path", "reference_time", "recipe", "status", "seq"]


def processes() -> ForkServerContext:
    """Processes that start in some 50 ms: what they need is imported once, in their parent."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.publishers"])
    return context


def time_of(number: int) -> str:
    """Reference times in order: hours of the year 2026."""
    day, hour = divmod(number, 24)
    return f"2026-01-{day + 1:02d}T{hour:02d}:00:00Z"


def make_and_publish(bucket: Bucket, platforms: Sequence[str], number: int, run: str) -> None:
    """One run: objects of every platform, then one commit."""
    events = [
        written(bucket, product_event(platform, reference_time=time_of(number)))
        for platform in platforms
    ]
    publish(Tables(bucket), events, run=run)


def publish_in_order(bucket: Bucket, platforms: Sequence[str], numbers: Sequence[int]) -> None:
    """Several runs one after the other, each tried again while the store or the others are busy."""
    for number in numbers:
        for _ in range(5):
            try:
                make_and_publish(bucket, platforms, number, run=f"{platforms[0]}/{number}")
            except SourceUnavailable:
                continue
            break


def start(context: ForkServerContext, target: object, *arguments: object) -> ForkServerProcess:
    """A started process."""
    process = context.Process(target=target, args=arguments)  # type: ignore[arg-type]
    process.start()
    return process


def view(bucket: Bucket) -> dict[str, str]:
    """Reference time of every current product, every object of which is there.

    Raises:
        AssertionError: a reader would see something it must never see.
    """
    events = Tables(bucket).read("products", columns=VIEW)
    current = current_products(events).to_pylist()
    for event in current:
        for name in ("product.nc", "manifest.json"):
            try:
                content = bucket.get(f"{event['path']}/{name}")
            except NoSuchKey as fault:
                raise AssertionError(f"published, and its object is missing: {fault}") from fault
            assert content.decode() == event["path"].rpartition("/")[2]
    return {event["platform"]: event["reference_time"] for event in current}


def history(bucket: Bucket) -> list[dict[str, object]]:
    """Every event ever published, in order."""
    events: list[dict[str, object]] = Tables(bucket).read("products").sort_by("seq").to_pylist()
    return events


def assert_no_duplicate(bucket: Bucket) -> None:
    """No recipe of a product was published twice."""
    recipes = [(event["platform"], event["recipe"]) for event in history(bucket)]
    assert len(recipes) == len(set(recipes))
