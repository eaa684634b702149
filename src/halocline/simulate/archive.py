"""A whole archive of the twin ocean."""

from collections.abc import Callable
from pathlib import Path

from halocline.simulate.argo_archive import (
    GDAC,
    Indexes,
    write_float,
    write_indexes,
)
from halocline.simulate.coast_archive import (
    write_station,
)
from halocline.simulate.summary import ArchiveSummary, Parameters, Tally

Progress = Callable[[str, int, int], None]


def write_archive(
    folder: Path,
    *,
    seed: int,
    floats: int = 24,
    profiles_per_float: int = 70,
    stations: int = 4,
    months: int = 12,
    start: str = "2024-01-01",
    progress: Progress | None = None,
) -> ArchiveSummary:
    """Write `folder/argo/gdac`, `folder/coasthf/coriolis_cotier_csv` and `folder/truth`.

    One float or station is in memory at a time. `progress` hears ("float" | "station", done, all).
    The same arguments write the same bytes.
    """
    parameters = Parameters(seed, floats, profiles_per_float, stations, months, start)
    tally, indexes, names, codes = Tally(), Indexes(), [], []
    for number in range(floats):
        names.append(
            write_float(folder, number=number, parameters=parameters, tally=tally, indexes=indexes)
        )
        _tell(progress, "float", number + 1, floats)
    (folder / GDAC).mkdir(parents=True, exist_ok=True)
    write_indexes(folder, indexes, today=parameters.end)
    for number in range(stations):
        codes.append(write_station(folder, number=number, parameters=parameters, tally=tally))
        _tell(progress, "station", number + 1, stations)
    summary = ArchiveSummary(
        parameters=parameters,
        floats=tuple(names),
        stations=tuple(codes),
        counts=dict(tally.counts),
        bad_files=tuple(tally.bad_files),
        faults=tuple(tally.faults),
    )
    summary.write(folder)
    return summary


def _tell(progress: Progress | None, what: str, done: int, total: int) -> None:
    if progress is not None:
        progress(what, done, total)
