"""Other packages on the same floats: flags by variable, 4 where their test fails.

They are imported when their turn comes: a measurement without them is still one.
"""
# ruff: noqa: PLC0415

import contextlib
import importlib
import io
import warnings

import gsw
import numpy as np

from halocline.model.profiles import Profiles

COTEDE = {
    "sea_water_temperature": {
        "global_range": {"minval": -2.5, "maxval": 40},
        "spike_depthconditional": {"pressure_threshold": 500, "shallow_max": 6.0, "deep_max": 2.0},
        "digit_roll_over": {"threshold": 10},
    },
    "sea_water_salinity": {
        "global_range": {"minval": 2.0, "maxval": 41.0},
        "spike_depthconditional": {"pressure_threshold": 500, "shallow_max": 0.9, "deep_max": 0.3},
        "digit_roll_over": {"threshold": 5},
        "density_inversion": {"threshold": -0.03, "flag_good": 1, "flag_bad": 4},
    },
}
"""Its configuration `argo` with what fails as shipped left out (geolocation, deepest pressure,
at sea, monotonic pressure) and the manual's thresholds."""


def works(module: str) -> bool:
    """Whether a package can be imported: some ask for build tools newer Pythons lack."""
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


def ioos(profiles: Profiles) -> dict[str, np.ndarray]:
    """ioos_qc: gross range, spike of the shallow threshold, pressure increasing, inversion."""
    from ioos_qc import argo, qartod

    spans = {"TEMP": ((-2.5, 40), 6.0), "PSAL": ((2, 41), 0.9)}
    flags = _good(profiles)
    for row, place in _rows(profiles):
        value = {n: profiles.variables[n].value[row, place].astype(float) for n in flags}
        down = np.asarray(argo.pressure_increasing_test(value["PRES"])) >= 3
        failed = {name: down.copy() for name in flags}
        for name, (span, spike) in spans.items():
            if name in failed:
                failed[name] |= _failed(qartod.gross_range_test(value[name], fail_span=span))
                failed[name] |= _failed(qartod.spike_test(value[name], fail_threshold=spike))
        if "PSAL" in value:
            upset = _failed(qartod.density_inversion_test(
                _density(profiles, row, value), value["PRES"], fail_threshold=-0.03
            ))  # fmt: skip
            failed["TEMP"] |= upset
            failed["PSAL"] |= upset
        for name, bad in failed.items():
            flags[name][row, place[bad]] = 4
    return flags


def cotede(profiles: Profiles) -> dict[str, np.ndarray]:
    """CoTeDe: the part of its Argo configuration that runs."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        from cotede.qc import ProfileQC

        flags = _good(profiles)
        for row, place in _rows(profiles):
            data = {
                name: np.ma.masked_invalid(profiles.variables[name].value[row, place].astype(float))
                for name in flags
            }
            found = ProfileQC(_Profile(data), cfg={"revision": "0.21", "variables": COTEDE})
            for name in set(flags) - {"PRES"}:
                overall = np.asarray(found.flags[name]["overall"])
                flags[name][row, place[(overall == 3) | (overall == 4)]] = 4
    return flags


class _Profile:
    """What CoTeDe takes for a profile: a mapping with attributes."""

    def __init__(self, data: dict) -> None:
        self.data, self.attrs = data, {}

    def __getitem__(self, name: str):
        return self.data[name]

    def keys(self):
        return self.data.keys()


def _good(profiles: Profiles) -> dict[str, np.ndarray]:
    return {n: np.ones(profiles.variables[n].value.shape, dtype=np.uint8)
            for n in ("PRES", "TEMP", "PSAL") if n in profiles.variables}  # fmt: skip


def _rows(profiles: Profiles):
    held = np.isfinite(profiles.variables["PRES"].value)
    for row in range(profiles.n_prof):
        place = np.flatnonzero(held[row])
        if place.size >= 3:
            yield row, place


def _failed(flags) -> np.ndarray:
    return np.ma.filled(np.ma.asarray(flags), 9) == 4


def _density(profiles: Profiles, row: int, value: dict) -> np.ndarray:
    salinity = gsw.SA_from_SP(np.maximum(value["PSAL"], 0), value["PRES"],
                              profiles.longitude[row], profiles.latitude[row])  # fmt: skip
    heat = gsw.CT_from_t(salinity, value["TEMP"], value["PRES"])
    return np.asarray(gsw.sigma0(salinity, heat))
