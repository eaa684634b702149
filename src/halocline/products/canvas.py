"""What every picture shares: size, colours, and PNG bytes that depend on the drawing alone."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

DPI: Final = 100
WIDTH_PX: Final = 1400

# Okabe and Ito's set: told apart with any kind of colour vision, and in grey by their lightness.
MEASURED: Final = "#26323c"
ADJUSTED: Final = "#56b4e9"
ESTIMATED: Final = "#0072b2"
BAND: Final = "#7fb8dc"
DOUBTFUL: Final = "#e69f00"
BAD: Final = "#d55e00"
UNFILLED: Final = "#e3e3e3"
QUIET: Final = "#6b7680"

_RAISED: Final = str.maketrans("-\N{MINUS SIGN}0123456789", "⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_STYLE: Final = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": MEASURED,
    "axes.linewidth": 0.8,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    # told where titles go, matplotlib measures no tick to find out: a seventh of a float's product
    "axes.titley": 1.0,
    "axes.formatter.useoffset": False,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "text.color": MEASURED,
    "grid.color": "#e9ecee",
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "path.simplify_threshold": 0.4,
    "agg.path.chunksize": 20000,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Matplotlib's own defaults and our style, whatever the user's configuration says."""
    known: dict[Any, Any] = {
        name: value for name, value in mpl.rcParamsDefault.items() if not name.startswith("backend")
    }
    known.update(_STYLE)
    with mpl.rc_context(known):
        yield


def new_figure(*, height_px: int) -> Figure:
    """White figure of the house width, drawn without any window system or pyplot state."""
    figure = Figure(figsize=(WIDTH_PX / DPI, height_px / DPI), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def png_bytes(figure: Figure) -> bytes:
    """PNG of the figure, without the date and software a writer would add."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=DPI, metadata={"Software": None})
    return stream.getvalue()


def headline(figure: Figure, *, title: str, subtitle: str) -> None:
    """Title and subtitle at the upper left, at the same distance from the edge at any height."""
    top = figure.get_figheight()
    figure.text(0.012, 1 - 0.24 / top, title, fontsize=15, fontweight="bold", va="center")
    figure.text(0.012, 1 - 0.52 / top, subtitle, fontsize=10, color=QUIET, va="center")


def date_axis(axes: Axes, *, most: int, offset: bool) -> None:
    """Short dates along x; `offset` writes the year and month they leave out."""
    locator = AutoDateLocator(minticks=2, maxticks=most)  # type: ignore[no-untyped-call]
    formatter = ConciseDateFormatter(locator, show_offset=offset)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(formatter)


def days(moment: Any) -> Any:
    """Matplotlib's number for a date or a duration: days, since 1970 for a date; NaN for NaT."""
    kept = np.asarray(moment)
    seconds = kept.astype(f"{kept.dtype.kind}8[s]")
    return np.where(np.isnat(seconds), np.nan, seconds.astype(np.int64) / 86_400.0)


class Numbers(ScalarFormatter):
    """Each number with its own power of ten, 4×10⁶, where matplotlib writes one beside the axis.

    That one stands where a panel's title is.
    """

    def get_offset(self) -> str:
        """Nothing beside the axis."""
        return ""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """A tick's label."""
        number, power = super().__call__(x, pos), super().get_offset().removeprefix("1e")
        return f"{number}×10{power.translate(_RAISED)}" if power and x else number


def tidy(axes: Axes) -> None:
    """Light grid behind the data, and numbers up the side that need nothing beside the axis."""
    axes.grid(visible=True)
    axes.set_axisbelow(True)
    axes.tick_params(length=3)
    axes.yaxis.set_major_formatter(Numbers())


def say(axes: Axes, words: str) -> None:
    """Words where there is nothing to draw."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(0.5, 0.5, words, ha="center", va="center", color=QUIET, transform=axes.transAxes)
