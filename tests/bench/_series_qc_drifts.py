"""Ramps planted on real and simulated stations, and what `drift` and `fouling` find of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, product

import numpy as np

from halocline.model.checked import Checked
from halocline.model.series import Series, SeriesVariable
from halocline.qc.series import SeriesSuite, check
from halocline.qc.series._api import STATION_TESTS
from halocline.simulate.coast_archive import make_record
from halocline.simulate.coast_sensors import Record
from halocline.simulate.faults import Fault
from halocline.simulate.summary import Parameters
from tests.bench._tables import Table, percent
from tests.real.test_series_qc import bad

MULTIPLIED = {"FLU3": 0.3, "TUR4": 3.0}
"""Grown by a factor, whose natural logarithm is the end: 0.7 is the double or the half; least the
sea reads where a ramp ends: a multiple of nothing is no ramp."""
ENDS = dict.fromkeys(("TEMP", "PSAL", "DOX1"), (0.5, 1, 1.5, 2, 3, 4))
ENDS |= dict.fromkeys(MULTIPLIED, (0.5, 0.7, 1, 1.5, 2, 3))
UNITS = {"TEMP": "°C", "PSAL": "practical salinity", "DOX1": "ml/l"}
UNITS |= dict.fromkeys(MULTIPLIED, "logarithm")
SHAPES = {"linear, 60 days": (60, 60, 1), "quadratic, 10 to 30 days": (10, 30, 2)}
"""Fewest and most days, power of time."""
SIGNS = {"up": (1,), "down": (-1,)}
EITHER = {"": (-1, 1)}
RECORDS, RAMPS = 10, 4
"""Copies of the archive for each row, and ramps in each."""
GROWN = 0.25
"""Share of its end from which on a ramp does harm."""
ENOUGH = 0.95
OUT_H = (0, 3)
"""Hours the sensor is out of the water to be cleaned."""
SEED = 20261127
STATIONS, SEEDS = 4, 5


@dataclass
class Score:
    """What was found, ramp by ramp, and what was flagged beside them, record by record."""

    found: list[bool]
    grown: list[np.ndarray]
    false: list[float]


def planted(archive: Series, suite: SeriesSuite) -> Iterator[Table]:
    """The table by end, and the smallest end found often enough."""
    rng = np.random.default_rng(SEED)
    only = _only_ramps(suite)
    before = {name: bad(one) for name, one in check(archive, only).items()}
    rows, least = [], []
    for name, ends in ENDS.items():
        ways = SIGNS if name in MULTIPLIED else EITHER
        for shape, way in product(SHAPES, ways):
            ramp, shares = f"{shape}, {way}" if way else shape, []
            for end in ends:
                score = _score(archive, only, name, shape, end, before=before[name], rng=rng,
                               signs=ways[way])  # fmt: skip
                shares.append(np.mean(score.found))
                rows.append([name, ramp, f"{end:g}", str(len(score.found)), percent(shares[-1]),
                             percent(np.concatenate(score.grown).mean()),
                             percent(np.mean(score.false))])  # fmt: skip
            least.append([name, UNITS[name], ramp, _least(ends, shares)])
    yield Table("Planted drifts", _note(before, archive),
                ["variable", "ramp", "end", "planted", "found %", "of its values %", "false %"],
                rows)  # fmt: skip
    yield Table(f"Drifts found at {ENOUGH:.0%}", "The smallest of these ends from which on at "
                f"least {ENOUGH:.0%} of the ramps are found.",
                ["variable", "unit", "ramp", "end"], least)  # fmt: skip


def _note(before: dict, archive: Series) -> str:
    clean = "; ".join(
        f"{name} {percent(before[name][np.isfinite(archive.variables[name].value)].mean())} %"
        for name in ENDS
    )
    return (
        f"MAREL Carnot 2005-2008, {RAMPS} ramps at random times in each of {RECORDS} copies, up "
        "and down, of the end given (°C, practical salinity, ml/l; of fluorescence and turbidity "
        "the natural logarithm of the factor it has grown to: 0.7 is 2, 1.5 is 4.5; the sea reads "
        "at least 0.3 and 3 where a ramp ends, and less than 0.15 and 1.5 is not told from none); "
        "the value is right again at once, half of the times after three hours out of the water. "
        "Ramps keep "
        "off what is flagged without them, and half of the values of the days before and after "
        "their end are there. Judged by `drift` and `fouling` alone. Found: any value of the ramp "
        "flagged. Of its values: those past "
        f"{GROWN:.0%} of the end, of all ramps, found or not. False: values flagged outside the "
        f"ramps and not flagged without them; flagged without any ramp: {clean}. "
        "Pictures of those: salinity of October and November 2007 and oxygen of January 2007 are "
        "the sensor's; so is oxygen of February and March 2006, the end of a winter at 110 to "
        "120 % of saturation between two visits; oxygen of September 2008 is right and wrong after "
        "it; fluorescence of August and September 2006, of May and June 2007 and of March 2008 "
        "falls to nothing and wakes at a visit, turbidity of January and February "
        "2007 reads zero for days (in the whole suite the zeros are stuck values, and no fouling "
        "is found beside them). Oxygen's false flags beside its ramps have two causes: ramps told "
        "longer than they are, at most one in seven where the test allows a quarter, and April and "
        "May 2008, a bloom at 4.5 of the deviations of which `drift` asks 5: ramps bend the season "
        "it is judged by."
    )


def _least(ends: tuple, shares: list) -> str:
    enough = np.flip(np.logical_and.accumulate(np.flip(np.array(shares) >= ENOUGH)))
    return f"{ends[int(np.argmax(enough))]:g}" if enough.any() else f"more than {ends[-1]:g}"


def _score(
    archive: Series, only: SeriesSuite, name: str, shape: str, end: float, *,
    before: np.ndarray, rng: np.random.Generator, signs: tuple[int, ...],
) -> Score:  # fmt: skip
    score = Score([], [], [])
    for _ in range(RECORDS):
        value, ramps = _plant(
            archive.variables[name].value, SHAPES[shape], end, taken=before, rng=rng,
            multiplied=name in MULTIPLIED, least=MULTIPLIED.get(name, -np.inf), signs=signs,
        )  # fmt: skip
        variable = replace(archive.variables[name], value=value)
        part = replace(archive, variables=archive.variables | {name: variable})
        flagged = bad(check(part, only)[name])
        clean = np.isfinite(value) & ~before
        for where, grown in ramps:
            held = np.isfinite(value[where])
            score.found.append(bool(flagged[where][held].any()))
            score.grown.append(flagged[where][held & (grown >= GROWN)])
            clean[where] = False
        score.false.append(flagged[clean].mean())
    return score


def _plant(
    value: np.ndarray, shape: tuple[int, int, int], end: float, *, taken: np.ndarray,
    rng: np.random.Generator, multiplied: bool, least: float, signs: tuple[int, ...],
) -> tuple[np.ndarray, list]:  # fmt: skip
    """The series with a ramp in each part of it; each ramp's place and its share of the end."""
    per_day, value, ramps = 72, value.copy(), []
    fewest, most, power = shape
    edges = np.linspace(3000, value.size - 3000, RAMPS + 1).astype(int)
    for start, stop in pairwise(edges):
        length = int(per_day * rng.uniform(fewest, most))
        first = _where(value, taken, rng=rng, start=start, stop=stop, length=length, least=least)
        grown = np.linspace(0, 1, length) ** power
        ramp, where = end * grown * rng.choice(signs), slice(first, first + length)
        value[where] = value[where] * np.exp(ramp) if multiplied else value[where] + ramp
        value[first + length : first + length + 3 * int(rng.choice(OUT_H))] = np.nan
        ramps.append((slice(first, first + length), grown))
    return value, ramps


