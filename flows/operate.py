"""The main job: pull, process, say what was made."""

from pathlib import Path

from prefect import flow, tags

from flows.context import named, open_run
from flows.process import Processed, process
from flows.pull import Pulled, pull
from halocline.model.errors import SourceUnavailable
from tasks.summary import RunSummary, counts_of, previews_of, write_summary


@flow(
    name="operate",
    flow_run_name=named("operate"),
    description="The main job: pull what changed, check and fill it, publish products.",
)
def operate(network: Path, *, force: bool = False) -> RunSummary:
    """Pull, process, and leave a summary on the run's page.

    Args:
        network: Network to follow: a name such as france, or the path of a network file.
        force: Make products again whose inputs, code and thresholds have not changed.

    Raises:
        SourceUnavailable: a provider did not answer; everything else was made and published
            first, and the run is marked failed so that somebody looks.
    """
    with tags("halocline", Path(network).stem):
        pulled = pull(network)
        processed = process(network, force=force)
        summary = summarise(pulled, processed, network=network)
        write_summary(summary, key=Path(network).stem)
    if summary.unavailable:
        raise SourceUnavailable("; ".join(summary.unavailable))
    return summary


def summarise(pulled: Pulled, processed: Processed, *, network: Path) -> RunSummary:
    """Put the two halves of a run together."""
    outcomes = [one for batch in processed.batches for one in batch.outcomes]
    return RunSummary(
        received=pulled.received,
        unchanged_files=pulled.unchanged,
        withdrawn=pulled.withdrawn,
        platforms=processed.planned,
        up_to_date=processed.up_to_date,
        published=sum(batch.published for batch in processed.batches),
        superseded=sum(batch.superseded for batch in processed.batches),
        busy_s=sum(batch.busy_s for batch in processed.batches),
        process_wall_s=processed.wall_s,
        quarantined=(
            *pulled.quarantined,
            *processed.aside,
            *(out for one in outcomes for out in one.quarantined),
        ),
        unavailable=pulled.unavailable,
        not_offered=pulled.not_offered,
        previews=previews_of(outcomes, context=open_run(network)),
        **counts_of(outcomes),
    )
