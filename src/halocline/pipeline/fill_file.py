"""Check and fill a series that lies in files: no service, no bucket, one netCDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from halocline.gapfill._api import REFERENCE, SeriesMethod, series_methods
from halocline.learn.filling import SeriesFill, fill_series
from halocline.learn.gate import GateRow
from halocline.learn.native import Native, find_native
from halocline.learn.station import Run, fill_station
from halocline.model.checked import Checked
from halocline.model.digest import Json, digest_of, digests_of
from halocline.model.errors import ConfigInvalid
from halocline.model.estimates import Origin
from halocline.model.gridding import Gridded
from halocline.model.quarantine import Quarantined
from halocline.model.series import Grid, Series
from halocline.pipeline.code_digest import code_digest
from halocline.pipeline.drivers import NO_DRIVERS, DriverFiles, read_drivers
from halocline.pipeline.left_empty import left_empty, why_not_filled
from halocline.pipeline.received_series import read_received
from halocline.pipeline.series_grids import asked_grids, on_grid, wanted
from halocline.pipeline.series_limits import limits_of
from halocline.products import coasthf_series, preview_series
from halocline.products.provenance import Provenance
from halocline.products.statistics import VariableStatistics, statistics_of_series
from halocline.products.variable_names import product_names
from halocline.qc.series import SeriesSuite, check, failures, test_names, told, wholesale
from halocline.sources.series_file import CsvOptions, SeriesRead
from halocline.suites import suite_digest

AUTO: Final = "auto"
STATION: Final = "station"
"""Learn from all sensors of the station: up to a minute a variable, see `learn.station`."""
SERIES: Final = "series"
"""Each variable from itself alone: seconds, see `learn.filling`."""


@dataclass(frozen=True)
class FilledFile:
    """A series checked and filled, ready to be written, drawn and told of."""

    series: Series
    checked: Mapping[str, Checked]
    gridded: Mapping[str, Gridded]
    fills: Mapping[str, SeriesFill]
    native: Mapping[str, Native]
    provenance: Provenance
    quarantined: tuple[Quarantined, ...]
    judged: tuple[str, ...] = ()
    """What a reader of the flags should know, see `qc.series.told`."""
    notes: tuple[str, ...] = ()
    """What reading the files had to tell, see `SeriesRead`."""

    def product(self) -> bytes:
        """netCDF: what was received, our flags, the complete series with its uncertainty."""
        return coasthf_series.encode(**self._parts(), tests=test_names())

    def picture(self) -> bytes:
        """PNG of the main variables."""
        return preview_series.draw(**self._parts())

    def statistics(self) -> Mapping[str, VariableStatistics]:
        """Counts of each variable."""
        return statistics_of_series(**self._parts()).variables

    def gate(self) -> list[GateRow]:
        """How each variable's gaps of each length were filled, and how every method did."""
        return [row for one in self.fills.values() for row in one.gate]

    def flagged_by(self) -> dict[str, dict[str, int]]:
        """Of each variable, test → values it flagged 3 or 4; not of what `judged` tells."""
        found = {name: failures(one) for name, one in self.checked.items()}
        said = {name: wholesale(one, self.checked[name])
                for name, one in self.series.variables.items()}  # fmt: skip
        rest = {
            name: {test: n for test, n in tests.items() if test not in said[name]}
            for name, tests in found.items()
        }
        return {name: tests for name, tests in rest.items() if tests}

    def left_empty(self) -> dict[str, dict[str, int]]:
        """Of each variable that keeps gaps, reason → steps; see `pipeline.left_empty`."""
        found = {
            name: left_empty(one.filled, step_s=self.gridded[name].grid.step_s)
            for name, one in self.fills.items()
        }
        return {name: reasons for name, reasons in found.items() if reasons}

    def renamed(self) -> dict[str, str]:
        """Of each variable that has another name in the product than it was received under."""
        names = product_names(self.series.variables)
        return {name: other for name, other in names.items() if name != other}

    def why_not(self, name: str) -> str:
        """Why a variable is not filled at all."""
        return why_not_filled(name, series=self.series, checked=self.checked)

    def _parts(self) -> dict[str, Any]:
        return {
            "series": self.series,
            "checked": self.checked,
            "gridded": self.gridded,
            "fills": self.fills,
            "provenance": self.provenance,
        }


