"""What the hidden gaps said: which method fills a gap of which length, and how well."""

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from halocline.model.digest import Json
from halocline.products.netcdf import Attribute


class Score(Protocol):
    """One method on the hidden gaps of one length."""

    @property
    def n_gaps(self) -> int:
        """Hidden gaps scored."""

    @property
    def rmse(self) -> float:
        """Root mean square error, unit of the variable."""

    @property
    def coverage(self) -> float:
        """Share of hidden values inside the interval."""

    @property
    def width(self) -> float:
        """Mean width of the interval, unit of the variable."""

    @property
    def ratio(self) -> float:
        """RMSE over that of linear interpolation."""


class LevelScore(Protocol):
    """Vertical filling on hidden levels: see `halocline.gapfill.vertical`."""

    @property
    def n_hidden(self) -> int:
        """Hidden levels scored."""

    @property
    def n_profiles(self) -> int:
        """Profiles they were hidden in."""

    @property
    def rmse(self) -> float:
        """Root mean square error, unit of the variable."""

    @property
    def coverage(self) -> float:
        """Share of hidden values inside the interval."""

    @property
    def width(self) -> float:
        """Mean width of the interval, unit of the variable."""

    @property
    def calibrated(self) -> bool:
        """False where some interval rests on too few profiles to promise anything."""


class GateRow(Protocol):
    """One variable and gap length: see `halocline.learn.gate`."""

    @property
    def gap_class(self) -> str:
        """Gap lengths the row speaks of: "≤6 h"."""

    @property
    def mode(self) -> str:
        """Whether other sensors were alive: "sensor", "station", "any" where none was looked at."""

    @property
    def method(self) -> str:
        """Method that won, and fills gaps of this length."""

    @property
    def reason(self) -> str:
        """Why: "won", "not beaten" or "not judged"."""

    @property
    def calibrated(self) -> bool:
        """False where the interval rests on too few hidden gaps to promise anything."""

    @property
    def scores(self) -> Mapping[str, Score]:
        """Score of every method tried, by name."""

    @property
    def weights(self) -> Mapping[str, float]:
        """Share of each method of a mixture that fills; empty where one method does."""

    @property
    def mixture(self) -> str:
        """The same for a person; empty where one method fills."""


class DriverUse(Protocol):
    """What from outside a station entered its estimates: see `halocline.learn.filling`."""

    @property
    def known(self) -> Mapping[str, float]:
        """Driver → share of the estimates at whose time it had a value."""

    @property
    def looked_at(self) -> Sequence[bool]:
        """Of each row of the gate, whether what fills gaps of its length looks at drivers."""


def driver_attributes(use: DriverUse | None) -> dict[str, Attribute]:
    """Attributes of a `_FILLED` variable; none where only the station itself was looked at."""
    if use is None:
        return {}
    absent = ", ".join(name for name, share in use.known.items() if share == 0)
    return {
        "fill_drivers": ", ".join(use.known),
        "fill_drivers_known": np.array(list(use.known.values()), dtype=np.float64).round(4),
        "fill_drivers_looked_at": np.array(use.looked_at, dtype=np.int8),
        **({"fill_drivers_absent": absent} if absent else {}),
    }


def driver_summary(use: DriverUse | None) -> dict[str, float]:
    """Driver → share of the estimates at whose time it had a value, as JSON."""
    return {} if use is None else {name: round(share, 4) for name, share in use.known.items()}


def gate_attributes(rows: Sequence[GateRow]) -> dict[str, Attribute]:
    """Attributes of a `_FILLED` variable: one entry a gap length, in the order of `rows`."""
    if not rows:
        return {}
    won = [row.scores[row.method] for row in rows]
    more: dict[str, Attribute] = {}
    if any(row.mode != "any" for row in rows):
        more["fill_mode"] = ", ".join(row.mode for row in rows)
    if any(row.mixture for row in rows):
        more["fill_mixture"] = ", ".join(row.mixture or row.method for row in rows)
    return {
        **more,
        "fill_gap_class": ", ".join(row.gap_class for row in rows),
        "fill_method": ", ".join(row.method for row in rows),
        "fill_reason": ", ".join(row.reason for row in rows),
        "fill_interval_calibrated": np.array([row.calibrated for row in rows], dtype=np.int8),
        "fill_hidden_gaps": np.array([one.n_gaps for one in won], dtype=np.int32),
        "fill_rmse": np.array([one.rmse for one in won], dtype=np.float64).round(6),
        "fill_rmse_over_linear": np.array([one.ratio for one in won], dtype=np.float64).round(4),
        "fill_coverage": np.array([one.coverage for one in won], dtype=np.float64).round(4),
    }


def level_attributes(score: LevelScore) -> dict[str, Attribute]:
    """Attributes of a `_FILLED` variable of a float."""
    return {
        "fill_interval_calibrated": np.int8(score.calibrated),
        "fill_hidden_levels": score.n_hidden,
        "fill_hidden_profiles": score.n_profiles,
        "fill_rmse": round(score.rmse, 6),
        "fill_coverage": round(score.coverage, 4),
    }


def level_summary(score: LevelScore, *, method: str) -> dict[str, Json]:
    """A score of vertical filling as JSON, in the shape of `gate_summary`."""
    return {
        "gap_class": "levels",
        "method": method,
        "reason": "only method",
        "calibrated": score.calibrated,
        "scores": {
            method: {
                "n_levels": score.n_hidden,
                "n_profiles": score.n_profiles,
                "rmse": _number(score.rmse),
                "coverage": _number(score.coverage),
                "width": _number(score.width),
            }
        },
    }


def gate_summary(row: GateRow) -> dict[str, Json]:
    """A row as JSON: the choice, why, and every method's scores; what is not known is null."""
    mode: dict[str, Json] = {} if row.mode == "any" else {"mode": row.mode}
    return {
        **mode,
        "gap_class": row.gap_class,
        "method": row.method,
        "reason": row.reason,
        "calibrated": row.calibrated,
        **({"weights": dict(sorted(row.weights.items()))} if row.weights else {}),
        "scores": {
            name: {
                "n_gaps": score.n_gaps,
                "rmse": _number(score.rmse),
                "rmse_over_linear": _number(score.ratio),
                "coverage": _number(score.coverage),
                "width": _number(score.width),
            }
            for name, score in sorted(row.scores.items())
        },
    }


def _number(value: float) -> float | None:
    """To six significant digits: the last ones differ between processors."""
    return float(f"{value:.6g}") if math.isfinite(value) else None