def _where(
    value: np.ndarray, taken: np.ndarray, *, rng: np.random.Generator, start: int, stop: int,
    length: int, least: float,
) -> int:  # fmt: skip
    """First value of a ramp on sound values whose cleaning a working sensor sees."""
    while True:
        first = int(rng.integers(start, stop - length - 90))
        end = first + length
        days = value[end - 72 : end], value[end + 9 : end + 81]
        if (
            min(np.isfinite(one).mean() for one in days) >= 0.5
            and min(np.nanmedian(one) for one in days) >= least
            and not taken[first : end + 81].any()
        ):
            return first


def simulated(suite: SeriesSuite) -> Table:
    """Fouling of the twin coast, whose truth is known value by value."""
    scores = {name: Score([], [], []) for name in ENDS}
    for number in range(STATIONS):
        for seed in range(SEEDS):
            record = make_record(number, Parameters(seed, 0, 0, STATIONS, 24, "2023-01-01"))
            for name, checked in check(twin(record), suite).items():
                if name in scores:
                    _score_twin(scores[name], checked, record, name)
    rows = [
        [name, str(len(one.found)), percent(np.mean(one.found)),
         percent(np.concatenate(one.grown).mean()), percent(np.mean(one.false))]
        for name, one in scores.items()
    ]  # fmt: skip
    note = (
        f"{STATIONS} stations of the twin coast, two years, {SEEDS} seeds, the whole suite, every "
        "fault of the simulator beside; fouling grows for 10 to 30 days as the square of time to "
        "1.6 °C, 2 in salinity, 1.2 ml/l, 12 in fluorescence, 100 NTU. Found, and of its values: "
        "as above, by any test. False: values without a fault, outside every fouling, that "
        "`drift` or `fouling` flags."
    )
    head = ["variable", "foulings", "found %", "of its values %", "false %"]
    return Table("Simulated fouling", note, head, rows)


