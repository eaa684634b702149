"""Digests of suites: every shipped one has one, an infinite limit included."""

import pytest

from halocline.suites import load_suite, shipped_suite, suite_digest


@pytest.mark.parametrize("name", ["argo", "coasthf"])
def test_every_shipped_suite_has_a_digest_that_does_not_change(name):
    first, second = (suite_digest(load_suite(shipped_suite(name))) for _ in range(2))
    assert first == second
    assert len(first) == 64


OWN = """
suite: series
based_on: coasthf
parameters:
  TEMP: {spike: null}
  XTRA: {gross_range: {sensor: [0, 1]}}
station: {drift: null}
stations:
  "6200443": {parameters: {TEMP: {gross_range: {sensor: [1, 2]}}}}
  NEW1: {station: {fouling: null}}
"""


def judging(suite, platform, name):
    """Tests of a variable and of its station, with their thresholds, in the order they run."""
    column = suite.column_tests(platform=platform, name=name, parameter=name)
    station = suite.station_tests(platform=platform)
    return {test.name: params for test, params in (*column, *station)}


def test_a_suite_of_series_names_only_what_differs_from_the_shipped_one(tmp_path):
    (tmp_path / "own.yaml").write_text(OWN)
    own, shipped = load_suite(tmp_path / "own.yaml"), load_suite(shipped_suite("coasthf"))
    before, after = (judging(one, "ELSE", "TEMP") for one in (shipped, own))
    assert before.keys() - after.keys() == {"spike", "drift"}
    assert after == {name: before[name] for name in after}
    assert judging(own, "ELSE", "PSAL")["spike"] == judging(shipped, "ELSE", "PSAL")["spike"]
    assert next(iter(judging(own, "ELSE", "XTRA"))) == "gross_range"
    marel = judging(own, "6200443", "TEMP")
    assert marel["gross_range"].sensor == (1, 2)
    assert judging(own, "6200443", "DEPH") == {
        name: one for name, one in judging(shipped, "6200443", "DEPH").items() if name != "drift"
    }
    assert "fouling" not in judging(own, "NEW1", "TEMP")
    assert "fouling" in after


def test_a_suite_that_names_nothing_is_the_shipped_one(tmp_path):
    (tmp_path / "own.yaml").write_text("suite: series\nbased_on: coasthf\n")
    shipped = load_suite(shipped_suite("coasthf"))
    assert suite_digest(load_suite(tmp_path / "own.yaml")) == suite_digest(shipped)


def test_a_station_of_a_suite_is_named_by_a_number_or_by_text(tmp_path):
    (tmp_path / "quoted.yaml").write_text(OWN)
    (tmp_path / "plain.yaml").write_text(OWN.replace('"6200443"', "6200443"))
    assert load_suite(tmp_path / "plain.yaml") == load_suite(tmp_path / "quoted.yaml")
