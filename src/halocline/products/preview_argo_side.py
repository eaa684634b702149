"""The right column of a float's picture: where it went, T-S diagram, last profile."""

from typing import Final, Literal

import gsw
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec

from halocline.model.estimates import FloatArray
from halocline.products import canvas
from halocline.products.argo_rows import moments
from halocline.products.argo_scene import Layer, Scene
from halocline.products.sections import pressure_axis, root

TIME_COLOURS: Final = "plasma"


def draw_side(figure: Figure, place: SubplotSpec, scene: Scene) -> None:
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
        canvas.say(axes, "no position")
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
        canvas.say(axes, "no level with both")
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
        canvas.say(axes, "no profile with a date")
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
    pressure_axis(axes, float(np.nanmax(scene.pressure[row])))
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


def _inside(axes: Axes, words: str, *, x: float, y: float, ha: Literal["left", "right"]) -> None:
    """What an axis shows, written inside: the right column has no room outside."""
    axes.text(x, y, words, transform=axes.transAxes, fontsize=9, ha=ha, va="center", zorder=5)
