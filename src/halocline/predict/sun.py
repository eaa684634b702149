"""Where the sun stands."""

from math import asin, atan2, cos, degrees, isfinite, nan, radians, sin
from typing import Final

J2000: Final = 18262.5
"""Days from 1950-01-01 to noon of 2000-01-01."""


def elevation(juld: float, latitude: float, longitude: float) -> float:
    """Degrees of the sun's centre above the horizon, without refraction; NaN where unknown.

    juld: days since 1950-01-01 UTC. Low precision formula of the Astronomical Almanac: 0.01° from
    1950 to 2050.
    """
    if not (isfinite(juld) and isfinite(latitude) and isfinite(longitude)):
        return nan
    days = juld - J2000
    anomaly = radians(357.528 + 0.9856003 * days)
    ecliptic = radians(280.460 + 0.9856474 * days + 1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly))
    tilt = radians(23.439 - 4e-7 * days)
    declination = asin(sin(tilt) * sin(ecliptic))
    # tan(right ascension) = cos(tilt) tan(ecliptic longitude), in the same quadrant
    ascension = atan2(cos(tilt) * sin(ecliptic), cos(ecliptic))
    sidereal = radians(280.46062 + 360.98564737 * days + longitude)
    hour = sidereal - ascension
    place = radians(latitude)
    return degrees(asin(sin(place) * sin(declination) + cos(place) * cos(declination) * cos(hour)))
