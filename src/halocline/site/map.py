"""A map as SVG: coast, grid, one linked mark a platform whose shape and colour say its state."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Final

from halocline.site.card import STATES, Card, State, state_of
from halocline.site.html import seconds_of
from halocline.site.words import WORDS

WIDTH: Final = 1000.0
TALLEST: Final = 620.0
LEAST_SPAN: Final = 3.0
"""Degrees: a single station is shown with the coast around it."""
MARK: Final = 8.0
GRIDS: Final = (1, 2, 5, 10, 20, 30)
Points = list[tuple[float, float]]


@dataclass(frozen=True)
class View:
    """A window on the globe, drawn flat: longitudes shrunk by the cosine of its middle."""

    west: float
    east: float
    south: float
    north: float

    @property
    def shrink(self) -> float:
        """Length of a degree of longitude over one of latitude."""
        return max(0.2, math.cos(math.radians((self.south + self.north) / 2)))

    @property
    def scale(self) -> float:
        """Units of the drawing in a degree of latitude."""
        wide = (self.east - self.west) * self.shrink
        return min(WIDTH / wide, TALLEST / (self.north - self.south))

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the drawing."""
        return (self.east - self.west) * self.shrink * self.scale, (
            self.north - self.south
        ) * self.scale

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a position is drawn."""
        return (longitude - self.west) * self.shrink * self.scale, (
            self.north - latitude
        ) * self.scale


def svg_map(cards: Sequence[Card], *, language: str, now: int) -> str:
    """The map of all platforms that have a position; empty when none has."""
    placed = [one for one in cards if one.latitude is not None and one.longitude is not None]
    if not placed:
        return ""
    view = view_of([(one.longitude or 0.0, one.latitude or 0.0) for one in placed])
    width, height = view.size
    label = WORDS[language]["map_alt"].format(count=len(placed))
    marks = "\n".join(_mark(one, view, language=language, now=now) for one in placed)
    return (
        f'<svg class="map" viewBox="0 0 {width:.0f} {height:.0f}" role="group" '
        f'aria-label="{escape(label)}">\n{_grid(view)}\n<path class="land" d="{_land(view)}"/>\n'
        f"{marks}\n</svg>"
    )


def view_of(positions: Points) -> View:
    """A window with a margin around all positions, never flatter or taller than a screen."""
    west, east = min(x for x, _ in positions), max(x for x, _ in positions)
    south, north = min(y for _, y in positions), max(y for _, y in positions)
    margin = max(0.08 * max(east - west, north - south), 1.0)
    tall = max(north - south + 2 * margin, LEAST_SPAN)
    shrink = max(0.2, math.cos(math.radians((south + north) / 2)))
    wide = max(east - west + 2 * margin, LEAST_SPAN, 1.6 * tall / shrink)
    tall = max(tall, wide * shrink / 2.4)
    middle, centre = (west + east) / 2, (south + north) / 2
    return View(
        west=max(middle - wide / 2, -180.0), east=min(middle + wide / 2, 180.0),
        south=max(centre - tall / 2, -85.0), north=min(centre + tall / 2, 85.0),
    )  # fmt: skip


def shape(state: State, *, x: float, y: float, size: float) -> str:
    """The mark of a state: the shape says it to those who do not see the colour."""
    if state == "fresh":
        drawn = f'<circle class="mark s-fresh" cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}"/>'
    elif state == "late":
        drawn = _polygon(state, [(x, y - size * 1.2), (x + size * 1.15, y + size * 0.8),
                                 (x - size * 1.15, y + size * 0.8)])  # fmt: skip
    elif state == "silent":
        drawn = _polygon(state, [(x - size, y - size), (x + size, y - size), (x + size, y + size),
                                 (x - size, y + size)])  # fmt: skip
    else:
        drawn = _polygon(state, [(x, y - size * 1.3), (x + size * 1.3, y), (x, y + size * 1.3),
                                 (x - size * 1.3, y)])  # fmt: skip
    return drawn


def legend(language: str) -> str:
    """What the marks mean."""
    items = "\n".join(
        f'<li class="{state}"><svg viewBox="0 0 20 20" aria-hidden="true">'
        f'{shape(state, x=10, y=11, size=7)}</svg> <span class="state">{WORDS[language][state]}'
        f"</span> {WORDS[language][f'{state}_long']}</li>"
        for state in STATES
    )
    return f'<ul class="legend">\n{items}\n</ul>'


def _mark(card: Card, view: View, *, language: str, now: int) -> str:
    x, y = view.place(card.longitude or 0.0, card.latitude or 0.0)
    last = seconds_of(card.last) if card.last else None
    state = state_of(age_s=None if last is None else now - last, limit_s=card.limit_s)
    shapes = "".join(shape(each, x=x, y=y, size=MARK) for each in STATES)
    name = f"{WORDS[language][card.network]} {card.platform}, {card.title}, {card.last or '?'}"
    return (
        f'<a href="{card.name}.html" class="{state}" data-last="{"" if last is None else last}" '
        f'data-limit="{card.limit_s}" aria-label="{escape(name)}"><title>{escape(name)}</title>'
        f"{shapes}</a>"
    )


def _polygon(state: State, points: Points) -> str:
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon class="mark s-{state}" points="{corners}"/>'


def _grid(view: View) -> str:
    step = next((one for one in GRIDS if (view.east - view.west) / one <= 9), GRIDS[-1])
    width, height = view.size
    lines, texts = [], []
    for longitude in range(math.ceil(view.west / step) * step, math.floor(view.east) + 1, step):
        x, _ = view.place(longitude, view.south)
        lines.append(f"M{x:.1f} 0V{height:.1f}")
        side = "E" if longitude > 0 else "W" if longitude < 0 else ""
        texts.append(_text(f"{abs(longitude)}°{side}", x=x + 3, y=height - 4))
    for latitude in range(math.ceil(view.south / step) * step, math.floor(view.north) + 1, step):
        _, y = view.place(view.west, latitude)
        lines.append(f"M0 {y:.1f}H{width:.1f}")
        side = "N" if latitude > 0 else "S" if latitude < 0 else ""
        texts.append(_text(f"{abs(latitude)}°{side}", x=3, y=y - 3))
    return f'<path class="grid" d="{"".join(lines)}"/>\n{"".join(texts)}'


def _text(said: str, *, x: float, y: float) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="13">{said}</text>'


def _land(view: View) -> str:
    drawn = []
    for ring in _coast():
        inside = _clipped(ring, view)
        if len(inside) >= 3:
            points = " ".join(
                f"{x:.1f} {y:.1f}" for x, y in (view.place(*point) for point in inside)
            )
            drawn.append(f"M{points}Z")
    return "".join(drawn)


@cache
def _coast() -> list[Points]:
    """Rings of land, longitude and latitude; see assets/SOURCE.md."""
    content = files("halocline.site").joinpath("assets/coast.json").read_text(encoding="utf-8")
    return [list(zip(ring[::2], ring[1::2], strict=True)) for ring in json.loads(content)]


def _clipped(ring: Points, view: View) -> Points:
    """The part of a ring in the view (Sutherland and Hodgman 1974)."""
    edges = ((0, view.west, 1), (0, view.east, -1), (1, view.south, 1), (1, view.north, -1))
    for axis, limit, sign in edges:
        if not ring:
            return ring
        kept: Points = []
        for before, point in zip([ring[-1], *ring], ring, strict=False):
            was, is_in = ((one[axis] - limit) * sign >= 0 for one in (before, point))
            if was != is_in:
                part = (limit - before[axis]) / (point[axis] - before[axis])
                kept.append((before[0] + part * (point[0] - before[0]),
                             before[1] + part * (point[1] - before[1])))  # fmt: skip
            if is_in:
                kept.append(point)
        ring = kept
    return ring
