"""Whether the clocks of this machine and of the services agree."""

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from infra.doctor.finding import Finding, verdict

MOST_APART_S: Final = 60.0
"""S3 refuses signatures 15 minutes off; a minute already spoils ages, leases and schedules."""
MEND: Final = "keep time by NTP on both machines (timedatectl set-ntp true)"


def against_http(name: str, url: str) -> Iterator[Finding]:
    """The clock of the server at `url`, read from the Date of an answer, refusals included."""
    before = time.time()
    answer = httpx.get(url, timeout=10)
    told = answer.headers.get("date")
    if told is None:
        yield Finding("clock", name, "notice", "its answers carry no date")
        return
    yield from compared(
        name, parsedate_to_datetime(told).timestamp(), before=before, after=time.time()
    )


def compared(name: str, theirs: float, *, before: float, after: float) -> Iterator[Finding]:
    """A clock read as `theirs` between our `before` and `after`; seconds since 1970."""
    apart = max(before - theirs - 1.0, theirs - after, 0.0)  # a Date has no part of a second
    yield from verdict(
        "clock", name, good=apart <= MOST_APART_S,
        seen="agrees with ours" if apart < 2 else f"{apart:.0f} s from ours", mend=MEND,
    )  # fmt: skip
