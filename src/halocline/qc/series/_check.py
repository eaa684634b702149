"""Run a suite over a station's series."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from halocline.model.checked import Checked
from halocline.model.errors import ContractBroken
from halocline.model.estimates import FloatArray
from halocline.model.flags import SEVERITY, Flag, FlagArray, MaskArray, merge
from halocline.model.series import Series, SeriesVariable
from halocline.qc.series._api import (
    Channel,
    Column,
    ColumnTest,
    SecondArray,
    Station,
    StationTest,
)
from halocline.qc.series._suite import SeriesSuite, test_names
from halocline.qc.series._units import hold_for


def check(series: Series, suite: SeriesSuite) -> dict[str, Checked]:
    """Judge every variable of a station, whatever quality the provider gives it.

    Tests of single variables run first, each on the values not yet BAD, so that a wrong value
    does not condemn its neighbours; then the tests that compare variables. A value keeps flag 0
    until a test that vouches for it has judged it; a missing one keeps 9. A value nobody measured
    (`SeriesVariable.first_flag`) keeps 7 or 8: no test sees it, nor is any other judged by it. A
    variable in a unit the suite does not know (`is_foreign`) is compared with no other.
    """
    time_s = np.asarray(series.time, dtype="datetime64[s]").astype(np.int64)
    verdicts = {}
    for name, variable in series.variables.items():
        verdict = _Verdict(variable)
        for test, params in suite.column_tests(
            platform=series.platform, name=name, parameter=variable.parameter,
            units=variable.units,
        ):  # fmt: skip
            place, column = verdict.column(time_s)
            verdict.take(test, test.function(column, params), place=place)
        verdicts[name] = verdict
    _check_station(series, suite, verdicts)
    return {name: verdict.checked() for name, verdict in verdicts.items()}


def is_foreign(name: str, series: Series, suite: SeriesSuite) -> bool:
    """Whether a variable comes in a unit the suite's thresholds of it do not hold for."""
    one = series.variables[name]
    known = suite.units_of(platform=series.platform, name=name, parameter=one.parameter)
    return not hold_for(one.units, known)


def _check_station(series: Series, suite: SeriesSuite, verdicts: dict[str, "_Verdict"]) -> None:
    parameters = {
        name: "" if is_foreign(name, series, suite) else variable.parameter
        for name, variable in series.variables.items()
    }
    for test, params in suite.station_tests(platform=series.platform):
        channels = {
            name: Channel(verdict.value, verdict.flag, parameters[name], verdict.variable.level)
            for name, verdict in verdicts.items()
        }
        station = Station(series.time, series.latitude, series.longitude, channels)
        for name, flag in test.function(station, params).items():
            place = np.flatnonzero(np.isfinite(verdicts[name].value))
            verdicts[name].take(test, flag[place], place=place)


@dataclass
class _Verdict:
    """Flags and masks of one variable while tests speak; lives only inside `check`."""

    variable: SeriesVariable

    def __post_init__(self) -> None:
        self.flag: FlagArray = self.variable.first_flag
        self.value: FloatArray = np.where(self.variable.measured, self.variable.value, np.nan)
        self.failed: MaskArray = np.zeros(self.value.size, dtype=np.uint64)
        self.done: MaskArray = np.zeros(self.value.size, dtype=np.uint64)

    def column(self, time_s: SecondArray) -> tuple[npt.NDArray[np.intp], Column]:
        """Values measured and not BAD so far, and where they are."""
        place = np.flatnonzero(SEVERITY[self.flag] < SEVERITY[Flag.BAD])
        return place, Column(self.value[place], time_s[place])

    def take(
        self, test: ColumnTest | StationTest, flag: FlagArray, *, place: npt.NDArray[np.intp]
    ) -> None:
        """Raise flags at `place`, set the test's bits where it judged and where it failed."""
        if flag.shape != place.shape:
            raise ContractBroken(f"{test.name} gave {flag.shape} flags for {place.shape} values")
        mask = np.uint64(1 << test.bit)
        passed = Flag.GOOD if test.vouches else Flag.NOT_EVALUATED
        said = np.where(flag == Flag.GOOD, passed, flag).astype(np.uint8)
        self.flag[place] = merge(self.flag[place], said)
        self.done[place[flag != Flag.NOT_EVALUATED]] |= mask
        self.failed[place[(flag == Flag.PROBABLY_BAD) | (flag == Flag.BAD)]] |= mask

    def checked(self) -> Checked:
        """The verdict as others see it."""
        return Checked(flag=self.flag, failed=self.failed, done=self.done)


def failures(checked: Checked) -> dict[str, int]:
    """Test → values of a variable that it flagged 3 or 4, the most frequent first."""
    counts = {
        name: int(np.count_nonzero(checked.failed & np.uint64(1 << bit)))
        for bit, name in test_names().items()
    }
    order = sorted(counts, key=lambda name: -counts[name])
    return {name: counts[name] for name in order if counts[name]}
