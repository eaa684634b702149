"""What the name of a Coriolis-côtier CSV file says."""

import re
from dataclasses import dataclass
from typing import Final

_NAME: Final = re.compile(
    r"OC_(?P<period>\d{6}|LATEST)_TS_(?P<kind>M[AO])_(?P<platform>[A-Z0-9]+)(?:_(?P<taken>\d{8}))?\.csv"
)
"""Names worth listing; whatever else lies in the folder is left alone."""


@dataclass(frozen=True)
class FileName:
    """Platform and period of one file.

    `period` is YYYYMM or LATEST (the provider's last 30 days); `taken` the day (YYYYMMDD) an
    archived LATEST was taken, '' for the provider's own.
    """

    platform: str
    period: str
    taken: str


def parse_name(file: str) -> FileName | None:
    """Read `OC_<YYYYMM|LATEST>_TS_<MA|MO>_<code>[_YYYYMMDD].csv`, folders ignored; else None."""
    found = _NAME.fullmatch(file.rsplit("/", 1)[-1])
    if found is None:
        return None
    return FileName(platform=found["platform"], period=found["period"], taken=found["taken"] or "")
