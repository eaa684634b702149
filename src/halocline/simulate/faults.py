"""What can be wrong with a value, and its number in the truth files."""

from enum import IntEnum


class Fault(IntEnum):
    """Kind of fault of one value; one number for both networks."""

    NONE = 0
    SPIKE = 1
    STUCK = 2
    INVERSION = 3
    SALINITY_DRIFT = 4
    PRESSURE_SPIKE = 5
    OUT_OF_RANGE = 6
    ROLLOVER = 7
    WRONG_DATE = 8
    WRONG_POSITION = 9
    FOULING = 10
    STEP = 11
    DRY_STATION = 12
    FILL_NUMBER = 13
