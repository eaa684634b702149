"""Make one year of a station: merge its deliveries, check, complete, encode."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from halocline.learn.filling import Limits, SeriesFill, fill_series
from halocline.learn.native import find_native
from halocline.learn.station import StationModel
from halocline.learn.tide import tide_driver
from halocline.learn.variable_model import VariableModel
from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Quarantined, Reason
from halocline.model.series import Grid, Series, latitude_of
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.inputs import InputFile
from halocline.pipeline.jobs import MARGIN_DAYS
from halocline.pipeline.made import Made
from halocline.pipeline.outside import OUTSIDE, decode_outside
from halocline.pipeline.series_grids import gridded_of, grids_of, on_grid
from halocline.pipeline.series_limits import limits_of
from halocline.pipeline.stopwatch import Stopwatch
from halocline.products import coasthf_series, preview_series
from halocline.products.provenance import Provenance
from halocline.products.statistics import statistics_of_series
from halocline.qc.series import check, test_names
from halocline.sources import coriolis_cotier, insitu_tac
from halocline.sources.deliveries import merge
from halocline.sources.generic_csv import CsvOptions

log = logging.getLogger(__name__)
DECODERS: Final = {"coriolis_cotier": coriolis_cotier.decode, "insitu_tac": insitu_tac.decode}
"""Source of a file → what reads it."""
MARGIN: Final = np.timedelta64(MARGIN_DAYS, "D")


def make(
    contents: Sequence[tuple[InputFile, bytes]],
    *,
    provenance: Provenance,
    config: ProcessConfig,
    watch: Stopwatch,
    model: StationModel | None = None,
) -> Made:
    """The product of one station and year from the bytes of its files.

    `model` fills the variables it has learned, on the step it has learned them, and nothing is
    fitted again; each other variable learns from the year itself.

    `contents` of other platforms are neighbours: the model looks at them, the product holds none
    of their values. The model's tide is told, not analysed again.

    A margin of 31 days on either side is read, judged and filled with it, and left out of the
    product: a gap over New Year is filled from both its ends.

    Raises:
        BadUpstreamData: theirs; no row of the year can be used.
    """
    with watch.stage("decode"):
        own, beside = _apart(contents, platform=provenance.platform)
        whole, aside = _merged(own, config=config)
        series = _only(_around(whole, year=provenance.year), config.series_variables)
    with watch.stage("qc"):
        checked = check(series, config.series_suite)
    with watch.stage("fill"):
        gridded = gridded_of(series, checked, usable=config.series_fill.usable_flags)
        grids = {name: one.grid for name, one in gridded.items()}
        drivers = neighbour_grids(beside, config=config)
        drivers |= tide_driver(model.tide if model else None, grids)
        fills = _filled(
            grids,
            limits=limits_of(series, config.series_suite, gridded),
            config=config,
            model=model,
            drivers=drivers,
            year=provenance.year,
        )
    parts: dict[str, Any] = {
        "series": series,
        "checked": checked,
        "gridded": gridded,
        "fills": fills,
        "provenance": provenance,
    }
    with watch.stage("encode"):
        product = coasthf_series.encode(**parts, tests=test_names())
    return Made(
        product=product,
        draw=lambda: preview_series.draw(**parts),
        statistics=statistics_of_series(**parts),
        provenance=provenance,
        quarantined=aside,
    )


def _filled(
    grids: Mapping[str, Grid],
    *,
    limits: Mapping[str, Limits],
    config: ProcessConfig,
    model: StationModel | None,
    drivers: Mapping[str, Grid],
    year: int,
) -> dict[str, SeriesFill]:
    """Each variable's complete series, in the order of `grids`."""
    decimals = config.series_fill.decimals
    known = {} if model is None else model.variables
    learned = {name for name, one in grids.items() if _fits(known.get(name), one)}
    told: dict[str, SeriesFill] = {}
    if model is not None:
        first = np.datetime64(f"{year}", "Y")
        told = StationModel({name: known[name] for name in sorted(learned)}).fill(
            grids,
            drivers=drivers,
            limits=limits,
            decimals=decimals,
            counted=(first, first + 1),
        )
    rest = {name: one for name, one in grids.items() if name not in learned}
    told |= fill_series(rest, seed=config.seed, limits=limits, decimals=decimals)
    return {name: told[name] for name in grids}


def _fits(model: VariableModel | None, grid: Grid) -> bool:
    """Whether a variable was learned, on the step it comes in now."""
    return model is not None and model.step_s == grid.step_s


