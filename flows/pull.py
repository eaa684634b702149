"""Pull: ask each provider what changed, take it in batches, record what it withdrew."""

import fnmatch
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from prefect import flow
from prefect.logging import get_run_logger
from prefect.task_runners import ThreadPoolTaskRunner

from flows.context import is_part, named, network_of, open_run, received_now
from halocline.model.errors import ConfigInvalid, SourceUnavailable
from halocline.model.quarantine import Quarantined
from halocline.pipeline.providers import SOURCES_OF, not_offered, providers_of
from halocline.pipeline.pull import Plan
from halocline.pipeline.receive import Provider, Receipt, Remote, in_batches
from tasks.context import RunContext
from tasks.pull import list_changes, receive_batch, record_withdrawn
from tasks.runs import note_run
from tasks.summary import show_aside

Source = Literal["all", "argo", "coasthf"]
MOST_BATCHES = 40
"""Prefect tasks a provider's pull is cut into at most: the design allows about 200 a run."""
FILES_A_BATCH = 480
"""Files in a batch of a small pull: enough that a task is worth an operator's look."""


@dataclass(frozen=True)
class Pulled:
    """What a pull brought from every provider, and which ones did not answer."""

    received: int = 0
    unchanged: int = 0
    mended: int = 0
    """Of those unchanged: files whose bytes the store had lost or damaged."""
    withdrawn: int = 0
    quarantined: tuple[Quarantined, ...] = ()
    unavailable: tuple[str, ...] = ()
    platforms: frozenset[str] = frozenset()
    """Of which a provider offers anything."""
    not_offered: tuple[str, ...] = ()
    """Platforms the network names and no provider has a file of."""


@flow(
    name="pull",
    flow_run_name=named("pull"),
    task_runner=ThreadPoolTaskRunner(max_workers=2),  # type: ignore[arg-type]  # prefect 3.8
    description="Fetch what is new or changed at the providers; keep every byte as received.",
)
def pull(network: Path, *, source: Source = "all", again: tuple[str, ...] = ()) -> Pulled:
    """Bring the store up to date with the providers a network file names.

    A provider that does not answer is named in the result and never stops the others; a run of
    its own then ends as failed, so that somebody looks.

    Args:
        network: Network to follow: a name such as france, or the path of a network file.
        source: Which provider to ask: Argo's data centre, the coastal moorings' folder, or all.
        again: Platforms to fetch again though nothing changed, where the store lost or damaged what
            was received: WMO numbers or codes; * and ? stand for any letters.

    Raises:
        SourceUnavailable: a provider did not answer, and no other flow is there to say so.
        ConfigInvalid: nothing is offered of what `again` names — the operator's; everything else
            was done first.
    """
    context = open_run(network)
    received = received_now()
    followed = network_of(network)
    asked = [
        provider
        for provider in providers_of(followed)
        if source == "all" or provider.name in SOURCES_OF[source]
    ]
    parts = [
        _pull_one(provider, again=again, received=received, context=context) for provider in asked
    ]
    offered = {
        provider.name: part.platforms
        for provider, part in zip(asked, parts, strict=True)
        if not part.unavailable
    }
    pulled = _together(parts, not_offered=_told(not_offered(followed, offered)))
    note_run(
        flow="pull",
        name=Path(network).stem,
        started=received,
        parameters={"network": str(network), "source": source, "again": list(again)},
        set_aside=len(pulled.quarantined),
        summary={
            "received": pulled.received,
            "mended": pulled.mended,
            "unavailable": list(pulled.unavailable),
            "not offered": list(pulled.not_offered),
        },
        context=context,
    )
    if not is_part():
        show_aside(pulled.quarantined, key=Path(network).stem)
        if pulled.unavailable:
            raise SourceUnavailable("; ".join(pulled.unavailable))
    _require(again, offered=pulled.platforms)
    return pulled


def _together(parts: Sequence[Pulled], *, not_offered: tuple[str, ...]) -> Pulled:
    return Pulled(
        received=sum(part.received for part in parts),
        unchanged=sum(part.unchanged for part in parts),
        mended=sum(part.mended for part in parts),
        withdrawn=sum(part.withdrawn for part in parts),
        quarantined=tuple(one for part in parts for one in part.quarantined),
        unavailable=tuple(one for part in parts for one in part.unavailable),
        platforms=frozenset(one for part in parts for one in part.platforms),
        not_offered=not_offered,
    )


def _require(again: Sequence[str], *, offered: Collection[str]) -> None:
    strange = [name for name in again if not fnmatch.filter(offered, name)]
    if strange:
        raise ConfigInvalid(
            f"nothing was fetched again of {', '.join(strange)}: no provider asked has a file of "
            "it now. Correct `again`, or bring the objects back from a copy of the bucket"
        )


def _told(platforms: Sequence[str]) -> tuple[str, ...]:
    for one in platforms:
        get_run_logger().warning(
            "%s, named in the network file: no provider offers a file of it; correct the code, or "
            "ask the provider whether it was renamed",
            one,
        )
    return tuple(platforms)


def _pull_one(
    provider: Provider, *, again: Sequence[str], received: str, context: RunContext
) -> Pulled:
    try:
        plan = list_changes(provider, source=provider.name, again=again, context=context)
        receipts = _receive(provider, plan, received=received, context=context)
        withdrawn = 0
        if plan.withdrawn:
            withdrawn = record_withdrawn(
                plan,
                provider=provider,
                source=provider.name,
                received=received,
                context=context,
            )
    except SourceUnavailable as fault:
        get_run_logger().error(
            "%s not reached, the run goes on without it: %s", provider.name, fault
        )
        return Pulled(unavailable=(f"{provider.name}: {fault}",))
    return Pulled(
        received=sum(len(one.rows) for one in receipts),
        unchanged=sum(one.unchanged for one in receipts),
        mended=sum(one.mended for one in receipts),
        withdrawn=withdrawn,
        quarantined=(*plan.quarantined, *(out for one in receipts for out in one.quarantined)),
        platforms=plan.platforms,
    )


def _receive(
    provider: Provider, plan: Plan, *, received: str, context: RunContext
) -> Sequence[Receipt]:
    files: Sequence[Remote] = plan.to_fetch
    size = max(FILES_A_BATCH, -(-len(files) // MOST_BATCHES))
    batches = in_batches(files, size=size)
    futures = [
        receive_batch.submit(
            provider,
            batch,
            source=provider.name,
            number=number,
            total=len(batches),
            received=received,
            known=plan.known_of(batch),
            context=context,
        )
        for number, batch in enumerate(batches, start=1)
    ]
    return [future.result() for future in futures]
