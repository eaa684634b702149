"""The suite that ships, and what its blocks mean."""

from pathlib import Path

import pytest
import yaml

from halocline.qc.series import SeriesSuite

SUITE = Path(__file__).resolve().parents[4] / "deployments" / "suites" / "coasthf.yaml"


@pytest.fixture(scope="module")
def shipped() -> SeriesSuite:
    return SeriesSuite.model_validate(yaml.safe_load(SUITE.read_text(encoding="utf-8")))


def names(suite: SeriesSuite, platform: str, name: str, parameter: str) -> list[str]:
    return [
        t.name for t, _ in suite.column_tests(platform=platform, name=name, parameter=parameter)
    ]


def test_the_shipped_suite_is_valid_and_judges_temperature(shipped: SeriesSuite) -> None:
    assert names(shipped, "X", "TEMP_LEVEL3", "TEMP")[:2] == ["gross_range", "spike"]
    assert {"rate_of_change", "stuck_value", "offset"} <= set(names(shipped, "X", "TEMP", "TEMP"))


def test_an_unknown_parameter_is_watched_for_flat_lines_and_lonely_values(
    shipped: SeriesSuite,
) -> None:
    assert names(shipped, "X", "WXYZ", "WXYZ") == ["stuck_value", "time_gap"]


def test_a_nominal_depth_may_be_constant_a_measured_one_may_not(shipped: SeriesSuite) -> None:
    assert "stuck_value" not in names(shipped, "EXIN0003", "DEPH", "DEPH")
    assert "stuck_value" in names(shipped, "6200443", "DEPH", "DEPH")


def test_tests_of_several_variables_run_in_stages(shipped: SeriesSuite) -> None:
    order = [test.name for test, _ in shipped.station_tests(platform="6200443")]
    assert order.index("dry_station") < order.index("twin_salinity") < order.index("dependency")
    solemio = {test.name for test, _ in shipped.station_tests(platform="EXIN0004")}
    assert "dry_station" not in solemio
