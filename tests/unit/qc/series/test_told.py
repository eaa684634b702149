"""What is told below the table: a limit and a remedy where a test condemns a whole record."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from halocline.model.series import Series, SeriesVariable
from halocline.qc.series import SeriesSuite, check, told
from halocline.suites import load_suite, shipped_suite

PAGE = Path(__file__).resolve().parents[4] / "docs" / "how-to" / "fill-a-series.md"


@pytest.fixture(scope="module")
def shipped() -> SeriesSuite:
    suite = load_suite(shipped_suite("coasthf"))
    assert isinstance(suite, SeriesSuite)
    return suite


def station(**middle: float) -> Series:
    noise = np.random.default_rng(1).normal(size=240)
    time = np.datetime64("2024-06-01T00:00:00") + np.arange(240) * np.timedelta64(3600, "s")
    variables = {
        name: SeriesVariable(value + 0.01 * noise, np.ones(240, np.uint8), name, 1)
        for name, value in middle.items()
    }
    return Series("S", time, np.full(240, 50.0), np.full(240, 1.0), variables)


def sentences(series: Series, suite: SeriesSuite) -> list[str]:
    return list(told(series, check(series, suite), suite))


def test_of_a_sound_record_nothing_is_told(shipped: SeriesSuite) -> None:
    assert sentences(station(TEMP=15, PSAL=35), shipped) == []


def test_a_warm_sea_is_told_the_region_and_where_it_holds(shipped: SeriesSuite) -> None:
    assert sentences(station(TEMP=33), shipped) == [
        "TEMP: gross_range flagged 240 of 240: region -1.5 to 32 (French coasts, estuaries "
        "included); for other waters give thresholds of your own (--suite, `based_on: coasthf`)"
    ]


def test_beyond_the_sensor_the_unit_is_doubted(shipped: SeriesSuite) -> None:
    (said,) = sentences(station(TEMP=290), shipped)
    assert "sensor -2.5 to 40; check the unit" in said


def test_a_river_is_told_once_for_all_its_sensors(shipped: SeriesSuite) -> None:
    said = sentences(station(TEMP=10, PSAL=0.3), shipped)
    assert [one.split(" flagged")[0] for one in said] == [
        "TEMP, PSAL: dry_station", "PSAL: gross_range"
    ]  # fmt: skip
    assert said[0].startswith("TEMP, PSAL: dry_station flagged 480 of 480: salinity below 2 or")
    assert "`station: {dry_station: null}`" in said[0]


def test_a_few_flags_are_no_matter_of_the_limits(shipped: SeriesSuite) -> None:
    series = station(TEMP=15)
    value = series.variables["TEMP"].value.copy()
    value[:40] = 35
    part = replace(series, variables={"TEMP": replace(series.variables["TEMP"], value=value)})
    assert not [one for one in sentences(part, shipped) if "gross_range" in one]


def test_another_unit_is_told(shipped: SeriesSuite) -> None:
    series = station(CNDC=42.9)
    cell = replace(series.variables["CNDC"], units="mS/cm")
    (said,) = sentences(replace(series, variables={"CNDC": cell}), shipped)
    assert said.startswith("CNDC: is in mS/cm, its thresholds hold for S/m: judged as an unknown")


@pytest.mark.parametrize("name", ["stuck_value", "dependency", "twin_salinity"])
def test_every_test_says_something_of_its_limits(shipped: SeriesSuite, name: str) -> None:
    series = station(TEMP=15, PSAL=35, CNDC=5.5 if name == "twin_salinity" else 4.29, DOX1=5.5)
    first = series.variables["TEMP"]
    value = {"stuck_value": np.full(240, 15.0), "dependency": first.value + 20}.get(name)
    temperature = first if value is None else replace(first, value=value)
    series = replace(series, variables=series.variables | {"TEMP": temperature})
    assert any(f": {name} flagged " in one for one in sentences(series, shipped))


def test_the_suite_of_the_how_to_lets_a_river_and_the_tropics_pass(tmp_path) -> None:
    blocks = [one.split("```")[0] for one in PAGE.read_text("utf-8").split("```yaml\n")[1:]]
    (shown,) = (one for one in blocks if one.startswith("suite:"))
    (tmp_path / "own.yaml").write_text(shown)
    own = load_suite(tmp_path / "own.yaml")
    assert isinstance(own, SeriesSuite)
    assert own.waters == "French coasts, estuaries included"
    for series in (station(TEMP=10, PSAL=0.3), station(TEMP=33, PSAL=36)):
        assert sentences(series, own) == []
        assert all((one.flag == 1).mean() > 0.9 for one in check(series, own).values())
