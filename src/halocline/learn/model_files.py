"""A station's models as files: JSON and LightGBM's text, nothing that runs when it is read."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final, cast

import numpy as np

from halocline.gapfill._boosting import Trees
from halocline.gapfill._correction import Correction
from halocline.gapfill._regression import Line
from halocline.gapfill._state_space import StateSpace
from halocline.gapfill._windowed import Windowed
from halocline.gapfill.boosted import BoostedFiller
from halocline.gapfill.harmonic import HarmonicFiller
from halocline.gapfill.kalman import KalmanFiller
from halocline.gapfill.kalman_asinh import Asinh, KalmanAsinhFiller
from halocline.gapfill.kalman_asinh_boosted import KalmanAsinhBoostedFiller
from halocline.gapfill.kalman_boosted import KalmanBoostedFiller
from halocline.gapfill.linear import LinearFiller
from halocline.learn.blend import NAME as BLEND
from halocline.learn.gate import Choice, GateRow, MethodScore
from halocline.learn.members import LEARNED
from halocline.learn.station import StationModel
from halocline.learn.tide import Tide
from halocline.learn.variable_model import Slot, VariableModel
from halocline.model.errors import ContractBroken
from halocline.uncertainty.band import Band, Reach
from halocline.uncertainty.conformal import Calibration, PlaceCalibration

MODEL: Final = "model.json"
TREES: Final = "trees.txt.gz"
CARD: Final = "card.md"
CALIBRATION: Final = "calibration.json"
KINDS: Final[Mapping[str, type]] = {
    one.__name__: one
    for one in (
        *(StationModel, VariableModel, Slot, Choice, GateRow, MethodScore),
        *(
            Band,
            Reach,
            Calibration,
            PlaceCalibration,
            Windowed,
            HarmonicFiller,
            LinearFiller,
            KalmanFiller,
            StateSpace,
        ),
        *(KalmanAsinhFiller, Asinh, KalmanBoostedFiller, KalmanAsinhBoostedFiller),
        *(BoostedFiller, Correction, Line, Tide),
    )
}
"""Everything a model may be made of; a file that names another kind is refused."""
LEFT_OUT: Final = {"Windowed": {"remembered"}}
DTYPES: Final = ("float64", "int64")
STRONGEST: Final = 8
"""Constituents of a tide on its card."""


class ModelOutdated(ContractBroken):
    """Other code than this learned the model: it can be learned anew, and done without."""


def to_files(model: StationModel) -> dict[str, bytes]:
    """Files of a model by name: same model, same bytes."""
    texts: dict[str, int] = {}
    content = json.dumps(_packed(model, texts), separators=(",", ":"), allow_nan=False)
    joined = "\0".join(texts).encode()
    return {
        MODEL: content.encode(),
        TREES: gzip.compress(joined, mtime=0),
        CALIBRATION: json.dumps(_calibrations(model), indent=1, sort_keys=True).encode(),
        CARD: card(model).encode(),
    }


def from_files(files: Mapping[str, bytes]) -> StationModel:
    """The model that `to_files` wrote; answers of both are equal bit for bit.

    Raises:
        ModelOutdated: ours; the files name a kind or a method this code does not know, or another
            shape of a kind.
    """
    joined = gzip.decompress(files[TREES]).decode()
    texts = joined.split("\0") if joined else []
    model = cast("StationModel", _unpacked(json.loads(files[MODEL]), texts))
    for name, variable in model.variables.items():
        for slot in variable.slots.values():
            if slot.method not in {*LEARNED, BLEND}:
                raise ModelOutdated(
                    f"{name} is filled by {slot.method!r}, which this code does not have: another "
                    "version learned it, learn the station anew"
                )
    return model


def version_of(files: Mapping[str, bytes]) -> str:
    """Digest of what a model is made of: its id in a recipe and its folder in the bucket."""
    digest = hashlib.sha256(files[MODEL])
    digest.update(files[TREES])
    return digest.hexdigest()


def _packed(value: Any, texts: dict[str, int]) -> Any:
    """JSON of any part of a model; tree texts are collected once each, in order of appearance."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else {"float": str(value)}
    if isinstance(value, tuple | dict | np.ndarray):
        return _packed_group(value, texts)
    return _packed_kind(value, texts)


def _packed_group(value: Any, texts: dict[str, int]) -> Any:
    if isinstance(value, np.ndarray):
        return {"array": [_packed(one, texts) for one in value.tolist()], "type": str(value.dtype)}
    if isinstance(value, tuple):
        return {"tuple": [_packed(one, texts) for one in value]}
    return {"items": [[_packed(k, texts), _packed(v, texts)] for k, v in value.items()]}


