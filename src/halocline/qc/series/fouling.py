"""Fouling: a slow ramp away from the truth that ends at once, when the sensor is cleaned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from pydantic import Field, PositiveFloat, field_validator

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import (
    Channel,
    SecondArray,
    Station,
    StationExample,
    station_test,
)
from halocline.qc.series._departure import (
    DAY_S,
    LEAST,
    Explained,
    explained,
    memory_of,
    news,
    sound,
)
from halocline.qc.series._jumps import jumps

SHAPES: Final = (1, 2)
"""Powers of time a ramp may grow with: a film that thickens evenly, a colony that spreads."""
UNSOUND: Final = (Flag.BAD,)
"""What `drift` doubts is the end of a ramp, without which its beginning is not seen."""
SHORTER: Final = 0.25
"""Chance that a ramp is shorter than it is told: sound values are kept rather than faulty found."""


class FoulingParams(Params):
    """How large and how sudden a cleaning is, and how well a ramp must lead to it."""

    against: dict[str, tuple[str, ...]]
    """Parameter → parameters it is explained by, at any level. The season explains too."""
    floor: dict[str, float]
    """Smallest step called a cleaning, in the parameter's unit or, where that is judged, in units
    of its natural logarithm; one not named is not judged."""
    logarithm_from: dict[str, PositiveFloat] = Field(default_factory=dict)
    """Parameter judged by its logarithm → smallest reading told from none. Blooms and storms
    multiply fluorescence and turbidity; in logarithms a calm month and a bloom weigh alike."""
    factor: float
    """Step in robust standard deviations of the changes from one day to the next around it."""
    sudden: float
    """Least share of the step that is made at once: weather takes hours."""
    silence_h: float
    """Longest silence a cleaning may hide in: the sensor is out of the water meanwhile."""
    ramp_d: tuple[int, int]
    """Shortest and longest ramp."""
    around_d: int
    """Days before the longest ramp that tell a clean sensor's level; as many after its mirror."""
    gain: float
    """Least fall of the sum of squares, in variances of a day, by the ramp and its step."""
    gain_up: dict[str, float] = Field(default_factory=dict)
    """Parameter → the same of a ramp that ends with a jump up, where the sea jumps up itself."""
    doubt: float
    """Most, in the same variances, by which a rival of the ramp may fit better."""
    fewest_days: int
    """Days in common below which nothing is judged."""

    @field_validator("ramp_d")
    @classmethod
    def _rising(cls, days: tuple[int, int]) -> tuple[int, int]:
        if not 1 <= days[0] <= days[1]:
            raise ValueError(f"wanted the shortest and the longest ramp in days, found {days}")
        return days


