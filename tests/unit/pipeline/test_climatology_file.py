"""A station's climatological range learned from files, and given back to its suite."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from halocline.model.errors import ConfigInvalid
from halocline.pipeline.climatology_file import learn_files
from halocline.qc.series import SeriesSuite, check
from halocline.sources.series_file import read_series
from halocline.suites import load_suite, shipped_suite
from tests.samples.years import FLOOD, write_years

NOW = np.datetime64("2026-01-01T00:00:00")
BIT = np.uint64(1 << 6)


def learn(path: Path, suite: SeriesSuite | None = None, **how):
    return learn_files([path], suite=suite or load_suite(shipped_suite("coasthf")), now=NOW, **how)


def suite_of(path: Path) -> SeriesSuite:
    found = load_suite(path)
    assert isinstance(found, SeriesSuite)
    return found


@pytest.fixture(scope="module")
def past(tmp_path_factory) -> Path:
    return write_years(tmp_path_factory.mktemp("years") / "mooring.csv", years=3)


def test_what_is_written_is_a_suite_and_judges_what_comes(past, tmp_path) -> None:
    (tmp_path / "own.yaml").write_text(learn(past).block())
    suite = suite_of(tmp_path / "own.yaml")
    year = write_years(tmp_path / "mooring.csv", years=1, start=2024)
    series = read_series([year], received=NOW).series
    value = series.variables["TEMP"].value
    january = series.time < np.datetime64("2024-02-01")
    value[january] += 9.0  # a July in January: within the sensor's range and the region's
    failed = check(series, suite)["TEMP"].failed & BIT
    assert (failed[january] > 0).mean() > 0.99
    assert not failed[~january].any()
    shipped = suite_of(shipped_suite("coasthf"))
    assert not (check(series, shipped)["TEMP"].failed & BIT).any()
    assert suite.stations["6200443"] == shipped.stations["6200443"]


def test_a_year_is_judged_by_the_others_and_what_is_rare_shows(past) -> None:
    found = {one.name: one for one in learn(past).learned}
    assert set(found["TEMP"].outside) == {2021, 2022, 2023}
    assert found["TEMP"].worst == 0
    assert found["TEMP"].months == found["PSAL"].months == 12
    narrow = {one.name: one for one in learn(past, margin=0.0).learned}
    assert narrow["TEMP"].worst > 0.001
    flood = found["PSAL"].value == FLOOD
    assert flood.sum() == 3 * 8
    params = found["PSAL"].params
    assert params is not None
    assert params.low[11] is not None
    assert params.low[11] < FLOOD, "a flood every December teaches December"


def test_a_range_of_before_does_not_keep_it_from_growing(past) -> None:
    tight = {"low": [33.0] * 12, "high": [34.0] * 12}
    raw = yaml.safe_load(shipped_suite("coasthf").read_text())
    raw["stations"]["mooring"] = {"parameters": {"PSAL": {"climatology": tight}}}
    again = learn(past, SeriesSuite.model_validate(raw), variables=["PSAL"])
    assert again.learned[0].params == learn(past, variables=["PSAL"]).learned[0].params


def test_a_constant_has_no_range(past, tmp_path) -> None:
    head, *rows = past.read_text().splitlines()
    path = tmp_path / "mooring.csv"
    path.write_text("\n".join([f"{head},DEPH (m)", *(f"{row},1.50" for row in rows)]) + "\n")
    found = {one.name: one for one in learn(path).learned}
    assert found["DEPH"].params is None
    assert found["DEPH"].why == "a constant has no season"
    assert found["TEMP"].why == ""
    assert "DEPH" not in learn(path).block()


def test_bad_values_do_not_teach(past, tmp_path) -> None:
    lines = past.read_text().splitlines()
    lines[1:] = [f"{one.rsplit(',', 1)[0]},99.00" if k % 7 == 0 else one
                 for k, one in enumerate(lines[1:])]  # fmt: skip
    path = tmp_path / "mooring.csv"
    path.write_text("\n".join(lines) + "\n")
    (found,) = learn(path, variables=["PSAL"]).learned
    assert found.value.max() < 40


def test_a_past_too_short_is_told_with_what_was_found(tmp_path) -> None:
    path = write_years(tmp_path / "mooring.csv", years=1)
    with pytest.raises(ConfigInvalid, match=r"mooring: no month has 20 days .* 2021-01-01 to 2021"):
        learn(path)


def test_two_years_are_learned_and_none_is_left_out(tmp_path) -> None:
    found = learn(write_years(tmp_path / "mooring.csv", years=2))
    assert all(not one.outside for one in found.learned)
    assert "too few years to leave one out" in found.block()


def test_the_picture_shows_what_lies_outside(past) -> None:
    wide, narrow = (learn(past, margin=margin).picture() for margin in (1.0, 0.0))
    assert wide[:4] == b"\x89PNG"
    assert wide != narrow
    assert learn(past).picture() == wide