def _packed_kind(value: Any, texts: dict[str, int]) -> Any:
    if isinstance(value, Trees):
        return {"trees": texts.setdefault(value.text, len(texts)), "names": list(value.names)}
    kind = type(value).__name__
    if not is_dataclass(value) or KINDS.get(kind) is not type(value):
        raise ContractBroken(f"a model holds a {kind}, which has no place in its files")
    names = [one.name for one in fields(value) if one.name not in LEFT_OUT.get(kind, set())]
    return {"kind": kind, **{name: _packed(getattr(value, name), texts) for name in names}}


def _unpacked(value: Any, texts: list[str]) -> Any:
    if not isinstance(value, dict):
        return value
    if "kind" in value:
        return _unpacked_kind(value, texts)
    if "float" in value:
        return float(value["float"])
    if "trees" in value:
        return Trees(text=texts[value["trees"]], names=tuple(value["names"]))
    if "items" in value:
        return {_unpacked(k, texts): _unpacked(v, texts) for k, v in value["items"]}
    return _unpacked_row(value, texts)


def _unpacked_row(value: dict[str, Any], texts: list[str]) -> Any:
    if "tuple" in value:
        return tuple(_unpacked(one, texts) for one in value["tuple"])
    if value["type"] not in DTYPES:
        raise ContractBroken(f"an array of {value['type']} in a model's files")
    return np.array([_unpacked(one, texts) for one in value["array"]], dtype=value["type"])


def _unpacked_kind(value: dict[str, Any], texts: list[str]) -> Any:
    kind = KINDS.get(value["kind"])
    if kind is None:
        raise ModelOutdated(f"a model's files name the kind {value['kind']!r}: unknown here")
    parts = {name: _unpacked(one, texts) for name, one in value.items() if name != "kind"}
    known = {one.name for one in fields(kind)} - LEFT_OUT.get(value["kind"], set())
    if set(parts) != known:
        raise ModelOutdated(
            f"a model's files hold a {value['kind']} of {', '.join(sorted(parts))}; this code's "
            f"has {', '.join(sorted(known))}: another version learned it, learn the station anew"
        )
    return kind(**parts)


def _calibrations(model: StationModel) -> dict[str, Any]:
    """What a person reads: per variable, mode and length, the factors of each place in a gap."""
    return {
        name: [
            {
                "mode": slot.choice.row.mode,
                "gap_class": slot.choice.row.gap_class,
                "method": slot.method,
                "calibrated": slot.choice.row.calibrated,
                "lengths_h": [str(one) for one in slot.choice.band.calibration.bounds],
                "places": [list(part.places) for part in slot.choice.band.calibration.parts],
                "factors": [list(part.factor) for part in slot.choice.band.calibration.parts],
                "gaps": [part.n_units for part in slot.choice.band.calibration.parts],
                "reach": None if slot.choice.band.reach is None else vars(slot.choice.band.reach),
            }
            for _, slot in sorted(variable.slots.items())
        ]
        for name, variable in sorted(model.variables.items())
    }


def card(model: StationModel) -> str:
    """What the model is, for a person: what fills what, and how well it did where it was blind."""
    lines = [
        "# Gap filling of a station",
        "",
        "Each row was judged on gaps hidden in parts of the record its models had not seen;",
        "coverage is that of 90 % intervals calibrated on the other parts.",
        "",
        "| variable | mode | gaps | method | why | RMSE | over linear | coverage | hidden gaps |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, variable in sorted(model.variables.items()):
        for row in variable.gate:
            score = row.scores[row.method]
            lines.append(
                f"| {name} | {row.mode} | {row.gap_class} | {row.method} | {row.reason} | "
                f"{score.rmse:.4g} | {score.ratio:.3f} | {score.coverage:.3f} | {score.n_gaps} |"
            )
    return "\n".join([*lines, *_tide_card(model.tide), ""])


def _tide_card(tide: Tide | None) -> list[str]:
    """The strongest constituents, as a tide table has them."""
    if tide is None:
        return []
    rows = list(zip(tide.constituents, tide.amplitude, tide.phase, strict=True))
    return [
        "",
        f"# Tide of {tide.level}",
        "",
        f"From {tide.days:.0f} days, {len(rows)} constituents by UTide; the strongest:",
        "",
        "| constituent | amplitude | Greenwich phase lag, degrees |",
        "|---|---|---|",
        *(f"| {name} | {high:.4g} | {lag:.1f} |" for name, high, lag in rows[:STRONGEST]),
    ]
