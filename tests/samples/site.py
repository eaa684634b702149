"""A store with one float and one station published, as a run would leave it."""

import json

from halocline.model.digest import sha256_of
from halocline.products import argo_profiles, coasthf_series
from halocline.products.statistics import (
    Statistics,
    statistics_of_profiles,
    statistics_of_series,
)
from halocline.stores.bucket import Bucket
from halocline.stores.publication import publish
from halocline.stores.schemas import rows_of
from halocline.stores.tables import Tables
from tests.samples.products import small_float, small_station
from tests.samples.stores import product_event

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8"
    "ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)
"""One white point."""


def published_float(bucket: Bucket, *, seed: int = 3, time: str = "2026-11-20T04:05:06Z") -> str:
    """A float is published; returns the version of its product."""
    one = small_float(seed=seed)
    arguments = one.arguments()
    statistics = statistics_of_profiles(
        profiles=one.profiles, flags=one.flags, filled=one.filled, fill_method="pchip"
    )
    content = argo_profiles.encode(**arguments)
    return _publish(bucket, content, statistics, network="argo", platform="6901929", time=time)


def published_station(bucket: Bucket, *, n: int = 400, year: int = 2024) -> str:
    """A station's year is published; returns the version of its product."""
    one = small_station(n=n)
    statistics = statistics_of_series(
        series=one.series, checked=one.checked, gridded=one.gridded, fills=one.fills,
        provenance=one.provenance,
    )  # fmt: skip
    content = coasthf_series.encode(**one.arguments())
    return _publish(
        bucket, content, statistics, network="coasthf", platform="6200443", year=year,
        time="2026-11-20T04:05:06Z",
    )  # fmt: skip


def recorded_run(bucket: Bucket, *, run: str = "run-1", name: str = "operate <france>") -> None:
    """A run is in the table `runs`; its name holds what must be escaped."""
    event = {
        "flow": "operate", "name": name, "status": "completed", "started": "2026-11-20T04:00:00Z",
        "finished": "2026-11-20T04:05:00Z", "software": "halocline", "code_digest": "c",
        "parameters": "{}", "published": 2, "dropped": 0, "set_aside": 1, "summary": "{}",
    }  # fmt: skip
    Tables(bucket).append("runs", rows_of("runs", [event]), run=run)


def _publish(
    bucket: Bucket,
    content: bytes,
    statistics: Statistics,
    *,
    network: str,
    platform: str,
    time: str,
    year: int = 0,
) -> str:
    version = sha256_of(content)
    folder = f"products/{network}/{platform}/{f'{year}/' if year else ''}{version}"
    for name, each in (("product.nc", content), ("preview.png", PNG), ("manifest.json", b"{}")):
        bucket.put_new(f"{folder}/{name}", each)
    event = product_event(
        platform, network=network, year=year, version=version, recipe=version, path=folder,
        reference_time=time, summary=json.dumps(statistics.summary()), **statistics.row(),
    )  # fmt: skip
    publish(Tables(bucket), [event], run="r")
    return version
