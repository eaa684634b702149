"""`ar_greylist.txt`: sensors a data centre no longer trusts."""

import csv
import io
import math
from datetime import UTC, datetime, timedelta
from typing import Final

from halocline.model.errors import BadUpstreamData
from halocline.model.greylist import GreylistEntry
from halocline.model.quarantine import Quarantined, Reason
from halocline.sources.argo_gdac.names import GREYLIST

_COLUMNS: Final = (
    "PLATFORM_CODE", "PARAMETER_NAME", "START_DATE", "END_DATE", "QUALITY_CODE", "COMMENT",
)  # fmt: skip
_EPOCH: Final = datetime(1950, 1, 1, tzinfo=UTC)


def read_greylist(content: bytes) -> list[GreylistEntry]:
    """Rows that can be understood, in the order of the file.

    Raises:
        BadUpstreamData: theirs (EMPTY, BAD_HEADER); the whole file.
    """
    return parse_greylist(content)[0]


def parse_greylist(content: bytes) -> tuple[list[GreylistEntry], tuple[Quarantined, ...]]:
    """Rows in the order of the file, and those that cannot be understood.

    Raises:
        BadUpstreamData: theirs (EMPTY, BAD_HEADER); the whole file.
    """
    if not content.strip():
        raise BadUpstreamData(Reason.EMPTY, "the grey list holds nothing")
    rows = csv.DictReader(io.StringIO(content.decode("utf-8", "replace")), restval="")
    missing = [name for name in _COLUMNS[:5] if name not in (rows.fieldnames or ())]
    if missing:
        raise BadUpstreamData(Reason.BAD_HEADER, f"the grey list has no column {missing}")
    found, aside = [], []
    for row in rows:
        try:
            found.append(_entry(row))
        except ValueError as fault:
            where = f"{GREYLIST}:{rows.line_num}"
            detail = f"{fault} in {list(row.values())}"
            aside.append(Quarantined(where, Reason.BAD_ROW, detail[:300], row[_COLUMNS[0]] or ""))
    return found, tuple(aside)


def _entry(row: dict[str, str]) -> GreylistEntry:
    platform, flag = row["PLATFORM_CODE"].strip(), int(row["QUALITY_CODE"])
    if not platform.isdigit() or flag not in range(10):
        raise ValueError("no WMO number, or a flag that is none")
    end = row["END_DATE"].strip()
    return GreylistEntry(
        platform=platform,
        parameter=row["PARAMETER_NAME"].strip(),
        start=_days(row["START_DATE"].strip()),
        end=_days(end) + 1 if end else math.inf,
        flag=flag,
        comment=row.get("COMMENT", "").strip(),
    )


def _days(day: str) -> float:
    return (datetime.strptime(f"{day[:8]} +0000", "%Y%m%d %z") - _EPOCH) / timedelta(days=1)
