"""Pictures of a comparison: how far off, how sure, how much history, and one gap of each kind."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from halocline.model.estimates import INTERVAL_LEVEL
from halocline.products import canvas

LINEAR: Final = "linear"
ROW_PX: Final = 235
HEAD_PX: Final = 96
LEGEND_PX: Final = 26
COLOURS: Final = (
    *("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#8c6d31"),
    *("#5d3a9b", "#1a1a1a", "#8fbf3f"),
)
"""Okabe and Ito's set and three more, in a fixed order of methods: a method keeps its colour in
every picture."""


class Skill(Protocol):
    """One method in one cell: see `halocline.learn.skill`."""

    @property
    def method(self) -> str:
        """Name of the method."""

    @property
    def rmse(self) -> float:
        """Root mean square error."""

    @property
    def rmse_low(self) -> float:
        """5 % of bootstrap draws over gaps."""

    @property
    def rmse_high(self) -> float:
        """95 % of bootstrap draws over gaps."""

    @property
    def coverage(self) -> float:
        """Share of truths within the interval."""

    @property
    def width(self) -> float:
        """Mean width of the interval."""

    @property
    def dm_p(self) -> float:
        """Probability that it is as good as the reference."""

    @property
    def n_gaps(self) -> int:
        """Hidden gaps scored."""


class Example(Protocol):
    """One hidden gap: see `halocline.learn.compare`."""

    @property
    def time(self) -> np.ndarray:
        """Stamps."""

    @property
    def truth(self) -> np.ndarray:
        """Values, the hidden ones too."""

    @property
    def hidden(self) -> np.ndarray:
        """Where the gap is."""

    @property
    def answers(self) -> Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Method → value, lower and upper end of the interval."""


class Cell(Protocol):
    """One variable and gap length."""

    @property
    def variable(self) -> str:
        """Name of the variable."""

    @property
    def length_h(self) -> float:
        """Length of the gaps."""

    @property
    def skills(self) -> Sequence[Skill]:
        """Methods, best first."""

    @property
    def example(self) -> Example:
        """A gap of middling difficulty."""


class CurvePoint(Protocol):
    """One method with one length of history."""

    @property
    def variable(self) -> str:
        """Name of the variable."""

    @property
    def length_h(self) -> float:
        """Length of the gaps."""

    @property
    def method(self) -> str:
        """Name of the method."""

    @property
    def history_days(self) -> int:
        """Days the method was fitted on."""

    @property
    def rmse(self) -> float:
        """Root mean square error."""


Units = Mapping[str, str]


def length_name(hours: float) -> str:
    """A gap length as people say it: 6 h, 3 d."""
    return f"{hours / 24:g} d" if hours >= 48 else f"{hours:g} h"


def skill_picture(cells: Sequence[Cell], *, units: Units, title: str) -> bytes:
    """PNG: RMSE of each method with its bootstrap range, one panel a variable and length."""

    def panel(axes: Axes, cell: Cell, colours: Mapping[str, str]) -> None:
        ranked = list(reversed(cell.skills))
        linear = next(one.rmse for one in ranked if one.method == LINEAR)
        axes.axvline(linear, color=canvas.QUIET, linewidth=0.9, linestyle=(0, (4, 3)))
        for row, one in enumerate(ranked):
            colour = colours[one.method]
            axes.plot([one.rmse_low, one.rmse_high], [row, row], color=colour, linewidth=2.2,
                      solid_capstyle="round")  # fmt: skip
            axes.plot(one.rmse, row, "o", color=colour, markersize=6)
            sure = one.method != LINEAR and one.dm_p < 0.05
            if sure:
                word = "better" if one.rmse < linear else "worse"
                axes.text(one.rmse_high, row, f"  {word}", va="center", fontsize=8,
                          color=canvas.QUIET)  # fmt: skip
        axes.set_yticks(range(len(ranked)), [one.method for one in ranked], fontsize=8)
        axes.set_ylim(-0.6, len(ranked) - 0.4)
        axes.set_xlim(0, 1.22 * max(one.rmse_high for one in ranked))
        _few_numbers(axes)
        axes.set_title(_heading(cell, units), fontweight="bold")
        axes.set_title(f"{cell.skills[0].n_gaps} gaps", loc="right", fontsize=9,
                       color=canvas.QUIET)  # fmt: skip

    subtitle = (
        "root mean square error on hidden gaps, with the 5–95 % range over gaps; dashed: linear "
        "interpolation; better, worse: Diebold–Mariano, p < 0.05"
    )
    return _grid(cells, panel, title=f"{title} · error", subtitle=subtitle)


def interval_picture(cells: Sequence[Cell], *, units: Units, title: str) -> bytes:
    """PNG: coverage against width of each method's interval, one panel a variable and length."""

    def panel(axes: Axes, cell: Cell, colours: Mapping[str, str]) -> None:
        axes.axhspan(87, 93, color="#e8f1e8", zorder=0)
        axes.axhline(100 * INTERVAL_LEVEL, color=canvas.QUIET, linewidth=0.9)
        for one in cell.skills:
            axes.plot(one.width, 100 * one.coverage, "o", color=colours[one.method], markersize=7)
        axes.set_xlim(0, 1.15 * max(one.width for one in cell.skills))
        _few_numbers(axes)
        axes.set_ylim(min(60, *(100 * one.coverage - 5 for one in cell.skills)), 102)
        axes.set_title(_heading(cell, units), fontweight="bold")

    subtitle = (
        "share of hidden values inside the 90 % interval (up, %; green: 87–93) against its mean "
        "width (across, in the variable's unit): on the line and to the left is best"
    )
    return _grid(cells, panel, title=f"{title} · intervals", subtitle=subtitle, legend=True)


