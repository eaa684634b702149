"""Counts of a product: what the products table and the manifest say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from halocline.model.checked import Checked
from halocline.model.digest import Json
from halocline.model.estimates import ORIGIN_MEANINGS, Filled, Origin
from halocline.model.flags import Flag, FlagArray
from halocline.model.gridding import Gridded
from halocline.model.profiles import Profiles
from halocline.model.series import UNMEASURED, Series
from halocline.products import argo_flags, coasthf_series
from halocline.products.blocks import ESTIMATES
from halocline.products.provenance import Provenance
from halocline.products.scores import LevelScore, driver_summary, gate_summary, level_summary

_ORIGIN_NAMES = dict(zip(Origin, ORIGIN_MEANINGS.split(), strict=True))


@dataclass(frozen=True)
class VariableStatistics:
    """Counts of one variable of a product."""

    n_values: int
    """Values received."""
    flags: Mapping[str, int]
    """Our flag (its digit) → values received with it; 9 is left out."""
    origins: Mapping[str, int]
    """Origin (its word) → values of `_FILLED`; empty when the variable was not filled."""
    gate: Sequence[Mapping[str, Json]] = ()
    """Per gap length: method, why, and scores of every method tried."""
    drivers: Mapping[str, float] = field(default_factory=dict)
    """What from outside a station entered its estimates → share of them at which it was known."""

    @property
    def n_flagged(self) -> int:
        """Values with flag 3 or 4."""
        return self.flags.get("3", 0) + self.flags.get("4", 0)

    @property
    def n_unmeasured(self) -> int:
        """Values received that nobody measured: flag 7 or 8."""
        return sum(self.flags.get(str(int(one)), 0) for one in UNMEASURED)

    @property
    def n_filled(self) -> int:
        """Estimated values."""
        return sum(self.origins.get(_ORIGIN_NAMES[one], 0) for one in ESTIMATES)

    def summary(self) -> dict[str, Json]:
        """As JSON."""
        return {
            "values": self.n_values,
            "flags": dict(self.flags),
            "origins": dict(self.origins),
            "gate": list(self.gate),
            **({"drivers": dict(self.drivers)} if self.drivers else {}),
        }


@dataclass(frozen=True)
class Statistics:
    """Counts of a whole product."""

    n_profiles: int
    """Rows of a float's product; 0 for a station."""
    variables: Mapping[str, VariableStatistics]

    def row(self) -> dict[str, int]:
        """Columns of the products table."""
        each = self.variables.values()
        return {
            "n_profiles": self.n_profiles,
            "n_values": sum(one.n_values for one in each),
            "n_flagged": sum(one.n_flagged for one in each),
            "n_filled": sum(one.n_filled for one in each),
        }

    def summary(self) -> dict[str, Json]:
        """Counts, methods and scores by variable, as JSON."""
        return {name: one.summary() for name, one in sorted(self.variables.items())}


def statistics_of_profiles(
    *,
    profiles: Profiles,
    flags: argo_flags.ProfileFlags,
    filled: Mapping[str, Filled],
    fill_method: str,
    scores: Mapping[str, LevelScore] | None = None,
) -> Statistics:
    """Counts of a float's product; the arguments are those of its encoder."""
    return Statistics(
        n_profiles=profiles.n_prof,
        variables={
            name: _variable(
                value=variable.value,
                checked=argo_flags.checked_of(name, variable, flags),
                filled=filled.get(name),
                gate=[level_summary(scores[name], method=fill_method)]
                if scores and name in scores
                else [],
            )
            for name, variable in profiles.variables.items()
        },
    )


def statistics_of_series(
    *,
    series: Series,
    checked: Mapping[str, Checked],
    gridded: Mapping[str, Gridded],
    fills: Mapping[str, coasthf_series.SeriesFill],
    provenance: Provenance,
) -> Statistics:
    """Counts of the year a station's product holds; the arguments are those of its encoder."""
    placed = coasthf_series.placed_on_axis(
        series=series, gridded=gridded, fills=fills, provenance=provenance
    )
    return Statistics(
        n_profiles=0,
        variables={
            name: _variable(
                value=placed.axis.spread(variable.value, absent=np.nan),
                checked=placed.axis.spread_checked(
                    coasthf_series.checked_of(name, variable, checked)
                ),
                filled=placed.filled.get(name),
                gate=[gate_summary(row) for row in fills[name].gate] if name in fills else [],
                drivers=driver_summary(fills[name].drivers) if name in fills else {},
            )
            for name, variable in series.variables.items()
        },
    )


def _variable(
    *,
    value: npt.NDArray[Any],
    checked: Checked,
    filled: Filled | None,
    gate: Sequence[Mapping[str, Json]],
    drivers: Mapping[str, float] | None = None,
) -> VariableStatistics:
    return VariableStatistics(
        n_values=int(np.isfinite(value).sum()),
        flags=_flag_counts(checked.flag),
        origins={} if filled is None else _origin_counts(filled),
        gate=gate,
        drivers=drivers or {},
    )


def _flag_counts(flag: FlagArray) -> dict[str, int]:
    codes, counts = np.unique(flag[flag != Flag.MISSING], return_counts=True)
    return {str(code): count for code, count in zip(codes.tolist(), counts.tolist(), strict=True)}


def _origin_counts(filled: Filled) -> dict[str, int]:
    codes, counts = np.unique(filled.origin, return_counts=True)
    return {
        _ORIGIN_NAMES[Origin(code)]: count
        for code, count in zip(codes.tolist(), counts.tolist(), strict=True)
    }
