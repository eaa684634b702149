"""One variable drawn: what was measured, flagged and estimated, and its longest fill close up."""

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag
from halocline.model.gaps import find_gaps
from halocline.model.series import UNMEASURED, BoolArray, TimeArray
from halocline.products import canvas
from halocline.products.series_trace import Trace

DENSE: Final = 6000
"""Points of a panel beyond which larger marks would run into one another."""
MARKS: Final = dict.fromkeys(UNMEASURED, (canvas.QUIET, ".")) | {
    Flag.PROBABLY_BAD: (canvas.DOUBTFUL, "+"),
    Flag.BAD: (canvas.BAD, "x"),
}


def panel(
    axes: Axes, trace: Trace, window: tuple[np.datetime64, np.datetime64], *, emphasis: float = 1.0
) -> None:
    """A variable over `window` on a scale of its own; `emphasis` thickens lines and marks."""
    canvas.tidy(axes)
    low, high = _limits(trace)
    axes.set_ylim(low, high)
    for gap_start, gap_end in _empty_spans(trace, window):
        axes.axvspan(gap_start, gap_end, color=canvas.UNFILLED, lw=0, zorder=0.5)
    if trace.filled is not None:
        _estimate_line(axes, trace, emphasis)
    _measured_line(axes, trace, emphasis)
    _flagged(axes, trace, low, high, emphasis)


def close_up(axes: Axes, trace: Trace) -> None:
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
    part = trace.at((trace.time >= begin - margin) & (trace.time <= end + margin))
    panel(axes, part, (part.time[0], part.time[-1]), emphasis=1.35)
    axes.set_xlim(canvas.days(begin - margin), canvas.days(end + margin))
    hours = (end - begin + step) / np.timedelta64(3600, "s")
    length = f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.1f} d"
    axes.set_title(f"longest fill, {length}", fontsize=9, color=canvas.QUIET)
    canvas.date_axis(axes, most=5, offset=True)


def _measured_line(axes: Axes, trace: Trace, emphasis: float) -> None:
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
    for flag, (colour, marker) in MARKS.items():
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
