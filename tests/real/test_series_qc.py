"""Series QC on real stations: dry station, frozen depth, flat lines, planted faults, speed.

Planted faults are drawn on MAREL Carnot 2007 with a fixed seed; their size is told in the natural
movement A of each variable: the 99.9 percent point of its change over 20 minutes, 2005 to 2008.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from halocline.model.checked import Checked
from halocline.model.series import UNMEASURED, Series, SeriesVariable
from halocline.qc.series import SeriesSuite, check
from halocline.sources.coriolis_cotier import merge, read_file

pytestmark = pytest.mark.real
SUITE = Path(__file__).resolve().parents[2] / "deployments" / "suites" / "coasthf.yaml"
RECEIVED = np.datetime64("2025-03-01T00:00:00")
COLUMNS = {  # parameter: column of the archive, decimals of the sensor, factor to our unit
    "TEMP": ("E__TA", 1, 1.0), "PSAL": ("CSAL1", 2, 1.0), "DOX1": ("C_O21", 2, 0.7),
    "FLU3": ("ECHL1", 2, 1.0), "TUR4": ("E_TU1", 1, 1.0), "LGH4": ("E_LU1", 1, 1.0),
}  # fmt: skip
PLANTED = ("TEMP", "PSAL", "DOX1", "FLU3", "TUR4")
FAULTY = (
    ("PSAL", "2007-10-02T14", "2007-11-16T09", "35 to 36, from one hour to the next at both ends"),
    ("DOX1", "2007-10-02T14", "2007-11-16T09", "computed with that salinity"),
    ("DOX1", "2007-01-20T12", "2007-02-08T09", "5.4 to 4.4 in 19 days of winter, back at once"),
    ("FLU3", "2008-03-08", "2008-03-27T12", "falls to 0.03, 0.01 for days, 0.6 from a visit on"),
)
"""Stretches of the archive that a picture shows to be the sensor's, not the sea's."""
OVER_SATURATED = ("DOX1", "2006-02-01", "2006-03-13T14",
                  "113 to 119 % of saturation in winter, 103 % from one visit on")  # fmt: skip
"""The deployment was wrong from December on; a ramp is found where it grows, before its end."""
WRONG_SIDE = ("DOX1", "2008-09-10", "2008-09-24T14", "after that visit it reads low, not before")


@pytest.fixture(scope="module")
def suite() -> SeriesSuite:
    return SeriesSuite.model_validate(yaml.safe_load(SUITE.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def stations(shared_data: Path) -> dict[str, Series]:
    files = [
        read_file(path.read_bytes(), file=path.name, received=RECEIVED).series
        for path in sorted((shared_data / "coasthf" / "coriolis_cotier_csv").glob("*.csv"))
    ]
    codes = {series.platform for series in files}
    return {code: merge([s for s in files if s.platform == code])[0] for code in codes}


@pytest.fixture(scope="module")
def archive(shared_data: Path) -> Series:
    """Native values of 2005 to 2008: those with the sensor's own decimals; the rest is fill."""
    path = shared_data / "coasthf" / "marel_carnot" / "marel_carnot_2005_2008.csv.gz"
    table = pd.read_csv(path)
    stamps = pd.to_datetime(table["time"]).to_numpy().astype("datetime64[s]")
    variables = {}
    for name, (column, decimals, factor) in COLUMNS.items():
        raw = table[column].to_numpy(float) * 10**decimals
        value = np.where(np.abs(raw - np.round(raw)) < 1e-6, raw / 10**decimals * factor, np.nan)
        flag = np.ones(value.size, np.uint8)
        variables[name] = SeriesVariable(value, flag, name, -1 if name == "LGH4" else 1)
    where = np.full(stamps.size, 50.74), np.full(stamps.size, 1.57)
    return Series("6200443", stamps, *where, variables)


def bad(checked: Checked) -> np.ndarray:
    return (checked.flag == 3) | (checked.flag == 4)


def test_a_dry_station_condemns_all_its_water_sensors(
    stations: dict[str, Series], suite: SeriesSuite
) -> None:
    carnot = stations["6200443"]
    dry = carnot.variables["PSAL"].value < 1
    assert dry.sum() == 1424
    checked = check(carnot, suite)
    for name in ("TEMP", "PSAL", "CNDC", "DOX1", "MASS_DOXY", "OSAT", "FLU3", "TUR4"):
        held = dry & np.isfinite(carnot.variables[name].value)
        assert (checked[name].flag[held] == 4).all(), name
    assert (carnot.variables["TEMP"].flag_source[dry] == 1).all()


