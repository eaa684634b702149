"""Where the time of the main job goes, and how near it is to the bare reading of the files.

Real floats and stations, one after another in this process, on a folder store. Every figure of the
second table comes from the same run on the same files. Writes docs/reference/performance.md.
"""

import platform
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import netCDF4
import numpy as np
import xarray as xr

from flows.context import config_of
from halocline.model.profiles import Profiles
from halocline.networks import Network
from halocline.pipeline.argo import juld_of
from halocline.pipeline.inputs import InputFile
from halocline.pipeline.outcome import Outcome
from halocline.pipeline.process import process_platform
from halocline.qc.argo import check
from halocline.sources.argo_gdac import assemble, parse_name
from halocline.stores.bucket import Bucket
from halocline.stores.publication import publish
from halocline.stores.tables import Tables
from tests.bench._shared import found, say
from tests.samples.main_job import network_of, plan_once, pull_once

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "performance.md"
NOW: Final = "2026-11-25T00:00:00Z"
STAGES: Final = ("read", "decode", "qc", "fill", "encode", "draw", "write")
READ: Final = ("PRES", "TEMP", "PSAL", "PRES_QC", "TEMP_QC", "PSAL_QC", "JULD", "LATITUDE",
               "LONGITUDE", "DATA_MODE")  # fmt: skip
REPEATS: Final = 3
HEAD: Final = """# What the main job costs

Made by `make bench` (`python -m tests.bench performance`); do not edit. Machines differ and are
noisy: read the shares and the ratios. This one: {machine}.
"""


def main() -> None:
    """Print the tables and write the page."""
    gdac = found("argo/gdac")
    coast = found("coasthf/coriolis_cotier_csv")
    if gdac is None or coast is None:
        return
    lines = [HEAD.format(machine=f"Python {platform.python_version()}, {platform.machine()}")]
    with tempfile.TemporaryDirectory() as name:
        lines += _stages(network_of(argo=gdac, coasthf=coast), Path(name))
    lines += _reading(gdac)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines.append(f"\nPeak memory of the whole of this in one process: {peak:.0f} MB.\n")
    text = "\n".join(lines)
    say(text)
    PAGE.write_text(text, encoding="utf-8")


def _stages(network: Network, folder: Path) -> list[str]:
    """Share of each stage, and items a second, over every platform of the folders."""
    store = Bucket(f"file://{folder}/store")
    store.ensure()
    pull_once(network, store, received=NOW)
    plan, config = plan_once(network, store), config_of(network)
    process_platform(plan.argo[-1], bucket=store, config=config)  # compiles what numba compiles
    lines = []
    for title, jobs, unit in (
        ("Argo floats", plan.argo, "profiles"),
        ("COAST-HF station-years", plan.coasthf, "values"),
    ):
        outcomes = [process_platform(job, bucket=store, config=config) for job in jobs]
        lines += _stage_table(title, outcomes, unit=unit, commit=_commit(store, outcomes))
    return lines


def _commit(store: Bucket, outcomes: Sequence[Outcome]) -> float:
    events = [one.event for one in outcomes if one.event is not None]
    return _timed(lambda: publish(Tables(store), events, run="bench"))


def _stage_table(title: str, outcomes: Sequence[Outcome], *, unit: str, commit: float) -> list[str]:
    seconds: dict[str, float] = defaultdict(float)
    for one in outcomes:
        for stage, value in one.seconds.items():
            seconds[stage] += value
    seconds["commit"] = commit
    events = [one.event for one in outcomes if one.event is not None]
    items = sum(int(event[f"n_{unit}"]) for event in events)
    whole = sum(seconds.values())
    lines = [
        f"\n## {title}\n",
        f"{len(events)} products, {items:,} {unit}; one process, one thread.\n",
        f"| stage | share | {unit} a second |",
        "|---|---:|---:|",
    ]
    for stage in (*STAGES, "commit"):
        rate = items / seconds[stage] if seconds[stage] else np.inf
        lines.append(f"| {stage} | {seconds[stage] / whole:.1%} | {rate:,.0f} |")
    return [*lines, f"| **all** | 100 % | {items / whole:,.0f} |"]


def _reading(gdac: Path) -> list[str]:
    """Decode and QC beside bare readers and another QC package, on the same mono files."""
    paths = sorted(gdac.glob("dac/*/*/profiles/[RD]*.nc"))
    groups: dict[str, list[tuple[InputFile, bytes]]] = defaultdict(list)
    for path in paths:
        one = _input(path)
        groups[one.platform].append((one, path.read_bytes()))
    config = config_of(network_of(argo=gdac))
    profiles = [assemble(name, contents).profiles for name, contents in groups.items()]

    def decode() -> None:
        for name, contents in groups.items():
            assemble(name, contents)

    def judge() -> None:
        for one in profiles:
            check(one, config.argo_suite, juld_of(NOW))

    judge()  # compiles what numba compiles
    ours = {"decode": _best(decode), "decode + QC": _best(decode) + _best(judge)}
    bare = _best(lambda: [_bare(path) for path in paths])
    rows = [("netCDF4, raw, ten variables: the physical limit", bare)]
    rows += [(f"halocline, {name}", value) for name, value in ours.items()]
    rows.append(("xarray.open_dataset(…).load()", _best(lambda: [_xarray(path) for path in paths])))
    rows += _ioos(profiles)
    lines = [
        "\n## Beside others, on the same profiles in the same run\n",
        f"{len(paths)} mono-profile files, best of {REPEATS}; below 1 is faster than the bare "
        "reading.\n",
        "| what | times the bare reading |",
        "|---|---:|",
    ]
    return lines + [f"| {name} | {value / bare:.2f} |" for name, value in rows]


def _ioos(profiles: Sequence[Profiles]) -> list[tuple[str, float]]:
    """Four tests of ioos_qc on the same arrays, where that package is installed."""
    try:
        from ioos_qc import argo, qartod  # noqa: PLC0415  of the group `bench`
    except ImportError:
        say("ioos_qc is not installed: pip install --group bench")
        return []

    def judge() -> None:
        for one in profiles:
            for row in range(one.n_prof):
                pressure = one.variables["PRES"].value[row]
                there = np.isfinite(pressure)
                if there.sum() < 3:
                    continue
                argo.pressure_increasing_test(pressure[there])
                for name in ("TEMP", "PSAL"):
                    if name in one.variables:
                        value = one.variables[name].value[row][there]
                        qartod.gross_range_test(value, fail_span=(-2.5, 41.0))
                        qartod.spike_test(value, suspect_threshold=0.3, fail_threshold=2.0)

    return [("ioos_qc 3, four tests on decoded arrays", _best(judge))]


def _bare(path: Path) -> None:
    with netCDF4.Dataset(path) as opened:
        opened.set_auto_maskandscale(False)
        opened.set_auto_chartostring(False)
        for name in READ:
            if name in opened.variables:
                opened.variables[name][:]


def _xarray(path: Path) -> None:
    with xr.open_dataset(path, decode_timedelta=False) as opened:
        opened.load()


def _best(call: Callable[[], object]) -> float:
    return min(_timed(call) for _repeat in range(REPEATS))


def _timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _input(path: Path) -> InputFile:
    file = "/".join(path.parts[-4:])
    named = parse_name(file)
    assert named is not None
    return InputFile(
        source="argo_gdac", file=file, kind=named.kind, platform=named.platform,
        cycle=named.cycle, direction=named.direction, mode=named.mode, date_update="",
        sha256="", size=path.stat().st_size, received=NOW, first="", last="",
    )  # fmt: skip
