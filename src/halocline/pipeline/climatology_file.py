"""Learn a station's climatological range from its own good past, and write it as a suite."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import yaml

from halocline.learn.native import find_native
from halocline.model.checked import Checked
from halocline.model.errors import ConfigInvalid
from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag
from halocline.model.quarantine import Quarantined
from halocline.model.series import Series
from halocline.pipeline.received_series import read_received
from halocline.pipeline.series_grids import USABLE, wanted
from halocline.products import climatology_picture
from halocline.qc.series import SeriesSuite, check, told
from halocline.qc.series._api import COLUMN_TESTS, Column, SecondArray
from halocline.qc.series.climatology import (
    MARGIN,
    ClimatologyParams,
    climatology,
    learn_climatology,
)
from halocline.sources.series_file import CsvOptions

BoolArray = npt.NDArray[np.bool_]
TOO_SHORT: Final = "no month with 20 days in each of two years"
DOUBTFUL_SHARE: Final = 0.01
"""Share of a year's good values outside what the other years show, beyond which years differ too
much for a range of the season."""


@dataclass(frozen=True)
class Learned:
    """The range of one variable, and how years it was not learned from lie in it."""

    name: str
    units: str
    params: ClimatologyParams | None
    """None where there is none to learn: see `why`."""
    value: FloatArray
    """(k,) good values a sensor wrote."""
    time_s: SecondArray
    outside: Mapping[int, float]
    """Year → share of its good values outside the range of the other years; a year is left out
    where those know none of its months."""

    @property
    def why(self) -> str:
        """Why there is no range; '' where there is one."""
        if self.params is not None:
            return ""
        return "a constant has no season" if _constant(self.value) else TOO_SHORT

    @property
    def months(self) -> int:
        """Months that have a range."""
        return 0 if self.params is None else sum(one is not None for one in self.params.low)

    @property
    def worst(self) -> float:
        """Largest share outside of any year; NaN where no year could be left out."""
        return max(self.outside.values(), default=float("nan"))


@dataclass(frozen=True)
class Climatology:
    """What the past of a station says of each of its variables."""

    series: Series
    learned: tuple[Learned, ...]
    margin: float
    quarantined: tuple[Quarantined, ...]
    notes: tuple[str, ...] = ()
    """What reading the files had to tell, see `SeriesRead`."""

    def block(self) -> str:
        """YAML: a suite based on the shipped one, whose only entry is the station's."""
        known = {one.name: one.params for one in self.learned if one.params is not None}
        first, last = (self.series.time[k].astype("datetime64[D]") for k in (0, -1))
        head = (
            f"# {first} to {last}, margin {self.margin:g}; {_shares(self.learned)}\n"
            "# A suite of its own, or an entry of `stations` in another.\n"
        )
        parameters = {
            name: {
                **({"units": [units]} if (units := self.series.variables[name].units) else {}),
                "climatology": {"low": list(one.low), "high": list(one.high)},
            }
            for name, one in known.items()
        }
        body = {
            "suite": "series",
            "based_on": "coasthf",
            "stations": {self.series.platform: {"parameters": parameters}},
        }
        return head + yaml.safe_dump(body, sort_keys=False, default_flow_style=None, width=96)

    def picture(self) -> bytes:
        """PNG: each variable's days over the year, and its range."""
        return climatology_picture.draw(
            [one for one in self.learned if one.params is not None], title=self.series.platform
        )


def learn_files(
    paths: Sequence[Path],
    *,
    suite: SeriesSuite,
    now: np.datetime64,
    variables: Sequence[str] = (),
    margin: float = MARGIN,
    options: CsvOptions | None = None,
) -> Climatology:
    """Read and check a station's files, and learn the range of each variable and month.

    Good values teach: those that would feed an estimate, and those that a climatological range of
    before alone doubts, or a range could never grow. Values an earlier hand filled do not.
    `margin`: as in `qc.series.climatology.learn_climatology`.

    Raises:
        ConfigInvalid: the operator's; a file or a variable that cannot be used, or a past too
            short for any month of any variable.
    """
    read = read_received(paths, received=now, options=options)
    checked = check(read.series, suite)
    series = wanted(read.series, variables, read.left_alone)
    learned = tuple(
        _learned(series, name, checked[name], margin=margin)
        for name, one in series.variables.items()
        if not one.is_direction
    )
    if all(one.params is None for one in learned):
        first, last = (series.time[k].astype("datetime64[D]") for k in (0, -1))
        raise ConfigInvalid(
            f"{series.platform}: no month has 20 days of good values in each of two years, found "
            f"{first} to {last}; name files of a longer past"
        )
    notes = (*told(series, checked, suite), *read.notes)
    return Climatology(series, learned, margin, read.quarantined, notes)


def _learned(series: Series, name: str, checked: Checked, *, margin: float) -> Learned:
    variable = series.variables[name]
    good = _good(checked) & find_native(variable.value).mask
    value = variable.value[good]
    time_s = series.time[good].astype("datetime64[s]").astype(np.int64)
    year = series.time[good].astype("datetime64[Y]").astype(np.int64) + 1970
    outside = {
        one: _share_outside(value, time_s, year == one, margin=margin)
        for one in np.unique(year).tolist()
    }
    return Learned(
        name=name,
        units=variable.units,
        params=_range(value, time_s, margin=margin),
        value=value,
        time_s=time_s,
        outside={one: share for one, share in outside.items() if np.isfinite(share)},
    )


def _good(checked: Checked) -> BoolArray:
    """Values (n,) that teach."""
    own = np.uint64(1 << COLUMN_TESTS["climatology"].bit)
    doubted_by_it_alone = (checked.flag == Flag.PROBABLY_BAD) & (checked.failed == own)
    return np.asarray(np.isin(checked.flag, USABLE) | doubted_by_it_alone)


def _range(value: FloatArray, time_s: SecondArray, *, margin: float) -> ClimatologyParams | None:
    if _constant(value):
        return None
    return learn_climatology(value=value, time_s=time_s, margin=margin)


def _constant(value: FloatArray) -> bool:
    """Whether the values say one thing alone: a nominal depth whose file does not call it so."""
    return bool(value.size) and not np.ptp(value)


def _share_outside(
    value: FloatArray, time_s: SecondArray, judged: BoolArray, *, margin: float
) -> float:
    """Share of the judged values outside the range of the others; NaN where none is judged."""
    params = _range(value[~judged], time_s[~judged], margin=margin)
    if params is None:
        return float("nan")
    flag = climatology(Column(value[judged], time_s[judged]), params)
    known = flag != Flag.NOT_EVALUATED
    return float(np.mean(flag[known] != Flag.GOOD)) if known.any() else float("nan")


def _shares(learned: Sequence[Learned]) -> str:
    """What of years left out lies outside, in words."""
    told = [f"{one.name} {100 * one.worst:.2f} %" for one in learned if np.isfinite(one.worst)]
    if not told:
        return "too few years to leave one out"
    return f"outside in the worst year left out: {', '.join(told)}"
