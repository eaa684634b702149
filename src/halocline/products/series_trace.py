"""What the picture of a station shows of a variable: its stamps on the product's own axis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from halocline.model.checked import Checked
from halocline.model.estimates import Filled, FloatArray, Origin
from halocline.model.flags import SEVERITY, Flag, FlagArray
from halocline.model.gridding import Gridded
from halocline.model.series import BoolArray, Series, SeriesVariable, TimeArray, own_step_s
from halocline.products.coasthf_series import SeriesFill, checked_of
from halocline.products.scores import GateRow
from halocline.products.series_axis import Placed
from halocline.products.vocabulary import COASTHF, parameter_of


@dataclass(frozen=True)
class Trace:
    """One variable as it is drawn; arrays (k,) hold only the stamps that concern it."""

    name: str
    title: str
    units: str
    step_s: int
    time: TimeArray
    value: FloatArray
    flag: FlagArray
    good: BoolArray
    filled: Filled | None
    gate: Sequence[GateRow]

    @property
    def estimated(self) -> BoolArray:
        """Stamps whose value is estimated."""
        if self.filled is None:
            return np.zeros(self.time.size, dtype=np.bool_)
        return np.isin(self.filled.origin, [int(Origin.INTERPOLATED), int(Origin.MODELLED)])

    def at(self, where: BoolArray) -> "Trace":
        """The same variable at some of its stamps; `where` (k,)."""
        return replace(
            self,
            time=self.time[where],
            value=self.value[where],
            flag=self.flag[where],
            good=self.good[where],
            filled=None if self.filled is None else _filled_at(self.filled, where),
        )


def traces_of(
    series: Series,
    *,
    placed: Placed,
    checked: Mapping[str, Checked],
    gridded: Mapping[str, Gridded],
    fills: Mapping[str, SeriesFill],
) -> list[Trace]:
    """Variables worth a panel that hold a stamp, those an oceanographer looks at first first."""
    traces = [
        _trace(
            name,
            variable,
            judged=checked_of(name, variable, checked),
            placed=placed,
            step_s=gridded[name].grid.step_s if name in gridded else None,
            gate=fills[name].gate if name in fills else (),
        )
        for name, variable in _main(series)
    ]
    return [one for one in traces if one.time.size]


def _main(series: Series) -> list[tuple[str, SeriesVariable]]:
    order = {name: rank for rank, name in enumerate(COASTHF)}
    known = sorted(
        series.variables.items(),
        key=lambda item: (
            not parameter_of(COASTHF, item[1].parameter).main,
            abs(item[1].level - 1),
            order.get(item[1].parameter, len(order)),
            item[0],
        ),
    )
    main = [item for item in known if parameter_of(COASTHF, item[1].parameter).main]
    return main or known


def _trace(
    name: str,
    variable: SeriesVariable,
    *,
    judged: Checked,
    placed: Placed,
    step_s: int | None,
    gate: Sequence[GateRow],
) -> Trace:
    axis, filled = placed.axis, placed.filled.get(name)
    value = axis.spread(variable.value, absent=np.nan)
    flag = axis.spread(judged.flag, absent=Flag.MISSING)
    concerned = np.isfinite(value)
    good = concerned & (SEVERITY[flag] < SEVERITY[Flag.PROBABLY_BAD])
    if filled is not None:
        concerned = concerned | (filled.origin != Origin.MISSING)
        good = filled.origin == Origin.MEASURED
    return Trace(
        name=name,
        title=_title(name, variable),
        units=variable.units,
        step_s=step_s or own_step_s(axis.time[concerned]) or 3600,
        time=axis.time,
        value=value,
        flag=flag,
        good=good,
        filled=filled,
        gate=gate,
    ).at(concerned)


def _title(name: str, variable: SeriesVariable) -> str:
    level = "" if variable.level == 1 else f", level {variable.level}"
    return f"{name}  {parameter_of(COASTHF, variable.parameter).long_name}{level}"


def _filled_at(filled: Filled, where: BoolArray) -> Filled:
    return Filled(
        value=filled.value[where],
        origin=filled.origin[where],
        sd=filled.sd[where],
        lower=filled.lower[where],
        upper=filled.upper[where],
    )