_NAN = float("nan")
_RULE = {
    "against": {"TEMP": ["DRYT"]}, "floor": {"TEMP": 2.0}, "factor": 4, "sudden": 0.6,
    "silence_h": 6, "ramp_d": (4, 10), "around_d": 5, "gain": 3, "doubt": 4, "fewest_days": 10,
}  # fmt: skip
_HOURS = range(24 * 24)
_TIDE = [10.0 + 0.3 * (k % 2) for k in _HOURS]
_AIR = [float(k // 24 % 3) for k in _HOURS]


def _ramp(k: int) -> float:
    """From hour 180 to 383 up to 4: it begins on the eighth day, and ends with the 16th."""
    return 4 * (k - 180) / 204 if 180 <= k < 384 else 0.0


@station_test(
    name="fouling",
    bit=18,
    stage=2,
    vouches=False,
    params=FoulingParams,
    source="Wagner et al. 2006 (USGS Techniques and Methods 1-D3, doi:10.3133/tm1D3): fouling "
    "grows between visits, and the step at its cleaning measures it; the ramp by least squares on "
    "daily medians less a regression on the other sensors and the season, robust (Huber 1964, "
    "doi:10.1214/aoms/1177703732) and whitened",
    examples=[
        StationExample({"TEMP": _TIDE, "DRYT": _AIR}, {"TEMP": [1] * 576, "DRYT": [0] * 576},
                       _RULE, "nothing jumps", step_s=3600),
        StationExample(
            {"TEMP": [x + _ramp(k) for k, x in enumerate(_TIDE)], "DRYT": _AIR},
            {"TEMP": [1] * 168 + [3] * 216 + [1] * 192}, _RULE,
            "up by 4 in nine days and back at once: from the day it began, no more", step_s=3600),
        StationExample(
            {"TEMP": [x + _ramp(575 - k) for k, x in enumerate(_TIDE)], "DRYT": _AIR},
            {"TEMP": [1] * 576}, _RULE, "up at once and back in eight days: an event of the sea",
            step_s=3600),
        StationExample(
            {"TUR4": [np.exp(x - 10 + _ramp(k)) for k, x in enumerate(_TIDE)], "DRYT": _AIR},
            {"TUR4": [1] * 168 + [3] * 216 + [1] * 192},
            _RULE | {"against": {"TUR4": ["DRYT"]}, "floor": {"TUR4": 2.0},
                     "logarithm_from": {"TUR4": 0.1}},
            "what is read grows to e^4 times itself: the same ramp in its logarithm", step_s=3600),
        StationExample({"TEMP": [10.0, _NAN], "DRYT": [1.0, 2]}, {"TEMP": [0, 9]}, _RULE,
                       "one day, ten wanted: not judged", step_s=DAY_S),
    ],
)  # fmt: skip
def fouling(station: Station, params: FoulingParams) -> Mapping[str, FlagArray]:
    """Flag values PROBABLY_BAD from where a ramp begins to the sudden step that undoes it.

    Storms, floods and blooms come fast and leave slowly; a sensor fouls slowly and is clean at
    once. A value is GOOD where its day could be judged.
    """
    place, sensors = explained(station, params.against, fewest_days=params.fewest_days,
                               unsound=UNSOUND)  # fmt: skip
    flags = {}
    for name, one in sensors.items():
        if one.parameter not in params.floor:
            continue
        flag = np.where(one.usable[place], Flag.GOOD, Flag.NOT_EVALUATED).astype(np.uint8)
        judged = _as_judged(one, station.channels[name], params.logarithm_from)
        for ramp in _foulings(*judged, station.time_s, params):
            span = np.searchsorted(station.time_s, (ramp.begun * DAY_S, ramp.cleaned_s))
            flag[slice(*span)] = Flag.PROBABLY_BAD
        flags[name] = flag
    return flags


def _as_judged(
    one: Explained, channel: Channel, least: Mapping[str, float]
) -> tuple[Explained, Channel]:
    """A sensor and its values, or the logarithms of both: of the least reading where it is less."""
    low = least.get(one.parameter)
    if low is None:
        return one, channel
    target, value = (np.log(np.maximum(read, low)) for read in (one.target, channel.value))
    return replace(one, target=target), replace(channel, value=value)


@dataclass(frozen=True)
class _Ramp:
    """A ramp that a step undoes: the day it begins, and the second it is cleaned, since 1970."""

    begun: int
    cleaned_s: int
    step: float
    margin: float
    """What its rivals fit worse by, in variances of a day; the doubt at most: it is sure then."""

    def denies(self, other: "_Ramp", *, within_d: int) -> bool:
        """Whether the jump that ends one of them begins the other, of the other side.

        Such a jump leads to wrong values, or away from them: it cannot do both.
        """
        first, last = sorted((self, other), key=lambda one: one.cleaned_s)
        return last.begun <= first.cleaned_s // DAY_S + within_d and first.step * last.step < 0


def _foulings(
    one: Explained, channel: Channel, time_s: SecondArray, params: FoulingParams
) -> list[_Ramp]:
    """Ramps that fit and do not deny one another: of two that do, the surer, then the later."""
    held = sound(channel, unsound=UNSOUND)
    found = jumps(channel.value[held], time_s[held], floor=params.floor[one.parameter],
                  factor=params.factor, sudden=params.sudden,
                  silence_h=params.silence_h)  # fmt: skip
    if not found.step.size:
        return []
    departure = one.departure_by_news(one.usable)
    memory = memory_of(np.where(one.usable, departure, np.nan))
    ramps = []
    for at, step in zip(found.time_s.tolist(), found.step.tolist(), strict=True):
        least = params.gain_up.get(one.parameter, params.gain) if step > 0 else params.gain
        cleaned = at // DAY_S
        fit = _days_of_ramp(departure, cleaned - int(one.days[0]), step, params, memory=memory,
                            least=least)  # fmt: skip
        if fit is not None:
            ramps.append(_Ramp(cleaned - fit[0], at, step, fit[1]))
    return _undenied(ramps, within_d=params.ramp_d[0])


def _undenied(ramps: Sequence[_Ramp], *, within_d: int) -> list[_Ramp]:
    kept: list[_Ramp] = []
    for ramp in sorted(ramps, key=lambda one: (-one.margin, -one.cleaned_s)):
        if not any(ramp.denies(other, within_d=within_d) for other in kept):
            kept.append(ramp)
    return kept


def _days_of_ramp(
    departure: FloatArray, cleaned: int, step: float, params: FoulingParams, *, memory: float,
    least: float,
) -> tuple[int, float] | None:  # fmt: skip
    """Length and margin of the ramp that a step undoes on a day; None when none fits.

    The step tells the ramp's end, so only its length and shape are sought. It has rivals: nothing
    but a jump of the sea, a ramp too short to be fouling, a step that stays, and the ramp's mirror
    in time, an event that came at once and left slowly.
    """
    shortest, longest = params.ramp_d
    reach = longest + params.around_d
    lag = np.arange(max(-reach, -cleaned), min(reach + 1, departure.size - cleaned))
    lag = lag[np.isfinite(departure[cleaned + lag]) & (lag != 0)]
    level, before = departure[cleaned + lag], lag < 0
    if before.all() or not before.any():
        return None
    left = _ramps(level, lag, step, longest=longest, memory=memory)
    best = left[shortest - 1 :].min()
    variance = max(best / lag.size, LEAST)
    gain = _squares(level, lag, memory=memory) - best
    rivals = (
        left[: shortest - 1].min(initial=np.inf),
        _squares(level + step * before, lag, memory=memory),
        _ramps(level[::-1], -lag[::-1], -step, longest=longest, memory=memory).min(),
    )
    if gain < least * variance or best - min(rivals) > params.doubt * variance:
        return None
    margin = min((min(rivals) - best) / variance, params.doubt)
    return _told(left / variance, shortest=shortest), float(margin)


def _told(squares: FloatArray, *, shortest: int) -> int:
    """Length with the chance SHORTER that the true one is shorter.

    Sums of squares (longest,) of ramps of 1, 2, ... days, in variances. Before they are seen, a
    length is as likely between a week and two as between two and four. A ramp passes for one of
    the shortest where a shorter one fits better by less than the doubt: it is told as short as it
    fits, for the days before were sound.
    """
    length = np.arange(1, squares.size + 1)
    best = int(length[np.argmin(squares)])
    fits = length >= (best if squares[shortest - 1 :].min() > squares.min() else shortest)
    chance = np.cumsum(fits * np.exp((squares.min() - squares) / 2) / length)
    return int(length[np.searchsorted(chance, SHORTER * chance[-1])])


def _ramps(
    level: FloatArray, lag: SecondArray, step: float, *, longest: int, memory: float
) -> FloatArray:
    """Sum of squares (longest,) without a ramp of 1, 2, ... days that `step` undoes at lag 0."""
    length = np.arange(1, longest + 1)
    grown = np.clip(1 + lag / length[:, None], 0, None) * (lag < 0)
    left = [_squares(level + step * grown**shape, lag, memory=memory) for shape in SHAPES]
    return np.asarray(np.min(left, axis=0))


def _squares(level: FloatArray, lag: SecondArray, *, memory: float) -> FloatArray:
    """Sum of squares (...,) of what is new each day in levels (..., d) about one mean of theirs."""
    new, one = (news(each, lag, memory=memory) for each in (level, np.ones(lag.size)))
    return np.asarray((new**2).sum(axis=-1) - (new @ one) ** 2 / (one @ one))
