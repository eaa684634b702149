"""Write a product's three objects, and describe the event that would publish it."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from halocline.model.digest import sha256_of
from halocline.model.quarantine import Quarantined
from halocline.pipeline.jobs import Job
from halocline.pipeline.outcome import Outcome
from halocline.pipeline.stopwatch import Stopwatch
from halocline.products import manifest
from halocline.products.paths import MANIFEST, PREVIEW, PRODUCT, product_folder
from halocline.products.provenance import Provenance
from halocline.products.statistics import Statistics
from halocline.stores.bucket import Bucket


@dataclass(frozen=True)
class Made:
    """A product as bytes, with what its event and its manifest say of it."""

    product: bytes
    draw: Callable[[], bytes]
    statistics: Statistics
    provenance: Provenance
    quarantined: tuple[Quarantined, ...]


def keep(made: Made, *, job: Job, bucket: Bucket, watch: Stopwatch) -> Outcome:
    """The three objects are in the bucket; the outcome holds the event that would publish them.

    Picture and manifest come before the product: publication looks for the product only, so a
    version that can be published is whole. What is there as it was made is left untouched; what the
    store lost or damaged of it is replaced.
    """
    with watch.stage("draw"):
        preview = made.draw()
    content = manifest.encode(
        product=made.product,
        preview=preview,
        statistics=made.statistics,
        provenance=made.provenance,
    )
    version = sha256_of(made.product)
    folder = product_folder(
        network=job.network, platform=job.platform, year=job.year, version=version
    )
    with watch.stage("write"):
        for name, one in ((PREVIEW, preview), (MANIFEST, content), (PRODUCT, made.product)):
            bucket.mend(f"{folder}/{name}", one)
    return Outcome(
        network=job.network,
        platform=job.platform,
        year=job.year,
        status="made",
        event=_event(made, job=job, version=version, folder=folder),
        quarantined=made.quarantined,
        bytes_read=job.weight,
        seconds=watch.seconds,
    )


def _event(made: Made, *, job: Job, version: str, folder: str) -> dict[str, str | int]:
    summary = json.dumps(made.statistics.summary(), sort_keys=True, separators=(",", ":"))
    return {
        "network": job.network,
        "platform": job.platform,
        "year": job.year,
        "version": version,
        "recipe": job.recipe,
        "reference_time": job.reference_time,
        "path": folder,
        "status": "current",
        "inputs": len(job.inputs),
        **made.statistics.row(),
        "summary": summary,
    }
