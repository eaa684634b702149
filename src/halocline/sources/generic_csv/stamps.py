"""The stamps of a text table: ISO 8601, or day and month in an order one reading allows."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, Literal

import numpy as np
import pandas as pd

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.model.series import TimeArray
from halocline.model.time_units import TimeUnits
from halocline.sources.generic_csv.cells import numbers_of
from halocline.sources.generic_csv.counted_time import what_is_wanted
from halocline.sources.generic_csv.time_columns import Zone

DayOrder = Literal["dmy", "mdy"]
Form = Literal["iso", "slashed", "year_first"]
FORMS: Final[dict[Form, re.Pattern[str]]] = {
    "slashed": re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[T ](.*))?"),
    "year_first": re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?:[T ](.*))?"),
    "iso": re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ](.*))?[zZ]?"),
}
_CLOCK: Final = re.compile(
    r"\s*(?P<hour>\d{1,2})(?:[:hH](?P<minute>\d{2})(?::?(?P<second>\d{2}(?:[.,]\d+)?))?s?|[hH])?"
    r"\s*(?:(?P<half>[AaPp])\.?[Mm]\.?)?"
    r"\s*(?P<zone>[zZ]|(?:UTC|GMT|TU|UT)?\s*[+-]\d{1,2}(?::?\d{2})?|UTC|GMT|TU|UT)?\s*"
)
_OWN_ZONE: Final = re.compile(
    r"[T ]\s*\d.*(?:[zZ]|UTC|GMT|TU|UT|(?:[:hH]\d{2}|[\d.])\s*(?:UTC|GMT|TU|UT)?\s*[+-]\d{1,2}"
    r"(?::?\d{2})?)\s*"
)


def parse_stamps(
    texts: Sequence[str], *, order: DayOrder | None, zone: Zone | None = None
) -> TimeArray:
    """Stamps (n,) datetime64[s] UTC; NaT where a text is no stamp. Without a zone, UTC.

    All are read in the form of the first that is a stamp: a table that changes it midway was
    touched by a hand that may have changed days and months too. `zone`: of stamps without one.

    Raises:
        BadUpstreamData: theirs (NOT_THE_FORMAT); 03/04 could be March or April and no row tells, or
            the zone is none of a fixed offset.
    """
    form = _form_of(texts)
    if form == "iso":
        time = _iso_stamps(texts)
    else:
        slashed = order or _order(texts) if form == "slashed" else None
        time = _parsed([_spelt(text, form, slashed) for text in texts])
    return _shifted(time, texts, zone or Zone())


def counted_stamps(
    texts: Sequence[str], units: TimeUnits, *, decimal: str, zone: Zone
) -> TimeArray:
    """Stamps (n,) datetime64[s] UTC of texts that are numbers; NaT where one is none.

    Raises:
        BadUpstreamData: theirs (NOT_THE_FORMAT); the zone is none of a fixed offset.
    """
    return _shifted(units.stamps(numbers_of(texts, decimal)[0]), texts, zone)


def _form_of(texts: Sequence[str]) -> Form:
    for text in texts:
        for form, pattern in FORMS.items():
            if pattern.fullmatch(text):
                return form
    shown = next((text for text in texts if text), "")
    raise BadUpstreamData(Reason.NOT_THE_FORMAT, what_is_wanted(shown))


def _iso_stamps(texts: Sequence[str]) -> TimeArray:
    """As ISO 8601 where they are; the others by their parts."""
    time = _parsed(texts)
    rest = np.flatnonzero(np.isnat(time))
    if rest.size:
        time[rest] = _parsed([_spelt(texts[place], "iso", None) for place in rest.tolist()])
    return time


def _parsed(iso: Iterable[str]) -> TimeArray:
    stamps = pd.to_datetime(pd.Series(list(iso), dtype=object), format="ISO8601", utc=True,
                            errors="coerce")  # fmt: skip
    found = stamps.dt.tz_localize(None).to_numpy()
    return np.array(found.astype("datetime64[s]"))


def _shifted(time: TimeArray, texts: Sequence[str], zone: Zone) -> TimeArray:
    if not zone.named and not zone.offset_s:
        return time
    own = np.array([_OWN_ZONE.search(text) is not None for text in texts], dtype=bool)
    bare = ~own & ~np.isnat(time)
    if zone.named and bare.any():
        raise BadUpstreamData(
            Reason.NOT_THE_FORMAT,
            f"column {zone.named!r} names a zone that is not UTC, whose offset may change: convert "
            "its stamps to UTC; where the offset is the same all year say which (--zone UTC+1)",
        )
    return np.where(bare, time - np.timedelta64(zone.offset_s, "s"), time)


def _order(texts: Sequence[str]) -> DayOrder:
    pairs = [(int(one[1]), int(one[2])) for one in map(FORMS["slashed"].fullmatch, texts) if one]
    first, second = max(one for one, _ in pairs), max(two for _, two in pairs)
    if (first > 12) == (second > 12):
        shown = next(text for text in texts if FORMS["slashed"].fullmatch(text))
        raise BadUpstreamData(
            Reason.NOT_THE_FORMAT,
            f"dates like {shown!r}: day or month first? say which (--day-order dmy or mdy)",
        )
    return "dmy" if first > 12 else "mdy"


def _spelt(text: str, form: Form, order: DayOrder | None) -> str:
    """A text of this form as ISO 8601; '' where it is of another."""
    found = FORMS[form].fullmatch(text)
    clock = _clock(found[4] or "00:00") if found else ""
    if not found or not clock:
        return ""
    one, two, three = found[1], found[2], found[3]
    if order is not None:
        one, two, three = (three, two, one) if order == "dmy" else (three, one, two)
    return f"{one}-{int(two):02d}-{int(three):02d}T{clock}"


def _clock(text: str) -> str:
    """Time of day and zone as ISO 8601; '' where it is none."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return ""
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + 12 * (found["half"] in "Pp")
    second = (found["second"] or "00").replace(",", ".")
    return f"{hour:02d}:{found['minute'] or '00'}:{second}{_zone(found['zone'] or '')}"


def _zone(text: str) -> str:
    digits = re.sub(r"[^\d+-]", "", text)
    if not digits:
        return ""
    sign, number = digits[0], digits[1:]
    hours, minutes = (number[:-2], number[-2:]) if len(number) > 2 else (number, "00")
    return f"{sign}{int(hours):02d}:{minutes}"
