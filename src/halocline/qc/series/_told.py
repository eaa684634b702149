"""What a reader of the flags should know: units not known, tests that condemn a whole record."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from halocline.model.checked import Checked
from halocline.model.estimates import FloatArray
from halocline.model.params import Params
from halocline.model.series import Series
from halocline.qc.series._api import ColumnTest, StationTest
from halocline.qc.series._check import failures, is_foreign
from halocline.qc.series._suite import SeriesSuite

WHOLESALE: Final = 0.2
"""A test that flags a larger share of a variable may say more of its limits than of the sensor."""
OWN: Final = "thresholds of your own (--suite, `based_on: coasthf`)"


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
        n_values = int(variable.measured.sum())
        for test, n in failures(checked[name]).items():
            if n > WHOLESALE * n_values:
                why = _why(name, test, series, suite)
                alike.setdefault((test, why), []).append((name, n, n_values))
    for (test, why), found in alike.items():
        names, flagged, values = zip(*found, strict=True)
        yield f"{', '.join(names)}: {test} flagged {sum(flagged):,} of {sum(values):,}: {why}"


def _unit(name: str, series: Series, suite: SeriesSuite) -> str:
    one = series.variables[name]
    known = suite.units_of(platform=series.platform, name=name, parameter=one.parameter)
    return (
        f"{name}: is in {one.units.strip()}, its thresholds hold for {known[0]}: judged as an "
        "unknown variable and compared with no other; convert it, or give "
        f"`units` and {OWN}"
    )


def _why(name: str, test: str, series: Series, suite: SeriesSuite) -> str:
    params = _params(name, test, series, suite)
    say = SAY.get(test)
    if say is None:
        return f"by {_plain(params)}; where the water does that, give {OWN}"
    return say(series.variables[name].value, params, suite.waters)


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


def _plain(params: Mapping[str, Any]) -> str:
    """Its numbers alone: tables of parameters are too long for a line."""
    numbers = {name: one for name, one in params.items() if isinstance(one, int | float)}
    return ", ".join(f"{name} {one:g}" for name, one in numbers.items()) or "its limits"


def _gross_range(value: FloatArray, params: Mapping[str, Any], waters: str) -> str:
    low, high = params["sensor"]
    region = params["region"]
    beyond = int(((value < low) | (value > high)).sum())
    if region and beyond <= ((value < region[0]) | (value > region[1])).sum() / 2:
        here = f" ({waters})" if waters else ""
        return f"region {region[0]:g} to {region[1]:g}{here}; for other waters give {OWN}"
    return f"sensor {low:g} to {high:g}; check the unit, or give {OWN}"


def _dry_station(_value: FloatArray, params: Mapping[str, Any], _waters: str) -> str:
    return (
        f"salinity below {params['salinity_below']:g} or conductivity below "
        f"{params['conductivity_below']:g} S/m is taken for sensors out of the water; a freshwater "
        "station needs `station: {dry_station: null}` in a --suite (`based_on: coasthf`)"
    )


def _stuck_value(_value: FloatArray, params: Mapping[str, Any], _waters: str) -> str:
    return (
        f"one number for {params['bad_h']:g} h is taken for a stuck sensor; where it may stand so "
        "long, `stuck_value: null` in a --suite (`based_on: coasthf`)"
    )


def _dependency(_value: FloatArray, params: Mapping[str, Any], _waters: str) -> str:
    needs = "; ".join(f"{one} needs {' and '.join(of)}" for one, of in params["needs"].items())
    return f"a value computed from a flagged one is flagged ({needs}): look at those first"


SAY: Final[Mapping[str, Callable[[FloatArray, Mapping[str, Any], str], str]]] = {
    "gross_range": _gross_range,
    "dry_station": _dry_station,
    "stuck_value": _stuck_value,
    "dependency": _dependency,
}
"""Test → its limit and the remedy; others tell their numbers."""