def twin(record: Record) -> Series:
    """A simulated station as it is read, the provider's flags left out."""
    variables = {
        name: SeriesVariable(value, np.ones(value.size, np.uint8), name, 1)
        for name, value in record.value.items()
    }
    n, station = record.time.size, record.station
    where = np.full(n, station.latitude), np.full(n, station.longitude)
    return Series(station.code, record.time, *where, variables)


def _score_twin(score: Score, checked: Checked, record: Record, name: str) -> None:
    flagged, held = bad(checked), np.isfinite(record.value[name])
    mask = np.uint64(sum(1 << STATION_TESTS[test].bit for test in ("drift", "fouling")))
    clean = held & (record.fault[name] == Fault.NONE)
    per_day = 86400 // record.station.step_s
    for first, stop in fouled(record.fault[name], longest_gap=10 * per_day):
        where = slice(first, stop)
        fouling = held[where] & (record.fault[name][where] == Fault.FOULING)
        score.found.append(bool(flagged[where][fouling].any()))
        grown = np.linspace(0, 1, stop - first) ** 2 >= GROWN
        score.grown.append(flagged[where][fouling & grown])
        clean[where] = False
    score.false.append(((checked.failed & mask) > 0)[clean].mean())


def fouled(fault: np.ndarray, *, longest_gap: int) -> list[tuple[int, int]]:
    """First and stop of every fouling; losses and other faults within it end nothing."""
    place = np.flatnonzero(fault == Fault.FOULING)
    parts = np.split(place, np.flatnonzero(np.diff(place) > longest_gap) + 1)
    return [(int(one[0]), int(one[-1]) + 1) for one in parts if one.size]


def _only_ramps(suite: SeriesSuite) -> SeriesSuite:
    blocks = suite.station.model_dump(mode="json")
    kept = {name: blocks[name] for name in ("drift", "fouling")}
    return SeriesSuite.model_validate({"suite": "series", "station": kept})
