"""The time column of a text table: ISO 8601, or day and month in an order one reading allows."""

import re
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import pandas as pd

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.model.series import TimeArray

DayOrder = Literal["dmy", "mdy"]
TIME_WORDS: Final = ("time", "date", "datetime", "date_time", "timestamp", "date_utc", "time_utc",
                     "datetime_utc", "datetimeutc", "heure", "horodatage")  # fmt: skip
_ISO: Final = re.compile(r"\d{4}-?\d{2}-?\d{2}([T ]\d{2}:?\d{2}(:?\d{2}(\.\d+)?)?)?\s*\S*")
_SLASHED: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})([T ].*)?")
_YEAR_FIRST: Final = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})([T ].*)?")


def time_columns(names: Sequence[str]) -> list[int]:
    """Places of the time: one column, or a date and a time of day beside it.

    Raises:
        BadUpstreamData: theirs (MISSING_VARIABLE); no such column.
    """
    words = [_word(name) for name in names]
    date = [place for place, word in enumerate(words) if word in ("date", "day", "jour")]
    clock = [place for place, word in enumerate(words) if word in ("time", "hour", "heure")]
    if len(date) == 1 and len(clock) == 1:
        return [date[0], clock[0]]
    found = [place for place, word in enumerate(words) if word in TIME_WORDS]
    if not found:
        raise BadUpstreamData(
            Reason.MISSING_VARIABLE,
            f"no column of time among {', '.join(names[:8])}: say which (--time)",
        )
    return found[:1]


def parse_stamps(texts: Sequence[str], *, order: DayOrder | None) -> TimeArray:
    """Stamps (n,) datetime64[s] UTC; NaT where a text is no stamp. Without a zone, UTC.

    Raises:
        BadUpstreamData: theirs (NOT_THE_FORMAT); 03/04 could be March or April and no row tells.
    """
    known = [text for text in texts if text]
    shown = next(iter(known), "")
    if _SLASHED.fullmatch(shown):
        return _parsed(texts, [_iso(text, order or _order(known)) for text in texts])
    if _YEAR_FIRST.fullmatch(shown):
        return _parsed(texts, [text.replace("/", "-") for text in texts])
    if not _ISO.fullmatch(shown):
        raise BadUpstreamData(
            Reason.NOT_THE_FORMAT, f"time {shown!r}: wanted 2024-06-01T12:00:00Z or like it"
        )
    return _parsed(texts, texts)


def _parsed(texts: Sequence[str], iso: Sequence[str]) -> TimeArray:
    stamps = pd.to_datetime(pd.Series(list(iso), dtype=object), format="ISO8601", utc=True,
                            errors="coerce")  # fmt: skip
    found = stamps.dt.tz_localize(None).to_numpy()
    return np.asarray(found.astype("datetime64[s]"))


def _order(texts: Sequence[str]) -> DayOrder:
    pairs = [(int(one[1]), int(one[2])) for one in map(_SLASHED.fullmatch, texts) if one]
    first, second = max(one for one, _ in pairs), max(two for _, two in pairs)
    if (first > 12) == (second > 12):
        raise BadUpstreamData(
            Reason.NOT_THE_FORMAT,
            f"dates like {texts[0]!r}: day or month first? say which (--day-order dmy or mdy)",
        )
    return "dmy" if first > 12 else "mdy"


def _iso(text: str, order: DayOrder) -> str:
    found = _SLASHED.fullmatch(text)
    if found is None:
        return ""
    day, month = (found[1], found[2]) if order == "dmy" else (found[2], found[1])
    clock = (found[4] or " 00:00").strip().lstrip("T")
    if re.fullmatch(r"\d:.*", clock):
        clock = f"0{clock}"
    return f"{found[3]}-{int(month):02d}-{int(day):02d}T{clock}"


def _word(name: str) -> str:
    return re.sub(r"\s*[\[(].*", "", name).strip().strip("#").strip().lower().replace(" ", "_")
