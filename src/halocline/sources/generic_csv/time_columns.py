"""Which columns of a text table hold the time, and the zone their names speak of."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.model.time_units import SINCE

Kind = Literal["whole", "date", "clock", ""]
DATE: Final = frozenset({"date", "day", "jour"})
CLOCK: Final = frozenset({"time", "hour", "hours", "heure", "heures"})
WHOLE: Final = frozenset({"datetime", "timestamp", "horodatage", "dateheure", "datetimeutc"})
ALONE: Final = frozenset({"date", "time", "heure"})
"""Words that may be all of the time; a column `day` or `hour` has others beside it."""
FILLING: Final = frozenset({"et", "and", "de", "la"})
UTC: Final = frozenset({"utc", "gmt", "tu", "ut", "z", "zulu", "datetimeutc"})
NAMED: Final = frozenset({
    "cet", "cest", "met", "mest", "wet", "west", "eet", "eest", "bst", "ist", "msk", "sast",
    "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt", "ast", "adt", "hst", "akst", "akdt",
    "jst", "kst", "aest", "aedt", "awst", "acst", "acdt", "nzst", "nzdt", "lt", "lst", "dst",
    "local", "locale", "legal", "legale", "légale", "summer", "winter", "été", "hiver", "etc",
    "europe", "paris", "africa", "america", "asia", "atlantic", "australia", "indian", "pacific",
})  # fmt: skip
"""Words of zones whose distance from UTC changes over the year, or that several places use."""
_OFFSET: Final = re.compile(
    r"(?<![^\W_])(?:utc|gmt|tu|ut)\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?|([+-])(\d{2}):(\d{2})\b"
    r"|(?<=[\[(])\s*([+-])\s*(\d{1,2})\s*(?=[\])])",
    re.IGNORECASE,
)
KNOWN: Final = DATE | CLOCK | WHOLE | FILLING | UTC | NAMED
NOTHING: Final[Mapping[str, str]] = {}
_STAMP: Final = re.compile(r"\d[T ]+\d{1,2}(?:[:hH]|\d{2})")
"""A time of day behind a date: such a cell needs no other column."""
_BRACKETS: Final = re.compile(r"[\[(].*")
_WORD: Final = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True)
class Zone:
    """What the names of the columns of time say of their zone; UTC where they say nothing."""

    offset_s: int = 0
    """Seconds it is ahead of UTC."""
    named: str = ""
    """The name of the column that names a zone without a fixed offset; '' for none."""


def time_columns(
    names: Sequence[str], asked: str | None = None, *, first: Mapping[str, str] = NOTHING
) -> list[str]:
    """Columns of the time: one, or a date and a time of day beside it.

    Of several, those that say UTC come before those that name no zone, and these before others.
    `first`: the first cell of a column that holds something.

    Raises:
        BadUpstreamData: theirs (MISSING_VARIABLE; NOT_THE_FORMAT for several times of day); no such
            column, or not the one asked for.
    """
    if asked is not None:
        return _asked(names, asked)
    kinds = {name: _kind(name) for name in names}
    whole, dates, clocks = (
        _preferred([name for name in names if kinds[name] == kind])
        for kind in ("whole", "date", "clock")
    )
    stamped = [name for name in [*dates, *clocks] if _STAMP.search(first.get(name, ""))]
    if len(dates) == 1 and not whole and not stamped:
        clocks = _one_clock(dates[0], clocks)
    alone = [name for name in [*dates, *clocks] if ALONE & set(_words(name))]
    pair = [*dates, *clocks] if len(dates) == 1 and len(clocks) == 1 else []
    # Beside a whole stamp, `day` and `hour` are but its parts.
    if pair and (pair == alone or not whole):
        return pair
    found = whole or _preferred(alone)
    if not found:
        raise BadUpstreamData(
            Reason.MISSING_VARIABLE,
            f"no column of time among {', '.join(names[:8])}: say which (--time)",
        )
    return sorted(found, key=list(names).index)[:1]


def _one_clock(date: str, clocks: Sequence[str]) -> list[str]:
    """The time of day beside a date: of several `Time`, of which `Hour` is but a part."""
    likely = [name for name in clocks if ALONE & set(_words(name))]
    if len(clocks) < 2 or len(likely) == 1:
        return likely or list(clocks)
    ways = " or ".join(f"--time '{date},{name}'" for name in clocks)
    raise BadUpstreamData(
        Reason.NOT_THE_FORMAT,
        f"columns {', '.join([date, *clocks])}: which is the time of day? say so ({ways})",
    )


def zone_of(names: Sequence[str]) -> Zone:
    """The zone that the names of the columns of time speak of."""
    offsets = [offset for name in names for offset in _offsets(name)]
    if offsets:
        return Zone(offsets[0])
    named = (name for name in names if NAMED & set(_words(name, brackets=True)))
    return Zone(named=next(named, ""))


def _asked(names: Sequence[str], asked: str) -> list[str]:
    """The column of this name; where none is called so, those between commas."""
    parts = [asked] if asked in names else [part.strip() for part in asked.split(",")]
    absent = [part for part in parts if part not in names]
    if absent:
        raise BadUpstreamData(
            Reason.MISSING_VARIABLE,
            f"no column {', '.join(absent)} to take the time from; there are {', '.join(names)} "
            "(--time names one, or a date and a time of day: --time 'date,heure')",
        )
    return parts


def _kind(name: str) -> Kind:
    bare = SINCE.sub("", name)
    words = set(_words(bare))
    if bare != name and (not words or words & ALONE) and not words - KNOWN:
        return "whole"
    if not words or words - KNOWN:
        return ""
    if words & WHOLE or (words & DATE and words & CLOCK):
        return "whole"
    if words & DATE:
        return "date"
    return "clock" if words & CLOCK else ""


def _preferred(names: Sequence[str]) -> list[str]:
    """Those that say UTC or a fixed offset; else those that name no zone; else all."""
    words = {name: set(_words(name, brackets=True)) for name in names}
    fixed = [name for name in names if words[name] & UTC or any(_offsets(name))]
    return fixed or [name for name in names if not words[name] & NAMED] or list(names)


def _words(name: str, *, brackets: bool = False) -> list[str]:
    """Words of a name in small letters, an offset left out; those in brackets where asked for."""
    bare = _OFFSET.sub(" ", name)
    return _WORD.findall((bare if brackets else _BRACKETS.sub("", bare)).lower())


def _offsets(name: str) -> Iterator[int]:
    for found in _OFFSET.finditer(name):
        sign, hours, minutes = (
            next((part for part in found.groups()[place::3] if part), "0") for place in range(3)
        )
        seconds = int(hours) * 3600 + int(minutes) * 60
        yield -seconds if sign == "-" else seconds
