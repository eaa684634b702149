"""Make one year of a station: merge its deliveries, check, complete, encode."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from halocline.learn.filling import SeriesFill, fill_series
from halocline.model.checked import Checked
from halocline.model.errors import BadUpstreamData
from halocline.model.gridding import Gridded, to_grid
from halocline.model.quarantine import Quarantined, Reason
from halocline.model.series import Series
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.inputs import InputFile
from halocline.pipeline.jobs import MARGIN_DAYS
from halocline.pipeline.made import Made
from halocline.pipeline.series_limits import limits_of
from halocline.pipeline.stopwatch import Stopwatch
from halocline.products import coasthf_series, preview_series
from halocline.products.provenance import Provenance
from halocline.products.statistics import statistics_of_series
from halocline.qc.series import check, test_names
from halocline.sources import coriolis_cotier, insitu_tac
from halocline.sources.deliveries import merge

DECODERS: Final = {"coriolis_cotier": coriolis_cotier.decode, "insitu_tac": insitu_tac.decode}
"""Source of a file → what reads it."""
MARGIN: Final = np.timedelta64(MARGIN_DAYS, "D")


def make(
    contents: Sequence[tuple[InputFile, bytes]],
    *,
    provenance: Provenance,
    config: ProcessConfig,
    watch: Stopwatch,
) -> Made:
    """The product of one station and year from the bytes of its files.

    A margin of 31 days on either side is read, judged and filled with it, and left out of the
    product: a gap over New Year is filled from both its ends.

    Raises:
        BadUpstreamData: theirs; no row of the year can be used.
    """
    with watch.stage("decode"):
        whole, aside = _merged(contents)
        series = _only(_around(whole, year=provenance.year), config.series_variables)
    with watch.stage("qc"):
        checked = check(series, config.series_suite)
    with watch.stage("fill"):
        gridded = _gridded(series, checked, usable=config.series_fill.usable_flags)
        fills: dict[str, SeriesFill] = fill_series(
            {name: one.grid for name, one in gridded.items()},
            seed=config.seed,
            limits=limits_of(series, config.series_suite),
            decimals=config.series_fill.decimals,
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


def _merged(
    contents: Sequence[tuple[InputFile, bytes]],
) -> tuple[Series, tuple[Quarantined, ...]]:
    deliveries, aside = [], []
    for one, content in contents:
        try:
            now = np.datetime64(one.received.rstrip("Z"), "s")
            series, bad = DECODERS[one.source](content, one.file, now)
        except BadUpstreamData as fault:
            aside.append(Quarantined(one.file, fault.reason, fault.detail, one.platform))
            continue
        deliveries.append(series)
        aside += bad
    if not deliveries:
        raise BadUpstreamData(Reason.NO_DATA, f"none of {len(contents)} files can be used")
    return merge(deliveries)[0], tuple(aside)


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


def _gridded(
    series: Series, checked: dict[str, Checked], *, usable: frozenset[int]
) -> dict[str, Gridded]:
    """Each variable that has a step of its own and a value to build on, on its grid.

    A direction has none: it is published as measured, without estimates.
    """
    codes = sorted(usable)
    found = {
        name: to_grid(series, name, np.isin(checked[name].flag, codes))
        for name, variable in series.variables.items()
        if not variable.is_direction
    }
    return {
        name: one
        for name, one in found.items()
        if one is not None and np.isfinite(one.grid.value).any()
    }
