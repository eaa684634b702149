"""The picture of a station's year: one row a variable, the whole year beside its longest fill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from halocline.model.checked import Checked
from halocline.model.estimates import Filled, FloatArray, Origin
from halocline.model.flags import SEVERITY, Flag, FlagArray
from halocline.model.gaps import find_gaps
from halocline.model.gridding import Gridded
from halocline.model.series import (
    UNMEASURED,
    Series,
    SeriesVariable,
    TimeArray,
    own_step_s,
)
from halocline.products import canvas
from halocline.products.coasthf_series import SeriesFill, checked_of, placed_on_axis, silent
from halocline.products.provenance import Provenance
from halocline.products.scores import GateRow
from halocline.products.series_axis import Placed
from halocline.products.vocabulary import COASTHF, parameter_of

MOST_PANELS: Final = 6
DENSE: Final = 6000
"""Points of a panel beyond which larger marks would run into one another."""
PANEL_PX: Final = 205
HEAD_PX: Final = 105
FOOT_PX: Final = 45
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Trace:
    """One variable as it is drawn; arrays (k,) hold only the stamps that concern it."""

    name: str
    title: str
    units: str
    step_s: int
    time: TimeArray
    value: FloatArray
    flag: FlagArray
    good: BoolArray
    filled: Filled | None
    gate: Sequence[GateRow]

    @property
    def estimated(self) -> BoolArray:
        """Stamps whose value is estimated."""
        if self.filled is None:
            return np.zeros(self.time.size, dtype=np.bool_)
        return np.isin(self.filled.origin, [int(Origin.INTERPOLATED), int(Origin.MODELLED)])


def draw(
    *,
    series: Series,
    checked: Mapping[str, Checked],
    gridded: Mapping[str, Gridded],
    fills: Mapping[str, SeriesFill],
    provenance: Provenance,
) -> bytes:
    """PNG of the main variables of a product; the arguments are those of its encoder."""
    placed = placed_on_axis(
        series=series, checked=checked, gridded=gridded, fills=fills, provenance=provenance
    )
    traces = [
        _trace(
            name,
            variable,
            judged=checked_of(name, variable, checked),
            placed=placed,
            gridded=gridded,
            fills=fills,
        )
        for name, variable in _main(series)
    ]
    traces = [one for one in traces if one.time.size][:MOST_PANELS]
    with canvas.house_style():
        height = HEAD_PX + FOOT_PX + PANEL_PX * max(1, len(traces))
        figure = canvas.new_figure(height_px=height)
        canvas.headline(
            figure,
            title=_title(series, provenance),
            subtitle=_subtitle(placed, series, of_network=bool(provenance.year)),
        )
        _legend(figure, traces)
        if traces:
            _panels(figure, traces, height)
        return canvas.png_bytes(figure)


def _main(series: Series) -> list[tuple[str, SeriesVariable]]:
    """Variables worth a panel, those an oceanographer looks at first first."""
    order = {name: rank for rank, name in enumerate(COASTHF)}
    known = sorted(
        series.variables.items(),
        key=lambda item: (
            not parameter_of(COASTHF, item[1].parameter).main,
            abs(item[1].level - 1),
            order.get(item[1].parameter, len(order)),
            item[0],
        ),
    )
    main = [item for item in known if parameter_of(COASTHF, item[1].parameter).main]
    return main or known


def _trace(
    name: str,
    variable: SeriesVariable,
    *,
    judged: Checked,
    placed: Placed,
    gridded: Mapping[str, Gridded],
    fills: Mapping[str, SeriesFill],
) -> Trace:
    axis, filled = placed.axis, placed.filled.get(name)
    value = axis.spread(variable.value, absent=np.nan)
    flag = axis.spread(judged.flag, absent=Flag.MISSING)
    concerned = np.isfinite(value)
    good = concerned & (SEVERITY[flag] < SEVERITY[Flag.PROBABLY_BAD])
    if filled is not None:
        concerned = concerned | (filled.origin != Origin.MISSING)
        good = filled.origin == Origin.MEASURED
    own_step = own_step_s(axis.time[concerned]) or 3600
    step_s = gridded[name].grid.step_s if name in gridded else own_step
    known = parameter_of(COASTHF, variable.parameter)
    level = "" if variable.level == 1 else f", level {variable.level}"
    return Trace(
        name=name,
        title=f"{name}  {known.long_name}{level}",
        units=variable.units,
        step_s=step_s,
        time=axis.time[concerned],
        value=value[concerned],
        flag=flag[concerned],
        good=good[concerned],
        filled=None if filled is None else _take(filled, concerned),
        gate=fills[name].gate if name in fills else (),
    )


def _take(filled: Filled, where: BoolArray) -> Filled:
    return Filled(
        value=filled.value[where],
        origin=filled.origin[where],
        sd=filled.sd[where],
        lower=filled.lower[where],
        upper=filled.upper[where],
    )


def _title(series: Series, provenance: Provenance) -> str:
    name = next(
        (series.attributes[key] for key in ("NAME", "PLATFORM_NAME") if series.attributes.get(key)),
        "",
    )
    span = provenance.year or " to ".join(
        str(series.time[k].astype("datetime64[D]")) for k in (0, -1)
    )
    return f"{f'{name} · ' if name else ''}{series.platform} · {span}"


def _subtitle(placed: Placed, series: Series, *, of_network: bool) -> str:
    spoken = ~silent(series, placed.axis)
    row = placed.axis.row[spoken]
    words = [f"{int(spoken.sum()):,} rows received"]
    known = row[np.isfinite(series.latitude[row]) & np.isfinite(series.longitude[row])]
    if known.size:
        latitude, longitude = np.median(series.latitude[known]), np.median(series.longitude[known])
        words.append(
            f"{abs(latitude):.3f}°{'N' if latitude >= 0 else 'S'} "
            f"{abs(longitude):.3f}°{'E' if longitude >= 0 else 'W'}"
        )
    return " · ".join([*words, "COAST-HF, Coriolis-côtier"] if of_network else words)


def _legend(figure: Figure, traces: Sequence[Trace]) -> None:
    mark = partial(Line2D, [], [], linestyle="", markeredgewidth=1.4)
    told = any(np.isin(one.flag, UNMEASURED).any() for one in traces)
    unmeasured = [mark(color=canvas.QUIET, marker=".", label="not measured")] if told else []
    figure.legend(
        handles=[
            Line2D([], [], color=canvas.MEASURED, lw=1.2, label="measured, good"),
            mark(color=canvas.DOUBTFUL, marker="+", label="flag 3"),
            mark(color=canvas.BAD, marker="x", label="flag 4 (at an edge: off scale)"),
            *unmeasured,
            Line2D([], [], color=canvas.ESTIMATED, lw=1.6, label="estimated"),
            Patch(color=canvas.BAND, alpha=0.5, label="90 % interval"),
            Patch(color=canvas.UNFILLED, label="left empty"),
        ],
        loc="upper right",
        ncols=4 if told else 6,
        bbox_to_anchor=(0.994, 1.0),
        handlelength=1.5,
        columnspacing=1.2,
    )


def _panels(figure: Figure, traces: Sequence[Trace], height: int) -> None:
    layout = figure.add_gridspec(
        len(traces),
        2,
        width_ratios=[3.4, 1],
        left=0.047,
        right=0.992,
        top=1 - HEAD_PX / height,
        bottom=FOOT_PX / height,
        hspace=0.42,
        wspace=0.09,
    )
    first: Axes | None = None
    start, stop = min(one.time[0] for one in traces), max(one.time[-1] for one in traces)
    for row, trace in enumerate(traces):
        whole = figure.add_subplot(layout[row, 0], sharex=first)
        first = first or whole
        _panel(whole, trace, (start, stop))
        whole.set_xlim(canvas.days(start), canvas.days(stop))
        canvas.date_axis(whole, most=12, offset=False)
        whole.set_title(f"{trace.title} [{trace.units or '1'}]", fontweight="bold")
        whole.set_title(_counts(trace), loc="right", fontsize=9, color=canvas.QUIET)
        close = figure.add_subplot(layout[row, 1])
        _close_up(close, trace)


def _counts(trace: Trace) -> str:
    flagged = int(np.isin(trace.flag, [int(Flag.PROBABLY_BAD), int(Flag.BAD)]).sum())
    words = f"{flagged:,} flagged"
    if trace.filled is None:
        return f"{words} · not filled"
    methods = sorted({one.method for one in trace.gate})
    if len(methods) == 1 or any(one.mode != "any" for one in trace.gate):  # twelve rows do not fit
        chosen = ", ".join(methods)
    else:
        chosen = ", ".join(f"{one.gap_class} {one.method}" for one in trace.gate)
    return f"{words} · {int(trace.estimated.sum()):,} estimated{f' ({chosen})' if chosen else ''}"


def _panel(
    axes: Axes, trace: Trace, window: tuple[np.datetime64, np.datetime64], *, emphasis: float = 1.0
) -> None:
    canvas.tidy(axes)
    low, high = _limits(trace)
    axes.set_ylim(low, high)
    for gap_start, gap_end in _empty_spans(trace, window):
        axes.axvspan(gap_start, gap_end, color=canvas.UNFILLED, lw=0, zorder=0.5)
    if trace.filled is not None:
        _estimate_line(axes, trace, emphasis)
    time, value = _broken(trace.time, np.where(trace.good, trace.value, np.nan), trace.step_s)
    axes.plot(
        time,
        value,
        color=canvas.MEASURED,
        lw=0.8 * emphasis,
        marker="o",
        ms=(0.9 if trace.time.size > DENSE else 1.6) * emphasis**2,
        mew=0,
        zorder=3,
    )
    _flagged(axes, trace, low, high, emphasis)


def _estimate_line(axes: Axes, trace: Trace, emphasis: float) -> None:
    assert trace.filled is not None
    estimated = trace.estimated
    # One measured point on each side, so that a gap of one step is a visible wedge.
    beside = estimated.copy()
    beside[:-1] |= estimated[1:]
    beside[1:] |= estimated[:-1]
    shown = beside & (estimated | trace.good)
    middle = np.where(shown, trace.filled.value, np.nan)
    lower = np.where(estimated, trace.filled.lower, middle)
    upper = np.where(estimated, trace.filled.upper, middle)
    axes.add_collection(_bands(canvas.days(trace.time), lower, upper, shown), autolim=False)
    time, value = _broken(trace.time, middle, trace.step_s)
    axes.plot(time, value, color=canvas.ESTIMATED, lw=1.3 * emphasis, zorder=2.5)


def _bands(
    time: FloatArray, lower: FloatArray, upper: FloatArray, shown: BoolArray
) -> PolyCollection:
    """One polygon a run of `shown`; `fill_between` takes ten times longer for a thousand runs."""
    runs = find_gaps(shown)
    polygons = [
        np.column_stack(
            (
                np.concatenate((time[one], time[one][::-1])),
                np.concatenate((lower[one], upper[one][::-1])),
            )
        )
        for one in map(slice, runs.first, runs.stop)
    ]
    return PolyCollection(polygons, facecolors=canvas.BAND, alpha=0.5, linewidths=0, zorder=1.5)


def _flagged(axes: Axes, trace: Trace, low: float, high: float, emphasis: float) -> None:
    marks = dict.fromkeys(UNMEASURED, (canvas.QUIET, "."))
    marks |= {Flag.PROBABLY_BAD: (canvas.DOUBTFUL, "+"), Flag.BAD: (canvas.BAD, "x")}
    for flag, (colour, marker) in marks.items():
        chosen = trace.flag == flag
        # Off the scale the mark stands at the edge: a flagged value is never out of the picture.
        value = np.clip(trace.value[chosen], low, high)
        axes.plot(
            canvas.days(trace.time[chosen]),
            value,
            color=colour,
            marker=marker,
            ms=4.2 * emphasis,
            mew=1.0,
            ls="",
            zorder=4,
            clip_on=False,
        )


def _limits(trace: Trace) -> tuple[float, float]:
    """Scale of the good values and of the estimates' bands, outliers of both left out."""
    parts = [trace.value[trace.good]]
    if trace.filled is not None:
        parts += [trace.filled.lower[trace.estimated], trace.filled.upper[trace.estimated]]
    shown = np.concatenate(parts)
    shown = shown[np.isfinite(shown)] if np.isfinite(shown).any() else trace.value
    shown = shown[np.isfinite(shown)]
    if not shown.size:
        return 0.0, 1.0
    low, high = np.quantile(shown, [0.001, 0.999])
    pad = 0.07 * (high - low) or max(abs(float(high)) * 0.05, 0.5)
    return float(low - pad), float(high + pad)


