"""The picture of a float: sections, where it went, T-S diagram, last profile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import gsw
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from halocline.model.estimates import Filled, FloatArray, Origin
from halocline.model.flags import Flag, FlagArray
from halocline.model.profiles import Profiles
from halocline.products import canvas
from halocline.products.argo_profiles import ProfileFlags, checked_of, moments
from halocline.products.provenance import Provenance
from halocline.products.sections import Cloud, days_of, pressure_ticks, root, section
from halocline.products.vocabulary import ARGO, parameter_of

MOST_SECTIONS: Final = 4
MOST_MARKS: Final = 4000
"""Flagged levels drawn of one parameter; of a float that is all bad every k-th is enough."""
ROW_PX: Final = 345
HEAD_PX: Final = 108
FOOT_PX: Final = 42
COLOURS: Final = {"TEMP": "inferno", "PSAL": "viridis", "DOXY": "cividis", "CHLA": "YlGn"}
TIME_COLOURS: Final = "plasma"
BoolArray = npt.NDArray[np.bool_]
ALL: Final = np.bool_(True)


@dataclass(frozen=True)
class Layer:
    """One parameter as it is drawn; arrays (N_PROF, N_LEVELS)."""

    name: str
    units: str
    raw: FloatArray
    flag: FlagArray
    value: FloatArray
    """Good and estimated values, NaN elsewhere."""
    filled: Filled | None

    @property
    def flagged(self) -> BoolArray:
        """Levels with flag 3 or 4."""
        return np.isin(self.flag, [int(Flag.PROBABLY_BAD), int(Flag.BAD)])

    @property
    def estimated(self) -> BoolArray:
        """Levels whose value is estimated."""
        if self.filled is None:
            return np.zeros(self.value.shape, dtype=np.bool_)
        return np.isin(self.filled.origin, [int(Origin.INTERPOLATED), int(Origin.MODELLED)])


@dataclass(frozen=True)
class Scene:
    """A float ready to be drawn."""

    profiles: Profiles
    days: FloatArray
    """(N_PROF,) days since 1970, NaN where the date is missing or bad."""
    located: BoolArray
    pressure: FloatArray
    """(N_PROF, N_LEVELS) dbar, NaN where missing or bad."""
    layers: list[Layer]
    deepest: float

    def cloud(self, layer: Layer, values: FloatArray, where: BoolArray | np.bool_) -> Cloud:
        """Levels of a parameter that can be placed in time and pressure."""
        days = np.broadcast_to(self.days[:, None], values.shape)
        known = where & np.isfinite(values) & np.isfinite(self.pressure) & np.isfinite(days)
        return Cloud(days[known], self.pressure[known], values[known])


def draw(
    *,
    profiles: Profiles,
    flags: ProfileFlags,
    filled: Mapping[str, Filled],
    provenance: Provenance,
) -> bytes:
    """PNG of a float; the arguments are those of its encoder."""
    scene = _scene(profiles, flags, filled)
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
            _say(figure.add_subplot(cells[0, 0]), "no level with a date and a pressure to draw")
        _side(figure, right, scene)
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


def _scene(profiles: Profiles, flags: ProfileFlags, filled: Mapping[str, Filled]) -> Scene:
    bad = [int(Flag.BAD), int(Flag.MISSING)]
    days = np.where(np.isin(flags.juld_flag, bad), np.nan, days_of(profiles.juld))
    located = (
        np.isfinite(profiles.latitude)
        & np.isfinite(profiles.longitude)
        & ~np.isin(flags.position_flag, bad)
    )
    pressure = np.full((profiles.n_prof, profiles.n_levels), np.nan)
    if "PRES" in profiles.variables:
        held = profiles.variables["PRES"]
        good = ~np.isin(checked_of("PRES", held, flags).flag, bad)
        pressure = np.where(good, held.value, np.nan).astype(np.float64)
    names = [name for name in ARGO if ARGO[name].main and name in profiles.variables]
    deep = float(np.nanmax(pressure)) if np.isfinite(pressure).any() else 1.0
    layers = [_layer(name, profiles, flags, filled.get(name)) for name in names]
    return Scene(
        profiles=profiles,
        days=days,
        located=located,
        pressure=pressure,
        layers=layers[:MOST_SECTIONS],
        deepest=max(deep, 1.0),
    )


def _layer(name: str, profiles: Profiles, flags: ProfileFlags, filled: Filled | None) -> Layer:
    variable = profiles.variables[name]
    flag = checked_of(name, variable, flags).flag
    raw = variable.value.astype(np.float64)
    good = ~np.isin(flag, [int(Flag.PROBABLY_BAD), int(Flag.BAD), int(Flag.MISSING)])
    value = np.where(good, raw, np.nan) if filled is None else filled.value
    return Layer(name, variable.units, raw, flag, value.astype(np.float64), filled)


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
    _pressure_axis(axes, scene.deepest)
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


def _pressure_axis(axes: Axes, deepest: float) -> None:
    places, words = pressure_ticks(deepest)
    axes.set_ylim(float(root(deepest)), 0.0)
    axes.set_yticks(places, words)


def _inside(axes: Axes, words: str, *, x: float, y: float, ha: Literal["left", "right"]) -> None:
    """What an axis shows, written inside: the right column has no room outside."""
    axes.text(x, y, words, transform=axes.transAxes, fontsize=9, ha=ha, va="center", zorder=5)


def _side(figure: Figure, place: SubplotSpec, scene: Scene) -> None:
    """Map, T-S diagram where there is salinity, last profile."""
    with_salinity = {"TEMP", "PSAL"} <= {one.name for one in scene.layers}
    heights = [1.0, 1.1, 1.4] if with_salinity else [1.0, 1.3]
    cells = place.subgridspec(len(heights), 1, height_ratios=heights, hspace=0.42)
    _map(figure.add_subplot(cells[0, 0]), scene)
    if with_salinity:
        _temperature_salinity(figure.add_subplot(cells[1, 0]), scene)
    _last_profile(figure.add_subplot(cells[-1, 0]), scene)


def _map(axes: Axes, scene: Scene) -> None:
    canvas.tidy(axes)
    profiles, shown = scene.profiles, scene.located
    axes.set_title("where it went", fontsize=9.5, fontweight="bold")
    if not shown.any():
        _say(axes, "no position")
        return
    # Unwrapped: a track across the antimeridian stays one line.
    longitude = np.degrees(np.unwrap(np.radians(profiles.longitude[shown])))
    latitude = profiles.latitude[shown]
    axes.plot(longitude, latitude, color=canvas.QUIET, lw=0.7, zorder=2)
    axes.scatter(longitude, latitude, c=scene.days[shown], cmap=TIME_COLOURS, s=11, lw=0, zorder=3)
    for place, word in ((0, "first"), (-1, "last")):
        axes.annotate(
            word,
            (longitude[place], latitude[place]),
            xytext=(5, 5),
            textcoords="offset points",
            fontsize=8.5,
            zorder=4,
        )
    _frame(axes, longitude, latitude)


def _frame(axes: Axes, longitude: FloatArray, latitude: FloatArray) -> None:
    """Square degrees on the ground, at least one degree of latitude, labelled with hemispheres."""
    stretch = 1 / max(float(np.cos(np.radians(np.median(latitude)))), 0.05)
    box = axes.get_window_extent()
    ratio = box.width / box.height
    centre = (longitude.max() + longitude.min()) / 2, (latitude.max() + latitude.min()) / 2
    tall = max(np.ptp(latitude) * 1.2, np.ptp(longitude) * 1.2 / stretch / ratio, 1.0)
    wide = tall * stretch * ratio
    axes.set_xlim(centre[0] - wide / 2, centre[0] + wide / 2)
    axes.set_ylim(centre[1] - tall / 2, centre[1] + tall / 2)
    axes.xaxis.set_major_formatter(lambda x, _: _degrees((x + 180) % 360 - 180, "EW"))
    axes.yaxis.set_major_formatter(lambda y, _: _degrees(y, "NS"))
    axes.locator_params(axis="x", nbins=5)
    axes.locator_params(axis="y", nbins=5)


def _degrees(value: float, letters: str) -> str:
    size = f"{abs(round(value, 4)):g}°"
    return size if round(value, 4) == 0 else f"{size}{letters[0] if value > 0 else letters[1]}"


def _temperature_salinity(axes: Axes, scene: Scene) -> None:
    canvas.tidy(axes)
    axes.set_title("T–S, coloured by pressure; lines: σ₀ [kg/m³]", fontsize=9.5, fontweight="bold")
    by_name = {one.name: one for one in scene.layers}
    temperature, salinity = by_name["TEMP"].value, by_name["PSAL"].value
    both = np.isfinite(temperature) & np.isfinite(salinity) & np.isfinite(scene.pressure)
    if not both.any():
        _say(axes, "no level with both")
        return
    every = max(1, int(both.sum()) // 20_000)
    t, s, p = (one[both][::every] for one in (temperature, salinity, scene.pressure))
    axes.scatter(s, t, c=-root(p), cmap="viridis", s=2.5, lw=0, zorder=2, rasterized=True)
    _isopycnals(axes, s, t)
    _inside(axes, "practical salinity", x=0.985, y=0.04, ha="right")
    _inside(axes, "°C", x=0.015, y=0.95, ha="left")


def _isopycnals(axes: Axes, salinity: FloatArray, temperature: FloatArray) -> None:
    # Standard place (p = 0, 0°E 45°N for Absolute Salinity): a backdrop, good to 0.02 kg/m³.
    s_low, s_high = np.quantile(salinity, [0.001, 0.999])
    t_low, t_high = np.quantile(temperature, [0.001, 0.999])
    s_pad, t_pad = max(0.06 * (s_high - s_low), 0.02), max(0.06 * (t_high - t_low), 0.1)
    s_axis = np.linspace(s_low - s_pad, s_high + s_pad, 40)
    t_axis = np.linspace(t_low - t_pad, t_high + t_pad, 40)
    s, t = np.meshgrid(s_axis, t_axis)
    absolute = s * 35.16504 / 35.0
    density = gsw.sigma0(absolute, gsw.CT_from_t(absolute, t, 0.0))
    lines = axes.contour(s, t, density, levels=7, colors=canvas.QUIET, linewidths=0.6, zorder=1)
    axes.clabel(lines, fontsize=7.5, fmt="%g")
    axes.set_xlim(s_axis[0], s_axis[-1])
    axes.set_ylim(t_axis[0], t_axis[-1])


def _last_profile(axes: Axes, scene: Scene) -> None:
    canvas.tidy(axes)
    row = _last_row(scene)
    if row is None:
        axes.set_title("last profile", fontsize=9.5, fontweight="bold")
        _say(axes, "no profile with a date")
        return
    cycle = int(scene.profiles.cycle[row])
    day = str(moments(scene.profiles.juld[[row]])[0])[:10]
    axes.set_title(f"last profile: cycle {cycle}, {day}", fontsize=9.5, fontweight="bold", pad=30)
    colours = {"TEMP": canvas.MEASURED, "PSAL": "#117a65"}
    for layer in scene.layers:
        if layer.name in colours and np.isfinite(layer.value[row]).any():
            # Salinity has its own scale, above.
            own = axes if layer.name == "TEMP" else axes.twiny()
            _one_profile(own, scene, layer, row, colours[layer.name])
    _pressure_axis(axes, float(np.nanmax(scene.pressure[row])))
    _inside(axes, "dbar", x=0.985, y=0.05, ha="right")


def _last_row(scene: Scene) -> int | None:
    """Latest row that holds at least three values of temperature."""
    held = [one for one in scene.layers if one.name == "TEMP"]
    if not held:
        return None
    enough = (np.isfinite(held[0].value) & np.isfinite(scene.pressure)).sum(axis=1) >= 3
    dated = np.where(enough, scene.days, np.nan)
    return int(np.nanargmax(dated)) if np.isfinite(dated).any() else None


def _one_profile(axes: Axes, scene: Scene, layer: Layer, row: int, colour: str) -> None:
    depth = root(scene.pressure[row])
    value, estimated = layer.value[row], layer.estimated[row]
    order = np.argsort(depth, kind="stable")
    shown = order[np.isfinite(value[order]) & np.isfinite(depth[order])]
    axes.plot(value[shown], depth[shown], color=colour, lw=1.1, zorder=2)
    if layer.filled is not None and estimated.any():
        lower, upper = layer.filled.lower[row], layer.filled.upper[row]
        axes.hlines(
            depth[estimated],
            lower[estimated],
            upper[estimated],
            colors=canvas.BAND,
            lw=3,
            alpha=0.5,
        )
        axes.plot(
            value[estimated],
            depth[estimated],
            color=canvas.ESTIMATED,
            marker="o",
            ms=3,
            ls="",
            zorder=3,
        )
    low, high = axes.get_xlim()
    bad = layer.flagged[row] & np.isfinite(layer.raw[row])
    axes.plot(
        np.clip(layer.raw[row][bad], low, high),
        depth[bad],
        color=canvas.BAD,
        marker="x",
        ms=4,
        mew=1.2,
        ls="",
        zorder=4,
        clip_on=False,
    )
    axes.set_xlim(low, high)
    axes.set_xlabel(f"{layer.name} [{layer.units or '1'}]", fontsize=9, labelpad=2, color=colour)
    axes.tick_params(axis="x", colors=colour, length=2, labelsize=8.5)


def _say(axes: Axes, words: str) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(
        0.5, 0.5, words, ha="center", va="center", color=canvas.QUIET, transform=axes.transAxes
    )
