"""One sentence a test: what it takes for a fault, and what to do where the water does that."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from halocline.model.estimates import FloatArray

OWN: Final = "thresholds of your own (--suite, `based_on: coasthf`)"
_NULL: Final = "in a --suite (`based_on: coasthf`)"


def sentence(test: str, value: FloatArray, params: Mapping[str, Any], waters: str) -> str:
    """What a test with these thresholds doubts, and the remedy; `value` (n,) as received."""
    say = SAY[test]
    return say.format_map(params) if isinstance(say, str) else say(value, params, waters)


def _gross_range(value: FloatArray, params: Mapping[str, Any], waters: str) -> str:
    low, high = params["sensor"]
    region = params["region"]
    beyond = int(((value < low) | (value > high)).sum())
    if region and beyond <= ((value < region[0]) | (value > region[1])).sum() / 2:
        here = f" ({waters})" if waters else ""
        return f"region {region[0]:g} to {region[1]:g}{here}; for other waters give {OWN}"
    return f"sensor {low:g} to {high:g}; check the unit, or give {OWN}"


def _dependency(_value: FloatArray, params: Mapping[str, Any], _waters: str) -> str:
    needs = "; ".join(f"{one} needs {' and '.join(of)}" for one, of in params["needs"].items())
    return f"a value computed from a flagged one is flagged ({needs}): look at those first"


def _cap_value(_value: FloatArray, params: Mapping[str, Any], _waters: str) -> str:
    caps = ", ".join(f"{one:g}" for one in params["values"])
    return (
        f"{caps} is taken for the end of the sensor's scale; where it is none, {_off('cap_value')}"
    )


def _impossible_date(_value: FloatArray, params: Mapping[str, Any], _waters: str) -> str:
    last = f" or after {params['last']}" if params["last"] else ""
    return (
        f"stamps before {params['first']}{last} are taken for a wrong clock; give the days of your "
        f"station, `station: {{impossible_date: {{first: 1970-01-01}}}}` {_NULL}"
    )


def _off(test: str) -> str:
    return f"`{test}: null` {_NULL}"


def _station_off(test: str) -> str:
    return f"`station: {{{{{test}: null}}}}` {_NULL}"


SAY: Final[Mapping[str, str | Callable[[FloatArray, Mapping[str, Any], str], str]]] = {
    "attenuated_signal": "a sensor that moves by less than {least_range:g} in {window_h:g} h is "
    f"taken for dead; where the water is so still, {_off('attenuated_signal')}",
    "cap_value": _cap_value,
    "climatology": "values outside the range its month has shown are doubted; where that has aged, "
    f"learn it anew (`halocline climatology`), or {_off('climatology')}",
    "dependency": _dependency,
    "drift": "what the other sensors do not explain for {window_d} days is taken for a drift; look "
    f"at the picture, and where it is the water, {_station_off('drift')}",
    "dry_station": "salinity below {salinity_below:g} or conductivity below "
    "{conductivity_below:g} S/m is taken for sensors out of the water; a freshwater station needs "
    f"{_station_off('dry_station')}",
    "fouling": "a ramp of {ramp_d[0]} to {ramp_d[1]} days that ends at once is taken for fouling "
    f"and its cleaning; where it is the water, {_station_off('fouling')}",
    "gross_range": _gross_range,
    "high_baseline": "a sensor that never comes below {below:g} in {window_h:g} h is taken for one "
    f"with an offset; where the water does that, {_off('high_baseline')}",
    "impossible_date": _impossible_date,
    "level_shift": "a level that is left by a jump and back by one as large within {longest_d:g} "
    f"days is taken for a fault; where the water does that, {_station_off('level_shift')}",
    "offset": "a level that is left by a jump of {jump:g} or more and back within {longest_h:g} h "
    f"is taken for a fault; where the water does that, {_off('offset')}",
    "position": "rows reported further than {watch_km:g} km from the station's place are doubted; "
    f"check the positions, or {_station_off('position')}",
    "rate_of_change": "a change of more than {per_hour:g} an hour, in its unit, is taken for a "
    f"fault; where the water does that, give {OWN}",
    "saturation": "oxygen outside {percent[0]:g} to {percent[1]:g} % of what the water can hold is "
    f"doubted; check its unit, temperature and salinity, or give {OWN}",
    "spike": "a value that leaves its neighbours by {floor:g} or more, in its unit, is taken for "
    f"a fault; where the water does that, give {OWN}",
    "stuck_value": "one number for {bad_h:g} h is taken for a stuck sensor; where it may stand so "
    f"long, {_off('stuck_value')}",
    "time_gap": "fewer than {fewest} values between two silences of {silence_h:g} h are doubted; "
    f"where it is sampled so, {_off('time_gap')}",
    "twin_salinity": "salinity that differs by more than {tolerance:g} from what conductivity and "
    "temperature make is doubted; check the unit of the conductivity, or give "
    f"{OWN}",
}
"""Test → its sentence, with its thresholds by name, or what makes one."""
