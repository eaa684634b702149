"""What a profile and a value cost as the network grows: 12, 120 and 1,200 floats, 1 to 20 years.

CPU seconds of this process and of those it starts, stage by stage, on a folder store; the archives
are the twin ocean's. Every dozen floats has the same mix of core, deep and BGC, so that sizes
compare. Last, one new day comes to the station of 20 years. Writes docs/reference/growth.md.
"""

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from flows.context import config_of
from flows.process import cut_in_batches
from halocline.networks import Network
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.jobs import Job
from halocline.pipeline.plan import ProcessPlan
from halocline.pipeline.process import process_platform
from halocline.simulate.archive import write_archive
from halocline.simulate.argo_archive import GDAC
from halocline.simulate.coast_archive import FOLDER, csv_text, deliveries, make_record
from halocline.simulate.summary import Parameters
from halocline.stores.bucket import Bucket
from halocline.stores.publication import publish
from halocline.stores.tables import Tables
from tests.bench._shared import say
from tests.samples.main_job import network_of, plan_once, pull_once

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "growth.md"
FLOATS: Final = (12, 120, 1_200)
CYCLES: Final = 8
YEARS: Final = (1, 4, 20)
MIDDLE: Final = "07-01"
"""Archives of stations end in mid-year, as a poll on most days of a year finds them."""
EARLIER: Final = "2026-11-24T00:00:00Z"
NOW: Final = "2026-11-25T00:00:00Z"
T = TypeVar("T")
SEED: Final = 8
FIRST_RUN: Final = ("pull", "plan", "process", "publish")
STAGES: Final = (*FIRST_RUN, "poll of nothing new")
HEAD: Final = """# What growth costs

Made by `make bench` (`python -m tests.bench growth`); do not edit. CPU time for one profile or one
value, over that of a whole first run of the smallest network of its table: a last row of ones is
flat.
"""


@dataclass
class Cost:
    """CPU seconds by stage of one network, and what they are spread over."""

    title: str
    items: int = 0
    products: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def spend(self, stage: str, call: Callable[[], T]) -> T:
        """What `call` answers; its CPU time is on the account of `stage`."""
        began = _cpu()
        answer = call()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + _cpu() - began
        return answer


def main() -> None:
    """Print the tables and write the page."""
    _warm_up()
    lines = [HEAD]
    costs = [_floats(count) for count in FLOATS]
    lines += _table(f"Floats of {CYCLES} profiles", "profile", costs)
    costs, days = [], ""
    for years in YEARS:
        cost, days = _station(years)
        costs.append(cost)
    lines += _table("A station, every 20 minutes", "value", costs)
    lines.append(f"\n{days}\n")
    text = "\n".join(lines)
    say(text)
    PAGE.write_text(text, encoding="utf-8")


def _warm_up() -> None:
    """What numba compiles is compiled, and what is imported late is imported."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_archive(folder / "archive", seed=SEED, floats=12, profiles_per_float=3, stations=0)
        _run(Cost("warm-up"), network_of(argo=folder / "archive" / GDAC), _store(folder))


def _floats(count: int) -> Cost:
    cost = Cost(f"{count:,} floats")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_archive(
            folder / "archive", seed=SEED, floats=count, profiles_per_float=CYCLES, stations=0
        )
        cost.items = _run(cost, network_of(argo=folder / "archive" / GDAC), _store(folder))
    _tell(cost)
    return cost


def _station(years: int) -> tuple[Cost, str]:
    """Cost of a station of so many years, and what one new day asked for."""
    cost = Cost(f"{years} years" if years > 1 else "1 year")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = f"{2024 - years}-{MIDDLE}"
        write_archive(
            folder / "archive", seed=SEED, floats=0, stations=1, months=12 * years, start=start
        )
        network, store = network_of(coasthf=folder / "archive" / FOLDER), _store(folder)
        cost.items = _run(cost, network, store)
        files = _one_day_later(folder / "archive" / FOLDER, years=years, start=start)
        pull_once(network, store, received=NOW)
        asked = ", ".join(job.name for job in plan_once(network, store).coasthf)
    _tell(cost)
    return cost, (
        f"One new day at the station of {cost.title} ({cost.products} station-years): {files} "
        f"files differ, and the plan asks for {asked} alone."
    )


def _run(cost: Cost, network: Network, store: Bucket) -> int:
    """Pull, plan, process and publish as the flows do; number of profiles or values."""
    config = config_of(network)
    cost.spend("pull", lambda: pull_once(network, store, received=EARLIER))
    plan = cost.spend("plan", lambda: plan_once(network, store))
    items = sum(
        _batch(cost, jobs, store=store, config=config)
        for name, found in (("argo", plan.argo), ("coasthf", plan.coasthf))
        for _name, _number, _total, jobs in cut_in_batches(name, found)
    )
    again: ProcessPlan = cost.spend("poll of nothing new", lambda: _poll(network, store))
    if again.argo or again.coasthf:
        raise AssertionError(f"{cost.title}: a second poll asks for {again}")
    return items


def _batch(cost: Cost, jobs: Sequence[Job], *, store: Bucket, config: ProcessConfig) -> int:
    """One batch of platforms made and published in one commit; its profiles or values."""
    outcomes = cost.spend(
        "process", lambda: [process_platform(job, bucket=store, config=config) for job in jobs]
    )
    events = [one.event for one in outcomes if one.event is not None]
    cost.spend("publish", lambda: publish(Tables(store), events, run="bench"))
    cost.products += len(events)
    return sum(int(one["n_profiles"] or one["n_values"]) for one in events)


def _poll(network: Network, store: Bucket) -> ProcessPlan:
    pull_once(network, store, received=NOW)
    return plan_once(network, store)


def _one_day_later(folder: Path, *, years: int, start: str) -> int:
    """The provider's folder a day later; number of files that are new or differ."""
    parameters = Parameters(SEED, 0, 70, 1, 12 * years, start)
    record, changed = make_record(0, parameters), 0
    end = parameters.end + np.timedelta64(1, "D")
    today = {one.name: one for one in deliveries(record, end=end, seed=SEED)}
    for name in sorted(today)[-2:]:  # the new month's file, and LATEST
        path, text = folder / name, csv_text(record, today[name]).encode()
        if not path.exists() or path.read_bytes() != text:
            path.write_bytes(text)
            changed += 1
    return changed


def _table(title: str, unit: str, costs: Sequence[Cost]) -> list[str]:
    lines = [
        f"\n## {title}\n",
        f"| stage | {' | '.join(one.title for one in costs)} |",
        "|---" + "|---:" * len(costs) + "|",
    ]
    first = sum(costs[0].seconds[stage] for stage in FIRST_RUN) / costs[0].items
    for stage in STAGES:
        cells = [f"{one.seconds[stage] / one.items / first:.3f}" for one in costs]
        lines.append(f"| {stage} | {' | '.join(cells)} |")
    sums = [sum(one.seconds[stage] for stage in FIRST_RUN) / one.items / first for one in costs]
    lines.append(f"| **first run, whole** | {' | '.join(f'**{one:.2f}**' for one in sums)} |")
    numbers = "; ".join(f"{one.items:,} {unit}s of {one.title}" for one in costs)
    return [*lines, f"\n{numbers}."]


def _store(folder: Path) -> Bucket:
    store = Bucket(f"file://{folder}/store")
    store.ensure()
    return store


def _tell(cost: Cost) -> None:
    spent = ", ".join(f"{stage} {value:.1f}" for stage, value in cost.seconds.items())
    say(f"{cost.title}: {cost.items:,} items, CPU seconds: {spent}")


def _cpu() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
