"""Picture of a climatological range: what each day of the year has shown, and what is credible."""

import calendar
from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np
from matplotlib.axes import Axes

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag
from halocline.products import canvas
from halocline.qc.series._api import Column, SecondArray
from halocline.qc.series.climatology import (
    ClimatologyParams,
    climatology,
    into_year,
    limits_at,
)

PANEL_PX: Final = 205
HEAD_PX: Final = 100
FOOT_PX: Final = 34
_DAY_S: Final = 86_400
MONTHS: Final = np.arange("2023-01", "2024-01", dtype="datetime64[M]")
NAMES: Final = calendar.month_abbr[1:]
A_YEAR: Final = np.datetime64("2023-01-01T00:00:00")
"""Days of any year are drawn on those of one without a leap day."""


class Learned(Protocol):
    """One variable: see `halocline.pipeline.climatology_file`."""

    @property
    def name(self) -> str:
        """Name of the variable."""

    @property
    def units(self) -> str:
        """Its unit."""

    @property
    def params(self) -> ClimatologyParams | None:
        """The range."""

    @property
    def value(self) -> FloatArray:
        """Good values."""

    @property
    def time_s(self) -> SecondArray:
        """Their times, seconds since 1970."""


def draw(learned: Sequence[Learned], *, title: str) -> bytes:
    """PNG, one panel a variable; each of them has a range."""
    with canvas.house_style():
        height = HEAD_PX + FOOT_PX + PANEL_PX * max(1, len(learned))
        figure = canvas.new_figure(height_px=height)
        subtitle = (
            "lowest and highest good value of each day of every year, orange outside the range; "
            "lines: the range, between months where it is known"
        )
        canvas.headline(figure, title=f"{title} · climatological range", subtitle=subtitle)
        layout = figure.add_gridspec(
            max(1, len(learned)), 1, left=0.06, right=0.99, top=1 - HEAD_PX / height,
            bottom=FOOT_PX / height, hspace=0.42,
        )  # fmt: skip
        for row, one in enumerate(learned):
            _panel(figure.add_subplot(layout[row, 0]), one)
        return canvas.png_bytes(figure)


def _panel(axes: Axes, one: Learned) -> None:
    canvas.tidy(axes)
    params = one.params
    assert params is not None
    place = _days_extremes(one.value, one.time_s)
    value, time_s = one.value[place], one.time_s[place]
    outside = climatology(Column(value, time_s), params) == Flag.PROBABLY_BAD
    day = canvas.days(A_YEAR) + into_year(time_s) / _DAY_S
    points: dict[str, Any] = {"marker": ".", "ms": 2.4, "mew": 0, "ls": "", "clip_on": False}
    axes.plot(day[~outside], value[~outside], color=canvas.QUIET, **points)
    axes.plot(day[outside], value[outside], color=canvas.DOUBTFUL, **points | {"ms": 5.0})
    moments = A_YEAR.astype("datetime64[s]").astype(np.int64) + np.arange(365) * _DAY_S
    shown = canvas.days(moments.astype("datetime64[s]"))
    for limit in limits_at(params, moments):
        axes.plot(shown, limit, color=canvas.ESTIMATED, lw=1.4)
    axes.set_xlim(shown[0], shown[-1] + 1)
    axes.set_xticks([canvas.days(one) for one in MONTHS], NAMES, ha="left")
    axes.set_title(f"{one.name} [{one.units or '1'}]", fontweight="bold")
    axes.set_title(f"{one.value.size:,} good values", loc="right", fontsize=9, color=canvas.QUIET)


def _days_extremes(value: FloatArray, time_s: SecondArray) -> SecondArray:
    """Places of the lowest and the highest value of each day: thousands to draw, not millions."""
    order = np.lexsort((value, time_s // _DAY_S))
    day = (time_s // _DAY_S)[order]
    first = np.flatnonzero(np.diff(day, prepend=day[:1] - 1))
    last = np.append(first[1:], day.size) - 1
    return np.asarray(np.union1d(order[first], order[last]), dtype=np.int64)
