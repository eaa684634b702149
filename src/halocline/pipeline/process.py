"""Where rooms meet: from a job to a product in the bucket and the row that would publish it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from halocline.learn.model_files import ModelOutdated
from halocline.learn.station import StationModel
from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.pipeline import argo, coasthf
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.grey_list import digest_of_rows
from halocline.pipeline.jobs import Job
from halocline.pipeline.made import Made, keep
from halocline.pipeline.models import ModelDamaged, load_model
from halocline.pipeline.outcome import Outcome, set_aside
from halocline.pipeline.raw_bytes import RawDamaged, contents_of
from halocline.pipeline.stopwatch import Stopwatch
from halocline.products.provenance import Provenance
from halocline.stores.bucket import Bucket

log = logging.getLogger(__name__)
MAKERS: Final[Mapping[str, Callable[..., Made]]] = {"argo": argo.make, "coasthf": coasthf.make}


def process_platform(job: Job, *, bucket: Bucket, config: ProcessConfig) -> Outcome:
    """Make one platform's product; the same call in a notebook, a test and on a Dask worker.

    Afterwards the bucket holds the product and the outcome its event, which is published by
    whoever called; or the platform was set aside, and the outcome says why.

    Raises:
        SourceUnavailable: the store does not answer — retry.
        ContractBroken: ours; it stops the run.
    """
    watch = Stopwatch()
    with watch.stage("read"):
        try:
            contents = contents_of(job.inputs, bucket)
            facts = _facts(job, bucket)
        except (RawDamaged, ModelDamaged) as fault:
            return set_aside(job, Reason.UNREADABLE, str(fault), seconds=watch.seconds)
    if job.model is not None and facts["model"] is None:
        job = replace(job, model=None)
    try:
        made = MAKERS[job.network](
            contents, provenance=provenance_of(job, config), config=config, watch=watch, **facts
        )
    except BadUpstreamData as fault:
        return set_aside(job, fault.reason, fault.detail, seconds=watch.seconds)
    return keep(made, job=job, bucket=bucket, watch=watch)


def _facts(job: Job, bucket: Bucket) -> dict[str, Any]:
    """What a maker of the network is told beside files and choices."""
    if job.network == "argo":
        return {"greylist": job.greylist}
    return {"model": _model_of(job, bucket)}


def _model_of(job: Job, bucket: Bucket) -> StationModel | None:
    """The station's model; None where there is none, or other code than this learned it.

    An upgrade must not stop the products of every station until the next training. The code is part
    of the recipe: what is made without the model is made anew with its successor.
    """
    if job.model is None:
        return None
    try:
        return load_model(job.model, bucket=bucket)
    except ModelOutdated as fault:
        log.warning("filled without its model until `retrain` has run: %s", fault)
        return None


def provenance_of(job: Job, config: ProcessConfig) -> Provenance:
    """What the product's bytes depend on; of the grey list that is the float's own rows."""
    listed = digest_of_rows(job.greylist)
    recipe = config.recipe(job.network)
    return Provenance(
        network=job.network,
        platform=job.platform,
        year=job.year,
        recipe=job.recipe,
        inputs=tuple(
            sorted(
                [
                    *((one.file, one.sha256) for one in job.inputs),
                    *([(f"ar_greylist.txt#{job.platform}", listed)] if listed else []),
                ]
            )
        ),
        code_digest=recipe.code_digest,
        suite_digest=recipe.suite_digest,
        config_digest=recipe.config_digest,
        seed=recipe.seed,
        reference_time=job.reference_time,
        models={} if job.model is None else {job.model.name: job.model.version},
    )
