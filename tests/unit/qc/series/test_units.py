"""A unit the thresholds do not hold for: judged by `any` alone, compared with no other."""

from dataclasses import replace

import numpy as np
import pytest

from halocline.model.series import Series, SeriesVariable
from halocline.products.units import units_of
from halocline.qc.series import SeriesSuite, check
from halocline.qc.series._units import hold_for
from halocline.suites import load_suite, shipped_suite

HOURS = 240


@pytest.fixture(scope="module")
def shipped() -> SeriesSuite:
    suite = load_suite(shipped_suite("coasthf"))
    assert isinstance(suite, SeriesSuite)
    return suite


def station(**units: str) -> Series:
    """Ten days of sound water at 15 °C, salinity 35, oxygen 5.5 ml/l; conductivity in mS/cm."""
    noise = np.random.default_rng(1).normal(size=HOURS)
    time = np.datetime64("2024-06-01T00:00:00") + np.arange(HOURS) * np.timedelta64(3600, "s")
    middle = {"TEMP": 15, "PSAL": 35, "CNDC": 42.914, "DOX1": 5.5}
    variables = {
        name: SeriesVariable(value + 0.01 * noise, np.ones(HOURS, np.uint8), name, 1,
                             units.get(name, ""))
        for name, value in middle.items()
    }  # fmt: skip
    return Series("S", time, np.full(HOURS, 50.0), np.full(HOURS, 1.0), variables)


def bad(series: Series, suite: SeriesSuite) -> dict[str, bool]:
    return {name: bool((one.flag >= 3).any()) for name, one in check(series, suite).items()}


@pytest.mark.parametrize(
    ("units", "known"),
    [("µg/L", "ug/l"), ("μg l⁻¹", "ug/l"), ("Degree Celsius", "degree_Celsius"), ("ºC", "°C"),
     ("m.s-1", "m/s"), ("m s^-1", "m/s"), ("meters per second", "meters/second"),
     ("umol m-2 s-1", "umol/m2/s"), ("1E-3", "1e-3"), ("ML/L", "ml/l"), ("", "S/m"),
     ("none", "pH")],
)  # fmt: skip
def test_a_unit_is_known_in_any_spelling(units: str, known: str) -> None:
    assert hold_for(units, [known])


@pytest.mark.parametrize(
    ("units", "known"),
    [("mS/cm", "S/m"), ("mg/l", "ml/l"), ("°F", "°C"), ("K", "°C"), ("0.01", "0.001"),
     ("mg/l", "mg/m3"), ("cm", "m")],
)  # fmt: skip
def test_another_unit_is_another(units: str, known: str) -> None:
    assert not hold_for(units, [known])


def test_a_conductivity_in_another_unit_is_not_condemned_and_condemns_nobody(
    shipped: SeriesSuite,
) -> None:
    assert bad(station(CNDC="mS/cm"), shipped) == dict.fromkeys(
        ("TEMP", "PSAL", "CNDC", "DOX1"), False
    )
    as_siemens = bad(station(), shipped)  # no unit: as in S/m, told by its range
    assert (as_siemens["CNDC"], as_siemens["DOX1"]) == (True, False)
    assert bad(station(CNDC="S m-1"), shipped) == bad(station(), shipped)


def test_it_is_still_watched_by_what_needs_no_unit(shipped: SeriesSuite) -> None:
    series = station(CNDC="mS/cm", DOX1="mg/L")
    frozen = replace(series.variables["CNDC"], value=np.full(HOURS, 42.9))
    lost = replace(
        series, variables=series.variables | {"CNDC": frozen}, latitude=np.full(HOURS, 95.0)
    )
    checked = check(lost, shipped)
    assert (checked["CNDC"].flag == 4).all()
    assert (checked["DOX1"].failed >> np.uint64(11) & np.uint64(1)).all(), "its place is no unit"


def test_what_is_off_for_a_parameter_stays_off_in_any_unit(shipped: SeriesSuite) -> None:
    tests = [
        test.name
        for test, _ in shipped.column_tests(
            platform="S", name="DEPH", parameter="DEPH", units="feet"
        )
    ]
    assert tests == ["time_gap"]


def test_a_suite_of_ones_own_says_its_own_units(shipped: SeriesSuite) -> None:
    own = SeriesSuite.model_validate(
        {
            "suite": "series",
            "parameters": {"CNDC": {"units": ["mS/cm"], "gross_range": {"sensor": [0, 75]}}},
            "station": {"twin_salinity": {"tolerance": 1.5, "to_ms_cm": 1}},
        }
    ).over(shipped)
    known = own.units_of(platform="S", name="CNDC", parameter="CNDC")
    assert known == ("mS/cm",)
    for units in ("mS/cm", ""):  # a spike of 0.2 S/m is none of 0.2 mS/cm
        tests = own.column_tests(platform="S", name="CNDC", parameter="CNDC", units=units)
        assert {test.name for test, _ in tests} == {"gross_range", "stuck_value", "time_gap"}
    assert bad(station(CNDC="mS/cm"), own)["CNDC"] is False
    assert check(station(CNDC="mS/cm"), own)["CNDC"].done.all()


def test_every_unit_the_product_writes_is_known(shipped: SeriesSuite) -> None:
    """A product of ours, read again, is judged as what it was made of."""
    for parameter in ("PSAL", "FLU3", "TUR4", "PHPH"):
        known = shipped.units_of(platform="S", name=parameter, parameter=parameter)
        assert hold_for("1", known), parameter


def test_every_unit_of_the_shipped_suite_is_one_the_product_knows(shipped: SeriesSuite) -> None:
    units = {one for block in shipped.parameters.values() for one in getattr(block, "units", ())}
    assert [one for one in sorted(units) if units_of(one).note] == []


@pytest.mark.parametrize(
    ("parameter", "units"),
    [("PSAL", "sans unité"), ("TUR4", "FAU"), ("TEMP", "degrés Celsius"), ("RELH", "% HR"),
     ("PHPH", "unitless"), ("CNDC", "siemens/meter"), ("VDIR", "degrés")],
)  # fmt: skip
def test_what_the_product_calls_by_its_name_thresholds_hold_for(
    shipped: SeriesSuite, parameter: str, units: str
) -> None:
    known = shipped.units_of(platform="S", name=parameter, parameter=parameter)
    assert hold_for(units, known)
    assert units_of(units).note == ""


def test_a_station_in_another_unit_takes_nothing_over_from_its_network(
    shipped: SeriesSuite,
) -> None:
    """And one that says its unit in another spelling, or none, takes all over."""

    def judged(**blocks: object) -> set[str]:
        entry = {"S": {"parameters": {"TEMP": {"gross_range": {"sensor": [0, 99]}, **blocks}}}}
        own = SeriesSuite.model_validate({"suite": "series", "stations": entry}).over(shipped)
        units = str(next(iter(blocks.get("units", [""]))))  # type: ignore[call-overload]
        tests = own.column_tests(platform="S", name="TEMP", parameter="TEMP", units=units)
        return {test.name for test, _ in tests}

    assert judged(units=["degF"]) == {"gross_range", "stuck_value", "time_gap"}
    assert {"spike", "rate_of_change"} <= judged(units=["deg C"])
    assert judged() == judged(units=["deg C"])