def test_the_collapse_that_leads_to_a_dry_station_feeds_nothing(
    stations: dict[str, Series], suite: SeriesSuite
) -> None:
    carnot = stations["6200443"]
    salinity = carnot.variables["PSAL"].value
    fall = (carnot.time >= np.datetime64("2024-10-18")) & (
        carnot.time < np.datetime64("2024-10-23"))  # fmt: skip
    for name in ("TEMP", "PSAL", "CNDC", "DOX1"):
        held = fall & np.isfinite(carnot.variables[name].value) & (salinity < 26)
        assert held.sum() > 200
        assert (check(carnot, suite)[name].flag[held] >= 3).all(), name
    usable = check(carnot, suite)["PSAL"].flag <= 2
    before = np.flatnonzero(usable & (carnot.time < np.datetime64("2024-10-23")))[-1]
    assert salinity[before] > 26, "the left edge of the fill is seawater"


def test_a_frozen_depth_is_found(stations: dict[str, Series], suite: SeriesSuite) -> None:
    depth = stations["6200443"].variables["DEPH"].value
    frozen = depth == 28.357
    assert frozen.sum() == 5009
    assert (check(stations["6200443"], suite)["DEPH"].flag[frozen] == 4).all()


def test_light_that_never_gets_dark_is_found(
    stations: dict[str, Series], suite: SeriesSuite
) -> None:
    light = stations["6200450"].variables["LGH4_LEVEL0"].value
    flagged = bad(check(stations["6200450"], suite)["LGH4_LEVEL0"])
    assert flagged[np.isfinite(light)].mean() > 0.99


def test_scrambled_flags_of_quality_leave_ours_unchanged(
    stations: dict[str, Series], suite: SeriesSuite
) -> None:
    rng = np.random.default_rng(1)
    for series in stations.values():
        scrambled = replace(series, variables={
            name: replace(v, flag_source=np.where(
                np.isin(v.flag_source, UNMEASURED), v.flag_source,
                rng.choice(np.array([0, 1, 2, 3, 4, 5, 6, 9], np.uint8), v.value.size)
            ))
            for name, v in series.variables.items()
        })  # fmt: skip
        ours, theirs = check(series, suite), check(scrambled, suite)
        for name in ours:
            np.testing.assert_array_equal(ours[name].flag, theirs[name].flag)
            np.testing.assert_array_equal(ours[name].done, theirs[name].done)


@pytest.mark.parametrize(
    ("name", "first", "hours"),
    [("TUR4", "2006-08-12", 599), ("TUR4", "2006-07-01", 584), ("LGH4", "2008-01-18", 319),
     ("FLU3", "2006-09-03", 132)],
)  # fmt: skip
def test_the_flat_lines_the_reference_lists_are_found(
    archive: Series, suite: SeriesSuite, name: str, first: str, hours: int
) -> None:
    start = np.searchsorted(archive.time, np.datetime64(first))
    window = slice(start, start + 3 * (hours + 48))
    value = archive.variables[name].value[window]
    stuck = (check(archive, suite)[name].failed[window] >> np.uint64(4) & np.uint64(1)) == 1
    runs = stuck & np.isfinite(value)
    assert runs.sum() / 3 > 0.9 * hours
    assert np.unique(value[runs]).size == 1


def test_a_plateau_at_the_resolution_of_the_sensor_is_left_alone(
    archive: Series, suite: SeriesSuite
) -> None:
    checked = check(archive, suite)["TEMP"]
    assert not (checked.failed >> np.uint64(4) & np.uint64(1)).any()


def test_false_flags_are_rare_on_the_native_archive(archive: Series, suite: SeriesSuite) -> None:
    checked = check(archive, suite)
    stuck = {name: (c.failed >> np.uint64(4) & np.uint64(1)) == 1 for name, c in checked.items()}
    for name in PLANTED:  # true flat lines are no false flags
        held = np.isfinite(archive.variables[name].value) & ~stuck[name] & ~faulty(archive, name)
        assert bad(checked[name])[held].mean() < 0.01, name