def _empty_spans(
    trace: Trace, window: tuple[np.datetime64, np.datetime64]
) -> list[tuple[float, float]]:
    """Stretches longer than a step without a value that is good or estimated."""
    step = np.timedelta64(trace.step_s, "s")
    ends = np.array([window[0] - step, window[1] + step])
    held = np.concatenate((ends[:1], trace.time[trace.good | trace.estimated], ends[1:]))
    wide = np.flatnonzero(np.diff(held) > 1.5 * step)
    half = canvas.days(step) / 2
    edges = zip(canvas.days(held[wide]), canvas.days(held[wide + 1]), strict=True)
    return [(begin + half, end - half) for begin, end in edges]


def _broken(time: TimeArray, value: FloatArray, step_s: int) -> tuple[FloatArray, FloatArray]:
    """The same line with a NaN wherever stamps are more than a step and a half apart."""
    wide = np.flatnonzero(np.diff(time) > np.timedelta64(int(1.5 * step_s), "s")) + 1
    return np.insert(canvas.days(time), wide, np.nan), np.insert(value, wide, np.nan)


def _close_up(axes: Axes, trace: Trace) -> None:
    """The longest fill with as much of the series on each side as it is long."""
    gaps = find_gaps(trace.estimated)
    if not gaps.first.size:
        axes.set_axis_off()
        words = "not filled" if trace.filled is None else "nothing to fill"
        axes.text(0.5, 0.5, words, ha="center", color=canvas.QUIET)
        return
    longest = int(np.argmax(gaps.length))
    begin, end = trace.time[gaps.first[longest]], trace.time[gaps.stop[longest] - 1]
    step = np.timedelta64(trace.step_s, "s")
    margin = max(end - begin, 36 * step)
    inside = (trace.time >= begin - margin) & (trace.time <= end + margin)
    part = Trace(
        name=trace.name,
        title=trace.title,
        units=trace.units,
        step_s=trace.step_s,
        time=trace.time[inside],
        value=trace.value[inside],
        flag=trace.flag[inside],
        good=trace.good[inside],
        filled=None if trace.filled is None else _take(trace.filled, inside),
        gate=trace.gate,
    )
    _panel(axes, part, (part.time[0], part.time[-1]), emphasis=1.35)
    axes.set_xlim(canvas.days(begin - margin), canvas.days(end + margin))
    hours = (end - begin + step) / np.timedelta64(3600, "s")
    length = f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.1f} d"
    axes.set_title(f"longest fill, {length}", fontsize=9, color=canvas.QUIET)
    canvas.date_axis(axes, most=5, offset=True)