def fill_files(
    paths: Sequence[Path],
    *,
    suite: SeriesSuite,
    now: np.datetime64,
    seed: int,
    variables: Sequence[str] = (),
    method: str = AUTO,
    decimals: int = 4,
    options: CsvOptions | None = None,
    drivers: DriverFiles = NO_DRIVERS,
    tail_weight: float = 1.0,
    run: Run = map,
) -> FilledFile:
    """Read, check and fill a station's files; what it learns, it learns from the series itself.

    `now` only refuses stamps of the future: the same files give the same bytes on any day.
    `variables` by name or by parameter, all when empty; every one is still read and checked, as the
    tests compare them. `method`: STATION lets all variables and `drivers` predict those that are
    filled, where learning pays; SERIES fills each from itself; AUTO is STATION, or SERIES where
    LightGBM is not installed; a method by its name fills everything. `tail_weight`: how much more
    extremes count in what a station learns. `run` maps over the variables a station learns, up to a
    minute each, and changes no byte.

    Raises:
        ConfigInvalid: the operator's; a file, a variable or a method that cannot be used.
    """
    method = _able(meant(method), drivers, tail_weight)
    read = read_received(paths, received=now, options=options)
    checked = check(read.series, suite)
    series = wanted(read.series, variables, read.left_alone)
    everything, gridded = asked_grids(read.series, checked, variables)
    native = {name: find_native(series.variables[name].value) for name in gridded}
    how: dict[str, Any] = {
        "seed": seed,
        "limits": limits_of(series, suite, gridded),
        "native": {name: on_grid(native[name], gridded[name]) for name in gridded},
        "decimals": decimals,
    }
    station = {name: one.grid for name, one in everything.items()}
    driven = read_drivers(drivers, series=read.series, grids=station, suite=suite, now=now)
    if method == STATION:
        codes = {name: one.parameter for name, one in read.series.variables.items()}
        how |= {"variables": list(gridded), "parameters": codes, "drivers": driven.grids}
        fills = fill_station(station, **how, tail_weight=tail_weight, run=run)
    else:
        fills = _filled({name: station[name] for name in gridded}, method, how)
    chosen = _chosen(variables, method, decimals, tide=drivers.tide, tail_weight=tail_weight)
    inputs = sorted([*digests_of(paths), *driven.inputs])
    return FilledFile(
        series=series,
        checked={name: checked[name] for name in series.variables},
        gridded=gridded,
        fills=fills,
        native=native,
        provenance=_provenance(read, inputs, suite, seed, chosen),
        quarantined=read.quarantined,
        judged=tuple(told(series, checked, suite)),
        notes=(*read.notes, *driven.notes),
    )


def _chosen(
    variables: Sequence[str], method: str, decimals: int, *, tide: str, tail_weight: float
) -> list[Json]:
    """What shapes the result beside files, thresholds and seed; without what was not asked for."""
    asked: dict[str, Json] = {"tide": tide} if tide else {}
    asked |= {"tail_weight": tail_weight} if tail_weight != 1.0 else {}
    return [sorted(variables), method, decimals, *([asked] if asked else [])]


def meant(method: str) -> str:
    """The method AUTO stands for here; any other as it is."""
    if method != AUTO:
        return method
    return STATION if find_spec("lightgbm") else SERIES


def _able(method: str, drivers: DriverFiles, tail_weight: float) -> str:
    """The method, which does what else is asked of it."""
    asked = ["drivers and the tide are looked at"] if drivers else []
    asked += ["extremes are weighed"] if tail_weight != 1.0 else []
    if asked and method != STATION:
        raise ConfigInvalid(f"{' and '.join(asked)} by --method {STATION} alone, found {method}")
    return method


def _filled(
    grids: Mapping[str, Grid], method: str, how: Mapping[str, Any]
) -> dict[str, SeriesFill]:
    """Each variable from itself: by what wins, or by the method asked for."""
    fills = fill_series(grids, methods=_methods(method), **how)
    if method == SERIES:
        return fills
    return {name: _asked_for(one, method) for name, one in fills.items()}


def _methods(name: str) -> dict[str, SeriesMethod] | None:
    """None for all of them; the one asked for in the place of the reference."""
    if name == SERIES:
        return None
    known = series_methods()
    if name not in known:
        there = ", ".join((AUTO, STATION, SERIES, *known))
        raise ConfigInvalid(f"no method {name!r}; there are {there}")
    return {REFERENCE: known[name]}


def _asked_for(fill: SeriesFill, method: str) -> SeriesFill:
    """Rows that name the method that filled; nothing was compared, so no ratio is given."""
    nothing = float("nan")
    rows = [
        replace(
            row,
            method=method,
            reason="asked for",
            scores={
                method: replace(
                    row.scores[REFERENCE], method=method,
                    ratio=nothing, ratio_low=nothing, ratio_high=nothing,
                )
            },
        )
        for row in fill.gate
    ]  # fmt: skip
    return replace(fill, gate=rows)


def _provenance(
    read: SeriesRead,
    inputs: Sequence[tuple[str, str]],
    suite: SeriesSuite,
    seed: int,
    choices: list[Json],
) -> Provenance:
    digests = {"code": code_digest(), "suite": suite_digest(suite), "choices": digest_of(choices)}
    last = read.series.time[-1].astype("datetime64[s]")
    return Provenance(
        network="coasthf",
        platform=read.series.platform,
        year=0,
        recipe=digest_of([digests, tuple(inputs), seed]),
        inputs=tuple(inputs),
        code_digest=digests["code"],
        suite_digest=digests["suite"],
        config_digest=digests["choices"],
        seed=seed,
        reference_time=f"{last}Z",
    )


def estimated(fill: SeriesFill) -> int:
    """Number of values estimated on the grid."""
    return int(np.isin(fill.filled.origin, (Origin.INTERPOLATED, Origin.MODELLED)).sum())
