"""Retrain: learn the gap filling of stations from their history, apart from the polls."""

from dataclasses import dataclass
from pathlib import Path

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows.context import named, open_run, received_now
from halocline.pipeline.retrain import Trained
from tasks.retrain import plan_stations, train_stations
from tasks.runs import note_run
from tasks.turns import Turn


@dataclass(frozen=True)
class Retrained:
    """What a run learned."""

    stations: tuple[Trained, ...]
    up_to_date: int


@flow(
    name="retrain",
    flow_run_name=named("retrain"),
    task_runner=ThreadPoolTaskRunner(max_workers=1),  # type: ignore[arg-type]  # prefect 3.8
    description="Learn the gap filling of stations from their whole history; name the new models.",
)
def retrain(network: Path, *, stations: tuple[str, ...] = (), force: bool = False) -> Retrained:
    """Every station with newer data has a new model; the next `process` makes its products anew.

    A station that cannot be learned keeps the model it has, or none; an error of our own stops
    the run.

    Args:
        network: Network to learn: a name such as france, or the path of a network file.
        stations: Codes of the stations to learn, such as 6200443; all when empty.
        force: Learn again stations whose data, code and thresholds have not changed.
    """
    context = open_run(network, turn=Turn.TRAINING)
    began = received_now()
    plan = plan_stations(stations, force=force, context=context)
    trained: tuple[Trained, ...] = ()
    if plan.jobs:
        trained = train_stations(plan.jobs, total=len(plan.jobs), context=context)
    made = {one.platform: one.event["version"] for one in trained if one.event is not None}
    note_run(
        flow="retrain",
        name=Path(network).stem,
        started=began,
        parameters={"network": str(network), "stations": list(stations), "force": force},
        set_aside=len(trained) - len(made),
        summary={"models": made},
        context=context,
    )
    return Retrained(stations=trained, up_to_date=plan.up_to_date)