def faulty(archive: Series, name: str) -> np.ndarray:
    found = np.zeros(archive.time.size, dtype=bool)
    for parameter, first, last, _ in (*FAULTY, OVER_SATURATED, WRONG_SIDE):
        if parameter == name:
            found |= (archive.time >= np.datetime64(first)) & (archive.time <= np.datetime64(last))
    return found


def test_the_faults_a_picture_of_the_archive_shows_are_found(
    archive: Series, suite: SeriesSuite
) -> None:
    checked = check(archive, suite)
    for name, first, last, why in FAULTY:
        within = (archive.time >= np.datetime64(first)) & (archive.time < np.datetime64(last))
        held = within & np.isfinite(archive.variables[name].value)
        assert bad(checked[name])[held].mean() > 0.85, why
        held &= archive.time >= np.datetime64(first) + np.timedelta64(3, "D")
        assert bad(checked[name])[held].mean() > 0.98, f"{why}: after a ramp's first days"


def test_a_fluorometer_that_wakes_at_a_visit_was_fouled(
    stations: dict[str, Series], suite: SeriesSuite
) -> None:
    """Below 2 for days, 15 from one value to the next as turbidity falls from 22 to 4."""
    series = stations["6200450"]
    fouled = (check(series, suite)["FLU3"].failed >> np.uint64(18) & np.uint64(1)) == 1
    visit = np.datetime64("2024-09-06T08:00:00")
    held = np.isfinite(series.variables["FLU3"].value)
    assert fouled[held & (series.time < visit)].all()
    assert not fouled[held & (series.time >= visit)].any()


def test_oxygen_of_water_that_stands_in_the_cell_is_fouling(
    stations: dict[str, Series], suite: SeriesSuite
) -> None:
    """From 6 ml/l to 1 in the last days of November, 6 from one value to the next on 2 December."""
    series = stations["6200443"]
    fouled = (check(series, suite)["DOX1"].failed >> np.uint64(18) & np.uint64(1)) == 1
    fallen = (series.time >= np.datetime64("2024-11-29")) & (
        series.time < np.datetime64("2024-12-02T06"))  # fmt: skip
    assert fouled[fallen & np.isfinite(series.variables["DOX1"].value)].all()
    assert not fouled[series.time >= np.datetime64("2024-12-02T07")].any()


def test_oxygen_of_the_days_before_the_water_stood_in_the_cell_is_left_alone(
    stations: dict[str, Series], suite: SeriesSuite
) -> None:
    """80 to 95 % of saturation until its cell empties within days, three times in autumn 2024."""
    series = stations["6200443"]
    fouled = (check(series, suite)["DOX1"].failed >> np.uint64(18) & np.uint64(1)) == 1
    for first, stop, empty in (("2024-09-06", "2024-09-12", "2024-09-15"),
                               ("2024-09-26", "2024-09-29", "2024-10-05"),
                               ("2024-11-23", "2024-11-27", "2024-11-30")):  # fmt: skip
        day = series.time.astype("datetime64[D]")
        assert not fouled[(day >= np.datetime64(first)) & (day < np.datetime64(stop))].any()
        held = (day == np.datetime64(empty)) & np.isfinite(series.variables["DOX1"].value)
        assert held.any()
        assert fouled[held].all()


def test_a_nominal_depth_does_not_hide_that_the_measured_one_stands_still(
    stations: dict[str, Series], suite: SeriesSuite
) -> None:
    """At 25.681 m for nine days, while every third hour sends 3 m with the flag for nominal."""
    series = stations["6200450"]
    depth, checked = series.variables["DEPH"], check(series, suite)["DEPH"]
    stood = (series.time >= np.datetime64("2025-02-07T10:40:00")) & (depth.value == 25.681)
    assert (stood.sum(), set(checked.flag[stood].tolist())) == (626, {4})
    nominal = depth.flag_source == 7
    assert (nominal.sum(), set(checked.flag[nominal].tolist())) == (344, {7})
    assert not checked.done[nominal].any()


def spikes(rng: np.random.Generator, size: float, positive: bool) -> Iterator[tuple]:
    for _ in range(60):
        sign = 1 if positive else rng.choice([-1, 1])
        shift = sign * rng.uniform(1.5, 4) * size
        yield 1, lambda v, shift=shift: v + shift