def example_picture(cells: Sequence[Cell], *, units: Units, title: str) -> bytes:
    """PNG: the gap of middling difficulty of each variable and length, truth and two answers."""

    def panel(axes: Axes, cell: Cell, colours: Mapping[str, str]) -> None:
        one = cell.example
        days = canvas.days(one.time)
        axes.plot(days, np.where(one.hidden, np.nan, one.truth), color=canvas.MEASURED,
                  linewidth=0.9)  # fmt: skip
        axes.plot(days, np.where(one.hidden, one.truth, np.nan), ".", color=canvas.QUIET,
                  markersize=2.6, label="hidden truth")  # fmt: skip
        best = cell.skills[0].method
        for method, (value, lower, upper) in one.answers.items():
            held = np.isfinite(value)
            if method == best:
                axes.fill_between(days[held], lower[held], upper[held],
                                  color=colours[method], alpha=0.22, linewidth=0)  # fmt: skip
            axes.plot(days[held], value[held], color=colours[method], linewidth=1.5,
                      label=method)  # fmt: skip
        axes.legend(fontsize=8, loc="best", ncols=3, handlelength=1.4, columnspacing=1.0)
        canvas.date_axis(axes, most=5, offset=True)
        axes.set_title(_heading(cell, units), fontweight="bold")

    subtitle = (
        "in each panel the hidden gap that is neither easy nor hard for linear interpolation; "
        "band: the best method's 90 % interval"
    )
    return _grid(cells, panel, title=f"{title} · one gap of each kind", subtitle=subtitle)


def curve_picture(
    points: Sequence[CurvePoint], cells: Sequence[Cell], *, units: Units, title: str
) -> bytes:
    """PNG: error against days of history, one panel a variable and length."""

    def panel(axes: Axes, cell: Cell, colours: Mapping[str, str]) -> None:
        mine = [
            one for one in points if (one.variable, one.length_h) == (cell.variable, cell.length_h)
        ]
        for method in dict.fromkeys(one.method for one in mine):
            line = [(one.history_days, one.rmse) for one in mine if one.method == method]
            axes.plot(*zip(*line, strict=True), "o-", color=colours[method], markersize=4,
                      linewidth=1.4)  # fmt: skip
        ticks = sorted({one.history_days for one in mine})
        axes.set_xscale("log")
        axes.set_xticks(ticks, [_span(one) for one in ticks], fontsize=8.5)
        axes.minorticks_off()
        axes.set_ylim(0, 1.1 * max(one.rmse for one in mine))
        axes.set_title(_heading(cell, units), fontweight="bold")

    known = {(one.variable, one.length_h) for one in points}
    shown = [cell for cell in cells if (cell.variable, cell.length_h) in known]
    subtitle = "error on the same hidden gaps, methods fitted on ever more of the record before"
    title = f"{title} · how much history is enough"
    return _grid(shown, panel, title=title, subtitle=subtitle, legend=True)


def _few_numbers(axes: Axes) -> None:
    """Ticks across that leave room for one another, 2.5×10⁶ included, in the narrowest panel."""
    axes.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(canvas.Numbers())


def _span(days: int) -> str:
    return f"{days / 365.25:.0f} y" if days >= 365 else f"{days} d"


def _heading(cell: Cell, units: Units) -> str:
    unit = units.get(cell.variable, "")
    return f"{cell.variable}, {length_name(cell.length_h)}{f'  [{unit}]' if unit else ''}"


def _grid(
    cells: Sequence[Cell], panel: Any, *, title: str, subtitle: str, legend: bool = False
) -> bytes:
    rows = list(dict.fromkeys(cell.variable for cell in cells))
    columns = sorted({cell.length_h for cell in cells})
    methods = sorted({one.method for cell in cells for one in cell.skills})
    coloured = [name for name in methods if name != LINEAR]
    colours = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(coloured)}
    colours[LINEAR] = canvas.QUIET
    with canvas.house_style():
        head = HEAD_PX + LEGEND_PX * legend
        height = head + ROW_PX * max(1, len(rows))
        figure = canvas.new_figure(height_px=height)
        canvas.headline(figure, title=title, subtitle=subtitle)
        if legend:
            figure.legend(
                handles=[
                    Line2D([], [], marker="o", linestyle="", color=colours[name], label=name)
                    for name in methods
                ],
                loc="upper left", bbox_to_anchor=(0.005, 1 - 58 / height), ncols=len(methods),
                fontsize=9, handletextpad=0.2, columnspacing=1.2,
            )  # fmt: skip
        layout = _layout(figure, rows=len(rows), columns=len(columns), head=head, height=height)
        for cell in cells:
            place = layout[rows.index(cell.variable), columns.index(cell.length_h)]
            axes = figure.add_subplot(place)
            canvas.tidy(axes)
            panel(axes, cell, colours)
        return canvas.png_bytes(figure)


def _layout(figure: Figure, *, rows: int, columns: int, head: int, height: int) -> Any:
    return figure.add_gridspec(
        max(rows, 1), max(columns, 1), left=0.112, right=0.978, top=1 - head / height,
        bottom=44 / height, hspace=0.46, wspace=0.36 if columns == 2 else 0.48,
    )  # fmt: skip