@dataclass(frozen=True)
class StationGrids:
    """All that was received of a station, judged and laid on its grids: what a model learns from.

    native: which values (n,) a sensor wrote; parameters: the provider's code of each variable;
    drivers: what its neighbours measured; variables: all that were received, those without a grid
    too; latitude: the median, degrees, NaN where none was received.
    """

    grids: dict[str, Grid]
    native: dict[str, np.ndarray]
    parameters: dict[str, str]
    drivers: dict[str, Grid]
    variables: tuple[str, ...]
    latitude: float


def station_grids(
    contents: Sequence[tuple[InputFile, bytes]], *, platform: str, config: ProcessConfig
) -> StationGrids:
    """The whole history of a station from the bytes of its files, read as its products are.

    Raises:
        BadUpstreamData: theirs; nothing can be used.
    """
    own, beside = _apart(contents, platform=platform)
    series = _only(_merged(own, config=config)[0], config.series_variables)
    checked = check(series, config.series_suite)
    gridded = grids_of(series, checked, usable=config.series_fill.usable_flags)
    return StationGrids(
        grids={name: one.grid for name, one in gridded.items()},
        native={
            name: on_grid(find_native(series.variables[name].value), one)
            for name, one in gridded.items()
        },
        parameters={name: series.variables[name].parameter for name in gridded},
        drivers=neighbour_grids(beside, config=config),
        variables=tuple(series.variables),
        latitude=latitude_of(series),
    )


def neighbour_grids(
    contents: Sequence[tuple[InputFile, bytes]], *, config: ProcessConfig
) -> dict[str, Grid]:
    """Every variable of every platform as a driver, PLATFORM_VARIABLE, checked as its own are.

    A neighbour nothing of which can be used is one that is silent: its own product says why.
    """
    found: dict[str, Grid] = {}
    for platform in sorted({one.platform for one, _content in contents}):
        try:
            series = _merged(_apart(contents, platform=platform)[0], config=config)[0]
        except BadUpstreamData as fault:
            log.warning("neighbour %s cannot be used: %s", platform, fault)
            continue
        checked = check(series, config.series_suite)
        gridded = grids_of(series, checked, usable=config.series_fill.usable_flags)
        found |= {f"{platform}_{name}": one.grid for name, one in gridded.items()}
    return found


def _apart(
    contents: Sequence[tuple[InputFile, bytes]], *, platform: str
) -> tuple[list[tuple[InputFile, bytes]], list[tuple[InputFile, bytes]]]:
    """Files of the platform, and those of others."""
    own = [one for one in contents if one[0].platform == platform]
    return own, [one for one in contents if one[0].platform != platform]


def _merged(
    contents: Sequence[tuple[InputFile, bytes]], *, config: ProcessConfig
) -> tuple[Series, tuple[Quarantined, ...]]:
    deliveries, aside = [], []
    for one, content in contents:
        try:
            series, bad = _decoded(one, content, config=config)
        except BadUpstreamData as fault:
            aside.append(Quarantined(one.file, fault.reason, fault.detail, one.platform))
            continue
        deliveries.append(series)
        aside += bad
    if not deliveries:
        raise BadUpstreamData(Reason.NO_DATA, f"none of {len(contents)} files can be used")
    return merge(deliveries)[0], tuple(aside)


def _decoded(
    one: InputFile, content: bytes, *, config: ProcessConfig
) -> tuple[Series, list[Quarantined]]:
    now = np.datetime64(one.received.rstrip("Z"), "s")
    if one.source == OUTSIDE:
        options = config.series_outside.get(one.platform, CsvOptions())
        return decode_outside(content, one.file, now, platform=one.platform, options=options)
    return DECODERS[one.source](content, one.file, now)


def _around(series: Series, *, year: int) -> Series:
    """The rows of a year and of the margin around it."""
    start = np.datetime64(f"{year}-01-01", "s")
    stop = np.datetime64(f"{year + 1}-01-01", "s")
    inside = (series.time >= start) & (series.time < stop)
    if not inside.any():
        raise BadUpstreamData(Reason.NO_DATA, f"no row of {year} can be used")
    keep = (series.time >= start - MARGIN) & (series.time < stop + MARGIN)
    variables = {
        name: replace(variable, value=variable.value[keep], flag_source=variable.flag_source[keep])
        for name, variable in series.variables.items()
    }
    return replace(
        series,
        time=series.time[keep],
        latitude=series.latitude[keep],
        longitude=series.longitude[keep],
        variables=variables,
    )


def _only(series: Series, names: Sequence[str]) -> Series:
    """The variables asked for (by name or by parameter), all of them when none is."""
    if not names:
        return series
    kept = {
        name: variable
        for name, variable in series.variables.items()
        if name in names or variable.parameter in names
    }
    if not kept:
        raise BadUpstreamData(Reason.NO_DATA, f"none of {', '.join(names)} was received")
    return replace(series, variables=kept)
