"""The picture of a float: sections on the left; on the right where it went, T-S, last profile."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from halocline.model.estimates import Filled
from halocline.model.flags import Flag
from halocline.model.profiles import Profiles
from halocline.products import canvas
from halocline.products.argo_flags import ProfileFlags
from halocline.products.argo_rows import moments
from halocline.products.argo_scene import Layer, Scene, scene_of
from halocline.products.preview_argo_side import draw_side
from halocline.products.provenance import Provenance
from halocline.products.sections import Cloud, pressure_axis, root, section
from halocline.products.vocabulary import ARGO, parameter_of

MOST_MARKS: Final = 4000
"""Flagged levels drawn of one parameter; of a float that is all bad every k-th is enough."""
ROW_PX: Final = 345
HEAD_PX: Final = 108
FOOT_PX: Final = 42
COLOURS: Final = {"TEMP": "inferno", "PSAL": "viridis", "DOXY": "cividis", "CHLA": "YlGn"}
ALL: Final = np.bool_(True)


def draw(
    *,
    profiles: Profiles,
    flags: ProfileFlags,
    filled: Mapping[str, Filled],
    provenance: Provenance,
) -> bytes:
    """PNG of a float; the arguments are those of its encoder."""
    scene = scene_of(profiles, flags, filled)
    shown = [one for one in scene.layers if scene.cloud(one, one.raw, ALL).days.size]
    with canvas.house_style():
        height = HEAD_PX + FOOT_PX + ROW_PX * max(len(shown), 2)
        figure = canvas.new_figure(height_px=height)
        canvas.headline(
            figure,
            title=f"Argo float {provenance.platform}",
            subtitle=_subtitle(profiles, flags),
        )
        _legend(figure, estimates=bool(filled))
        left, right = _columns(figure, height)
        cells = left.subgridspec(max(len(shown), 1), 1, hspace=0.24)
        for row, layer in enumerate(shown):
            _section(figure, figure.add_subplot(cells[row, 0]), scene, layer)
        if not shown:
            canvas.say(
                figure.add_subplot(cells[0, 0]), "no level with a date and a pressure to draw"
            )
        draw_side(figure, right, scene)
        return canvas.png_bytes(figure)


def _columns(figure: Figure, height: int) -> tuple[SubplotSpec, SubplotSpec]:
    """Sections on the left, everything else on the right."""
    layout = figure.add_gridspec(
        1,
        2,
        width_ratios=[2.3, 1],
        left=0.05,
        right=0.985,
        top=1 - HEAD_PX / height,
        bottom=FOOT_PX / height,
        wspace=0.12,
    )
    return layout[0, 0], layout[0, 1]


def _subtitle(profiles: Profiles, flags: ProfileFlags) -> str:
    time = moments(profiles.juld)[~np.isin(flags.juld_flag, [int(Flag.BAD), int(Flag.MISSING)])]
    time = time[~np.isnat(time)]
    span = f"{str(time.min())[:10]} to {str(time.max())[:10]} · " if time.size else ""
    modes = ", ".join(
        f"{int((profiles.mode == mode).sum()):,} {mode}"
        for mode in "DAR"
        if (profiles.mode == mode).any()
    )
    kind = " · ".join(
        profiles.attributes[key]
        for key in ("PLATFORM_TYPE", "PROJECT_NAME", "DATA_CENTRE")
        if profiles.attributes.get(key)
    )
    return f"{span}{profiles.n_prof:,} profiles ({modes}){f' · {kind}' if kind else ''}"


def _legend(figure: Figure, *, estimates: bool) -> None:
    handles: list[Line2D | Patch] = [
        Line2D([], [], color=canvas.DOUBTFUL, marker="+", ls="", mew=1.4, label="flag 3"),
        Line2D([], [], color=canvas.BAD, marker="x", ls="", mew=1.4, label="flag 4"),
    ]
    if estimates:
        handles += [
            Line2D([], [], color=canvas.ESTIMATED, marker="o", ls="", ms=4, label="estimated"),
            Patch(color=canvas.BAND, alpha=0.5, label="90 % interval"),
        ]
    figure.legend(
        handles=handles,
        loc="upper right",
        ncols=4,
        bbox_to_anchor=(0.99, 1.0),
        handlelength=1.5,
        columnspacing=1.2,
    )


def _section(figure: Figure, axes: Axes, scene: Scene, layer: Layer) -> None:
    cloud = scene.cloud(layer, layer.value, ALL)
    if cloud.days.size:
        _image(figure, axes, cloud, layer.name, scene.deepest)
    else:
        days = scene.cloud(layer, layer.raw, ALL).days
        axes.set_xlim(float(days.min()) - 1, float(days.max()) + 1)
        axes.set_facecolor(canvas.UNFILLED)
    _flagged(axes, scene, layer)
    pressure_axis(axes, scene.deepest)
    canvas.date_axis(axes, most=10, offset=False)
    known = parameter_of(ARGO, layer.name)
    axes.set_title(f"{layer.name}  {known.long_name} [{layer.units or '1'}]", fontweight="bold")
    words = f"{int(layer.flagged.sum()):,} flagged"
    if layer.filled is not None:
        words += f" · {int(layer.estimated.sum()):,} estimated"
    axes.set_title(words, loc="right", fontsize=9, color=canvas.QUIET)
    axes.set_ylabel("pressure [dbar]", fontsize=9, labelpad=2)


def _image(figure: Figure, axes: Axes, cloud: Cloud, name: str, deepest: float) -> None:
    drawn = section(cloud, deepest=deepest)
    low, high = np.quantile(cloud.value, [0.005, 0.995])
    image = axes.imshow(
        drawn.image,
        extent=(*drawn.days, drawn.root_pressure[1], 0.0),
        aspect="auto",
        cmap=COLOURS.get(name, "viridis"),
        vmin=low,
        vmax=high if high > low else low + 1,
        interpolation="nearest",
    )
    axes.set_xlim(*drawn.days)
    bar = figure.colorbar(image, ax=axes, pad=0.012, fraction=0.03, aspect=24)
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=2, labelsize=8.5)


def _flagged(axes: Axes, scene: Scene, layer: Layer) -> None:
    marks = {Flag.PROBABLY_BAD: (canvas.DOUBTFUL, "+"), Flag.BAD: (canvas.BAD, "x")}
    for flag, (colour, marker) in marks.items():
        cloud = scene.cloud(layer, layer.raw, layer.flag == flag)
        every = max(1, -(-cloud.days.size // MOST_MARKS))
        days, depth = cloud.days[::every], root(cloud.pressure[::every])
        # A white edge: no one colour is seen on every part of a colour map.
        axes.plot(days, depth, color="white", marker=marker, ms=4.4, mew=2.2, ls="", zorder=3)
        axes.plot(days, depth, color=colour, marker=marker, ms=3.6, mew=1.0, ls="", zorder=3.1)
