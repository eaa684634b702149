"""CANYON-B: nitrate from position, temperature, salinity and oxygen, with its uncertainty.

Bittig et al. 2018, doi:10.3389/fmars.2018.00328: a committee of small tanh networks, each weighted
by its evidence. The weights are read from the installed distribution `canyonbpy` (MIT), which is
not imported: that would load PyCO2SYS (GPL), for carbonate variables that are not needed here.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.path import Path as Polygon

from halocline.model.estimates import FloatArray

ERRORS: Final = {"pres": 0.5, "temp": 0.005, "psal": 0.005, "doxy": 0.01}
"""Input errors the authors assume: dbar, °C, 1, and the share of the oxygen value."""
MEASUREMENT: Final = 0.02
"""Share of a nutrient's value: the error of the bottle data the networks learned from."""
INPUTS: Final = 7
ARCTIC: Final = Polygon(
    np.array(
        [(-180, 68), (-170, 66.5), (-85, 66.5), (-80, 80), (-37, 80), (-37, 90), (143, 90),
         (143, 68), (180, 68), (180, 90), (-180, 90), (-180, 68)]
    )
)  # fmt: skip
"""(longitude, latitude) west of the Lomonosov ridge, where latitude is bent: same paper."""


@dataclass(frozen=True)
class Prediction:
    """Value and standard deviation, of the shape of the inputs; NaN where an input is missing."""

    value: FloatArray
    sd: FloatArray


@dataclass(frozen=True)
class _Network:
    """One member: tanh layers (weights, bias), the last linear; all of normalised numbers."""

    layers: tuple[tuple[FloatArray, FloatArray], ...]
    noise: float
    evidence: float


@dataclass(frozen=True)
class Committee:
    """Networks of one variable."""

    members: tuple[_Network, ...]
    mean: FloatArray
    """(8,) of the seven inputs and the output; `sd` likewise."""
    sd: FloatArray
    spread: FloatArray
    """Polynomial from the committee's own spread to the error of the weights."""
    digest: str
    """sha256 of the file of weights."""


@cache
def nitrate_committee() -> Committee | None:
    """The networks of nitrate; None where their weights are not installed (extra `bgc`)."""
    found = find_spec("canyonbpy")
    folders = list(found.submodule_search_locations or []) if found else []
    path = Path(folders[0]) / "data" / "weights" / "wgts_NO3.txt" if folders else None
    if path is None or not path.is_file():
        return None
    return _committee(np.loadtxt(path), sha256(path.read_bytes()).hexdigest())


def _committee(table: FloatArray, digest: str) -> Committee:
    """Rows of the table: units of layer 1 and 2, noise, evidence, then each layer by columns."""
    last = table[:, -1]
    extra = last[2 * INPUTS + 2 :]
    return Committee(
        members=tuple(_network(column) for column in table[:, :-1].T),
        mean=last[: INPUTS + 1],
        sd=last[INPUTS + 1 : 2 * INPUTS + 2],
        spread=extra[np.isfinite(extra)],
        digest=digest,
    )


def _network(column: FloatArray) -> _Network:
    first, second = int(column[0]), int(column[1])
    sizes = [INPUTS, first, *([second] if second else []), 1]
    layers, place = [], 4
    for fan_in, fan_out in pairwise(sizes):
        weights = column[place : place + fan_in * fan_out].reshape(fan_out, fan_in, order="F")
        place += fan_in * fan_out
        layers.append((weights, column[place : place + fan_out]))
        place += fan_out
    return _Network(tuple(layers), noise=1 / float(column[2]), evidence=float(column[3]))


def nitrate(
    committee: Committee,
    *,
    latitude: FloatArray,
    longitude: FloatArray,
    pres: FloatArray,
    temp: FloatArray,
    psal: FloatArray,
    doxy: FloatArray,
) -> Prediction:
    """Nitrate, µmol/kg, of points (n,): degrees, dbar, °C, practical salinity, µmol/kg.

    Open ocean, 0–2000 dbar and beyond; in the Mediterranean a model of its own (CANYON-MED) exists
    under GPL, and this one differs from it by up to 0.7 µmol/kg in three profiles of float 6903247.
    """
    place = _place(latitude, longitude)
    depth = pres / 2e4 + (1 + np.exp(-pres / 300)) ** -3
    inputs = np.column_stack([*place, temp, psal, doxy, depth])
    known = np.isfinite(inputs).all(axis=1)
    value, sd = np.full(known.shape, np.nan), np.full(known.shape, np.nan)
    if known.any():
        errors = np.column_stack(
            [np.full(pres.shape, ERRORS["temp"]), np.full(pres.shape, ERRORS["psal"]),
             ERRORS["doxy"] * doxy, ERRORS["pres"] * _pressure_slope(pres)]
        )  # fmt: skip
        value[known], sd[known] = _estimate(committee, inputs[known], errors[known])
    return Prediction(value, sd)


def _place(latitude: FloatArray, longitude: FloatArray) -> list[FloatArray]:
    """Latitude and two longitudes that know no date line, as the networks take them."""
    east = np.mod(longitude + 180, 360) - 180
    points = np.nan_to_num(np.column_stack([east, latitude]))
    bent = latitude - np.sin(np.radians(east + 37)) * (90 - latitude) * 0.5
    return [
        np.where(ARCTIC.contains_points(points), bent, latitude) / 90,
        np.abs(1 - np.mod(longitude - 110, 360) / 180),
        np.abs(1 - np.mod(longitude - 20, 360) / 180),
    ]


def _pressure_slope(pres: FloatArray) -> FloatArray:
    """Of the transformed pressure to pressure."""
    decay = np.exp(-pres / 300)
    return np.asarray(1 / 2e4 + decay / 100 / (1 + decay) ** 4)


def _estimate(
    committee: Committee, inputs: FloatArray, errors: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Weighted mean, and the root of all variances: bottle, noise, weights, committee, inputs."""
    scale, centre = committee.sd[-1], committee.mean[-1]
    standard = (inputs - committee.mean[:-1]) / committee.sd[:-1]
    evidence = np.array([one.evidence for one in committee.members])
    ran = [_run(one, standard) for one in committee.members]
    values = np.stack([one[0] for one in ran]) * scale + centre
    total = evidence.sum()
    value = evidence @ values / total
    spread = evidence @ (values - value) ** 2 / (total - (evidence**2).sum() / total)
    noise = evidence @ np.array([one.noise for one in committee.members]) / total * scale**2
    slope = np.tensordot(evidence, np.stack([one[1] for one in ran]), axes=1) / total
    slope = slope[:, 3:] * scale / committee.sd[3:-1]
    from_inputs = (slope**2 * errors**2).sum(axis=1)
    weights = np.polyval(committee.spread, np.sqrt(spread)) ** 2
    return value, np.sqrt((MEASUREMENT * value) ** 2 + noise + weights + spread + from_inputs)


def _run(network: _Network, standard: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Normalised output (n,) and its slope to each input (n, 7)."""
    state, slope = standard, None
    *hidden, (weights, bias) = network.layers
    for layer, shift in hidden:
        state = np.tanh(state @ layer.T + shift)
        steep = (1 - state**2)[:, :, None]
        slope = steep * (layer[None] if slope is None else np.einsum("ij,njk->nik", layer, slope))
    output = (state @ weights.T + bias)[:, 0]
    assert slope is not None  # there is always a hidden layer
    return output, np.einsum("j,njk->nk", weights[0], slope)