def stuck_runs(rng: np.random.Generator, size: float, positive: bool) -> Iterator[tuple]:
    for hours in (24, 36, 48, 72, 96, 24, 36, 48):
        yield 3 * hours + 1, lambda v: np.where(np.isfinite(v), v[np.isfinite(v)][0], np.nan)


def steps(rng: np.random.Generator, size: float, positive: bool) -> Iterator[tuple]:
    for length in rng.integers(3, 30, 30):
        sign = 1 if positive else rng.choice([-1, 1])
        shift = sign * rng.uniform(2, 6) * size
        yield int(length), lambda v, shift=shift: v + shift


def plant(series: Series, faults: object, *, seed: int, taken: dict[str, np.ndarray]) -> tuple:
    """Plant faults away from each other and from what is flagged already."""
    rng = np.random.default_rng(seed)
    variables, events = dict(series.variables), {}
    for name in PLANTED:
        value = series.variables[name].value.copy()
        moves = np.abs(np.diff(series.variables[name].value))
        size = float(np.quantile(moves[np.isfinite(moves)], 0.999))
        busy, events[name] = ~np.isfinite(value) | taken[name], []
        busy = np.convolve(busy, np.ones(7), mode="same") > 3
        for length, change in faults(rng, size, name in ("FLU3", "TUR4")):
            for _ in range(5000):
                k = int(rng.integers(50, value.size - length - 50))
                if not busy[k - 10 : k + length + 10].any():
                    break
            else:
                continue
            place = np.arange(k, k + length)
            value[place], busy[place] = change(value[place]), True
            events[name].append(place[np.isfinite(value[place])])
        variables[name] = replace(series.variables[name], value=value)
    return replace(series, variables=variables), events


def without_fouling(suite: SeriesSuite) -> SeriesSuite:
    """Faults are planted away from what is flagged; the year's own fouling takes weeks of it."""
    station = suite.station.model_copy(update={"fouling": None})
    return suite.model_copy(update={"station": station})


@pytest.mark.parametrize("faults", [spikes, stuck_runs, steps])
def test_planted_faults_are_found_and_little_else(
    archive: Series, suite: SeriesSuite, faults: object
) -> None:
    suite = without_fouling(suite)
    year = (archive.time >= np.datetime64("2007-01-01")) & (
        archive.time < np.datetime64("2008-01-01"))  # fmt: skip
    part = replace(
        archive, time=archive.time[year], latitude=archive.latitude[year],
        longitude=archive.longitude[year],
        variables={name: replace(v, value=v.value[year], flag_source=v.flag_source[year])
                   for name, v in archive.variables.items()},
    )  # fmt: skip
    before = {name: bad(c) for name, c in check(part, suite).items()}
    faulty, events = plant(part, faults, seed=20261124, taken=before)
    after = {name: bad(c) for name, c in check(faulty, suite).items()}
    for name in PLANTED:
        assert len(events[name]) >= 5
        found = np.mean([after[name][event].any() for event in events[name]])
        assert found >= 0.95, f"{name}: {found:.1%} of {len(events[name])}"
        if name == "DOX1":  # inherits the faults of temperature and salinity
            continue
        clean = np.ones(part.time.size, dtype=bool)
        for event in events[name]:
            clean[event] = False
        fresh = after[name] & ~before[name] & clean
        assert fresh.mean() < 0.01, f"{name}: {fresh.mean():.2%} new false flags"


def test_emersions_are_found(archive: Series, suite: SeriesSuite) -> None:
    rng = np.random.default_rng(7)
    salinity = archive.variables["PSAL"].value.copy()
    dry = np.zeros(salinity.size, dtype=bool)
    for k in rng.integers(100, salinity.size - 500, 40):
        dry[k : k + int(rng.integers(3, 200))] = True
    salinity[dry] = rng.uniform(0, 0.5, int(dry.sum()))
    variables = archive.variables | {"PSAL": replace(archive.variables["PSAL"], value=salinity)}
    checked = check(replace(archive, variables=variables), suite)
    for name in PLANTED:
        held = dry & np.isfinite(variables[name].value)
        assert (checked[name].flag[held] == 4).all(), name
