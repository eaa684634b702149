"""The picture of what failed: profiles with flagged levels, each failing test named."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from halocline.model.profiles import Profiles
from halocline.products import canvas
from halocline.products.argo_flags import ProfileFlags
from halocline.products.argo_rows import moments
from halocline.products.provenance import Provenance
from halocline.products.sections import pressure_ticks, root

MOST: Final = 8
"""Profiles drawn: two rows of four."""
ACROSS: Final = 4
ROW_PX: Final = 430
HEAD_PX: Final = 84
FOOT_PX: Final = 60
COLOURS: Final = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00")
MARKERS: Final = ("x", "+", "o", "s", "^")
MARGIN: Final = 0.15
"""Room left and right of the values that passed, as a share of their range."""
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Failure:
    """One parameter of one profile, and how many of its levels each test failed."""

    row: int
    name: str
    counts: Mapping[int, int]


def draw(
    *,
    profiles: Profiles,
    flags: ProfileFlags,
    provenance: Provenance,
    tests: Mapping[int, str],
    whole_profile: frozenset[int] = frozenset(),
) -> bytes | None:
    """PNG of the profiles that say most about what failed; None where no level has failed.

    Every test that failed is shown at least once, as far as there is room, on the profile with
    most of its failures. `tests` names each bit; those of `whole_profile` condemn a parameter
    outright (a grey list, raw oxygen), show nothing of a profile's shape, and come last.
    """
    found = _failures(profiles, flags, tests)
    if not found:
        return None
    chosen = _chosen(found, whole_profile)
    rows = -(-len(chosen) // ACROSS)
    height = HEAD_PX + FOOT_PX + ROW_PX * rows
    with canvas.house_style():
        figure = canvas.new_figure(height_px=height)
        canvas.headline(
            figure,
            title=f"Argo float {provenance.platform}: what failed",
            subtitle=_subtitle(found, tests, len(chosen)),
        )
        cells = figure.add_gridspec(
            rows, ACROSS, left=0.045, right=0.985, top=1 - (HEAD_PX + 50) / height,
            bottom=FOOT_PX / height, wspace=0.22, hspace=0.42,
        )  # fmt: skip
        for place, one in enumerate(chosen):
            axes = figure.add_subplot(cells[place // ACROSS, place % ACROSS])
            _panel(axes, profiles, flags, one, tests)
        return canvas.png_bytes(figure)


def _failures(profiles: Profiles, flags: ProfileFlags, tests: Mapping[int, str]) -> list[Failure]:
    """Every parameter of every profile in which a level has failed and can be placed."""
    if "PRES" not in profiles.variables:
        return []
    found = []
    deep = np.isfinite(profiles.variables["PRES"].value)
    for name, checked in flags.variables.items():
        failed = np.where(deep, checked.failed, np.uint64(0))
        for row in np.flatnonzero(failed.any(axis=1)).tolist():
            counts = {
                number: count
                for number in tests
                if (count := int(np.count_nonzero(failed[row] & np.uint64(1 << number))))
            }
            found.append(Failure(row, name, counts))
    return found


def _chosen(found: list[Failure], whole_profile: frozenset[int]) -> list[Failure]:
    """For each test in turn the profile with most of its failures, not one that is all bad."""
    numbers = sorted(
        {number for one in found for number in one.counts},
        key=lambda number: (number in whole_profile, number),
    )
    ranked = {
        number: sorted(
            (one for one in found if number in one.counts),
            key=lambda one: (one.name == "PRES", -one.counts[number], one.row, one.name),
        )
        for number in numbers
    }
    chosen: list[Failure] = []
    while len(chosen) < MOST and any(ranked.values()):
        for number in numbers:
            left = [one for one in ranked[number] if one not in chosen]
            chosen += left[:1]
            ranked[number] = left[1:]
    return sorted(chosen[:MOST], key=lambda one: (one.row, one.name))


def _subtitle(found: list[Failure], tests: Mapping[int, str], shown: int) -> str:
    totals: dict[int, int] = {}
    for one in found:
        for number, count in one.counts.items():
            totals[number] = totals.get(number, 0) + count
    words = ", ".join(f"{number} {tests[number]} {totals[number]:,}" for number in sorted(totals))
    profiles = len({one.row for one in found})
    return f"{profiles:,} profiles with a failed level, {shown} curves shown · levels: {words}"


def _panel(
    axes: Axes,
    profiles: Profiles,
    flags: ProfileFlags,
    one: Failure,
    tests: Mapping[int, str],
) -> None:
    canvas.tidy(axes)
    variable = profiles.variables[one.name]
    pressure = profiles.variables["PRES"].value[one.row].astype(np.float64)
    value = variable.value[one.row].astype(np.float64)
    checked = flags.variables[one.name]
    failed = checked.failed[one.row]
    shown = np.isfinite(value) & np.isfinite(pressure)
    passed = shown & (failed == 0)
    # A pressure spike must not squeeze the profile into a corner: levels that passed set the scale.
    deepest = max(float(np.max(pressure, where=passed, initial=-np.inf)), 1.0)
    deepest = deepest if passed.sum() > 2 else max(float(np.max(pressure[shown], initial=1.0)), 1.0)
    axes.plot(value[shown], root(pressure[shown]), color="#c3c9ce", lw=0.8, zorder=1)
    axes.plot(
        value[passed], root(pressure[passed]), color=canvas.MEASURED, ls="", marker=".", ms=2.5,
        zorder=2,
    )  # fmt: skip
    low, high = _range(value, passed, shown)
    for place, number in enumerate(one.counts):
        hit = shown & ((failed & np.uint64(1 << number)) != 0)
        axes.plot(
            np.clip(value[hit], low, high), np.minimum(root(pressure[hit]), root(deepest)),
            color=COLOURS[place % len(COLOURS)], marker=MARKERS[place % len(MARKERS)],
            ms=6 if place % len(MARKERS) < 2 else 4.5, mew=1.3, mfc="none", ls="", zorder=3 + place,
            label=f"{number} {tests[number]} ({int(hit.sum()):,})", clip_on=False,
        )  # fmt: skip
    axes.set_xlim(low, high)
    axes.set_ylim(float(root(deepest)), 0.0)
    axes.set_yticks(*pressure_ticks(deepest))
    cycle, day = int(profiles.cycle[one.row]), str(moments(profiles.juld[[one.row]])[0])[:10]
    descending = "D" if profiles.direction[one.row] == "D" else ""
    room = 6 + 15 * len(one.counts)
    axes.set_title(f"cycle {cycle}{descending}, {day}", fontsize=9.5, fontweight="bold", pad=room)
    axes.set_xlabel(f"{one.name} [{variable.units or '1'}]", fontsize=9, labelpad=2)
    axes.legend(
        loc="lower left", bbox_to_anchor=(-0.03, 0.985), fontsize=8, handletextpad=0.2,
        borderpad=0.1, labelspacing=0.25,
    )  # fmt: skip


def _range(
    value: npt.NDArray[np.float64], passed: BoolArray, shown: BoolArray
) -> tuple[float, float]:
    """Of the values that passed; what lies outside is drawn at the edge."""
    kept = value[passed] if passed.sum() > 2 else value[shown]
    low, high = float(kept.min()), float(kept.max())
    room = max((high - low) * MARGIN, abs(high) * 1e-3, 1e-3)
    return low - room, high + room
