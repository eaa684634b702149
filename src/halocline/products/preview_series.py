"""The picture of a station's year: one row a variable, the whole year beside its longest fill."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from halocline.model.checked import Checked
from halocline.model.flags import Flag
from halocline.model.gridding import Gridded
from halocline.model.series import UNMEASURED, Series
from halocline.products import canvas
from halocline.products.coasthf_series import SeriesFill, placed_on_axis, silent
from halocline.products.provenance import Provenance
from halocline.products.series_axis import Placed
from halocline.products.series_panel import close_up, panel
from halocline.products.series_trace import Trace, traces_of

MOST_PANELS: Final = 6
PANEL_PX: Final = 205
HEAD_PX: Final = 105
FOOT_PX: Final = 45


def draw(
    *,
    series: Series,
    checked: Mapping[str, Checked],
    gridded: Mapping[str, Gridded],
    fills: Mapping[str, SeriesFill],
    provenance: Provenance,
) -> bytes:
    """PNG of the main variables of a product; the arguments are those of its encoder."""
    placed = placed_on_axis(series=series, gridded=gridded, fills=fills, provenance=provenance)
    traces = traces_of(series, placed=placed, checked=checked, gridded=gridded, fills=fills)
    traces = traces[:MOST_PANELS]
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
    layout = _layout(figure, len(traces), height)
    first: Axes | None = None
    window = min(one.time[0] for one in traces), max(one.time[-1] for one in traces)
    for row, trace in enumerate(traces):
        whole = figure.add_subplot(layout[row, 0], sharex=first)
        first = first or whole
        panel(whole, trace, window)
        whole.set_xlim(canvas.days(window[0]), canvas.days(window[1]))
        canvas.date_axis(whole, most=12, offset=False)
        whole.set_title(f"{trace.title} [{trace.units or '1'}]", fontweight="bold")
        whole.set_title(_counts(trace), loc="right", fontsize=9, color=canvas.QUIET)
        close_up(figure.add_subplot(layout[row, 1]), trace)


def _layout(figure: Figure, rows: int, height: int) -> GridSpec:
    return figure.add_gridspec(
        rows,
        2,
        width_ratios=[3.4, 1],
        left=0.047,
        right=0.992,
        top=1 - HEAD_PX / height,
        bottom=FOOT_PX / height,
        hspace=0.42,
        wspace=0.09,
    )


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
