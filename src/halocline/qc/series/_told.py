"""What a reader of the flags should know: units not known, tests that condemn a whole record."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from halocline.model.checked import Checked
from halocline.model.params import Params
from halocline.model.series import Series, SeriesVariable
from halocline.qc.series._api import ColumnTest, StationTest
from halocline.qc.series._check import failures, is_foreign
from halocline.qc.series._sentences import OWN, sentence
from halocline.qc.series._suite import SeriesSuite

WHOLESALE: Final = 0.2
"""A test that flags a larger share of a variable may say more of its limits than of the sensor."""


def told(series: Series, checked: Mapping[str, Checked], suite: SeriesSuite) -> Iterator[str]:
    """Sentences on the variables of a series, with a remedy where the sensor is not at fault.

    Of a unit the thresholds do not hold for, and of each test that flagged more than the share
    `WHOLESALE` of a variable's values: by which limit, once for all variables it holds for.
    """
    for name in series.variables:
        if is_foreign(name, series, suite):
            yield _unit(name, series, suite)
    alike: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
    for name, variable in series.variables.items():
        for test, n in wholesale(variable, checked[name]).items():
            params = _params(name, test, series, suite)
            why = sentence(test, variable.value, params, suite.waters)
            alike.setdefault((test, why), []).append((name, n, int(variable.measured.sum())))
    for (test, why), found in alike.items():
        names, flagged, values = zip(*found, strict=True)
        yield f"{', '.join(names)}: {test} flagged {sum(flagged):,} of {sum(values):,}: {why}"


def wholesale(variable: SeriesVariable, checked: Checked) -> dict[str, int]:
    """Test → values it flagged, of those that flagged more than the share `WHOLESALE`."""
    most = WHOLESALE * int(variable.measured.sum())
    return {test: n for test, n in failures(checked).items() if n > most}


def _unit(name: str, series: Series, suite: SeriesSuite) -> str:
    one = series.variables[name]
    known = suite.units_of(platform=series.platform, name=name, parameter=one.parameter)
    return (
        f"{name}: is in {one.units.strip()}, its thresholds hold for {known[0]}: judged as an "
        "unknown variable and compared with no other; convert it, or give "
        f"`units` and {OWN}"
    )


def _params(name: str, test: str, series: Series, suite: SeriesSuite) -> dict[str, Any]:
    """Thresholds of a test as they hold for one variable."""
    one = series.variables[name]
    tests: tuple[tuple[ColumnTest | StationTest, Params], ...] = (
        *suite.column_tests(
            platform=series.platform, name=name, parameter=one.parameter, units=one.units
        ),
        *suite.station_tests(platform=series.platform),
    )
    return next(params.model_dump() for known, params in tests if known.name == test)
