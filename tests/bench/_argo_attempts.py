"""Every refinement that was tried on the experts' flags, so that a reader can judge the tuning."""

from collections.abc import Callable

import numpy as np

from halocline.model.profiles import Profiles
from halocline.qc.argo import ArgoSuite, check
from tests.bench._argo_experts import NAMES, NOW, Flags, Method

ALPHA, BETA = 0.2, 0.78
"""kg m-3 per °C and per unit of salinity, of mid-latitude thermocline water."""
HALF = 3
"""Levels either side of the running median a level's departure is measured from."""


def by_suite(suite: ArgoSuite) -> Method:
    """Flags of a suite's tests."""

    def method(profiles: Profiles) -> Flags:
        found = check(profiles, suite, NOW).variables
        return {name: found[name].flag for name in NAMES if name in found}

    return method


def only(suite: ArgoSuite, *names: str) -> ArgoSuite:
    """The suite with these tests alone."""
    every = {test.name for test, _ in suite.tests()}
    return suite.model_copy(update=dict.fromkeys(every - set(names)))


def attempts(manual: ArgoSuite, refined: ArgoSuite) -> list[tuple[str, Callable[[], Method]]]:
    """What was tried, in order; each is made when it is its turn."""

    def without(suite: ArgoSuite, *names: str) -> Callable[[], Method]:
        return lambda: by_suite(suite.model_copy(update=dict.fromkeys(names)))

    def changed(test: str, **values: float) -> Callable[[], Method]:
        block = getattr(refined, test).model_copy(update=values)
        return lambda: by_suite(refined.model_copy(update={test: block}))

    def alone(*names: str) -> Callable[[], Method]:
        return lambda: by_suite(only(refined, *names))

    inversion = "inversion_culprit"
    steps = [
        ("the manual's suite", lambda: by_suite(manual)),
        ("without test 12", without(manual, "digit_rollover")),
        ("without tests 8 and 12", without(manual, "digit_rollover", "pressure_increasing")),
        ("tests 48 and 49 alone", alone("stuck_pressure", "pressure_spike")),
        ("test 50 alone", alone(inversion)),
        ("test 51 alone", alone("bottom_salinity")),
        ("refined", lambda: by_suite(refined)),
    ]
    steps += [
        (f"refined without {name}", without(refined, name))
        for name in ("stuck_pressure", "pressure_spike", inversion, "bottom_salinity")
    ]
    steps += [
        ("14 in place of 50", lambda: by_suite(refined.model_copy(update={
            inversion: None, "density_inversion": manual.density_inversion}))),
        ("14 in place of 50, isolated: T or S by whose departure weighs more",
         lambda: blamed_by_departure(refined, manual)),
    ]  # fmt: skip
    for crowd in (1, 3, 6, 10):
        steps.append((f"50: crowd {crowd}", changed(inversion, crowd=crowd)))
    for window, recurring in ((1, 1), (3, 2), (4, 3), (8, 6)):
        steps.append((f"50: recurring {recurring} of {window}",
                      changed(inversion, window=window, recurring=recurring)))  # fmt: skip
    for band in (0, 10, 30, 50):
        steps.append((f"50: temperature band {band}", changed(inversion, temp_band=band)))
    for band in (0, 20, 100, 200):
        steps.append((f"50: salinity band {band}", changed(inversion, psal_band=band)))
    for levels, tolerance in ((3, 0.05), (4, 0.0), (4, 0.11), (5, 0.05)):
        steps.append((f"48: {levels} levels, {tolerance} dbar",
                      changed("stuck_pressure", levels=levels, tolerance=tolerance)))  # fmt: skip
    for step in (0.02, 0.03, 0.1):
        steps.append((f"51: step {step}", changed("bottom_salinity", psal_step=step)))
    return steps


def blamed_by_departure(refined: ArgoSuite, manual: ArgoSuite) -> Method:
    """An inversion blames whichever of T and S leaves its running median by more density."""
    suite = refined.model_copy(
        update={"inversion_culprit": None, "density_inversion": manual.density_inversion}
    )

    def method(profiles: Profiles) -> Flags:
        found = check(profiles, suite, NOW).variables
        flags = {name: found[name].flag.copy() for name in NAMES if name in found}
        if "PSAL" not in flags:
            return flags
        inverted = {n: found[n].failed == np.uint64(1 << 14) for n in ("TEMP", "PSAL")}
        weight = {
            "TEMP": ALPHA * np.abs(_departure(profiles.variables["TEMP"].value)),
            "PSAL": BETA * np.abs(_departure(profiles.variables["PSAL"].value)),
        }
        flags["TEMP"][inverted["TEMP"] & (weight["TEMP"] <= weight["PSAL"])] = 1
        flags["PSAL"][inverted["PSAL"] & (weight["PSAL"] < weight["TEMP"])] = 1
        return flags

    return method


def _departure(value: np.ndarray) -> np.ndarray:
    """Of each level from the median of the levels around it."""
    out = np.zeros(value.shape)
    for row in range(value.shape[0]):
        place = np.flatnonzero(np.isfinite(value[row]))
        if place.size > 2 * HALF:
            padded = np.pad(value[row, place].astype(float), HALF, mode="edge")
            windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * HALF + 1)
            out[row, place] = value[row, place] - np.median(windows, axis=1)
    return out
