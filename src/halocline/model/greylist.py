"""What a data centre says of sensors it no longer trusts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GreylistEntry:
    """One row of `ar_greylist.txt`: a parameter of a float is to be flagged from a date on.

    start, end: days since 1950-01-01 UTC of the first and of the end of the last day (the last
    moment that counts); `end` is infinite where the list leaves it open.
    """

    platform: str
    parameter: str
    start: float
    end: float
    flag: int
    comment: str = ""
