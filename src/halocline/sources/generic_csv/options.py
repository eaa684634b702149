"""What a table does not say of itself, as the one who has it says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from halocline.sources.generic_csv.stamps import DayOrder


@dataclass(frozen=True)
class CsvOptions:
    """What a table does not say of itself."""

    separator: str | None = None
    decimal: str | None = None
    time: str | None = None
    """Name of the column of time, or of a date and a time of day, comma between."""
    day_order: DayOrder | None = None
    time_units: str | None = None
    """What times that are numbers count, such as `days since 1950-01-01`."""
    zone: str | None = None
    """Of stamps that carry none, such as UTC+2; what their column's name says where not given."""
    rename: Mapping[str, str] = field(default_factory=dict)
    """Column → parameter: E__TA=TEMP makes the thresholds and twins of TEMP apply."""
    revisions: bool = False
    """Rows that share a stamp are words on one value, a later row in the place of an earlier."""
    missing: tuple[float, ...] = ()
    """Numbers that stand for "no value", beside those known."""
    platform: str | None = None
