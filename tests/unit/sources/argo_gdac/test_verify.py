"""Each fault a received file can have, planted."""

from dataclasses import replace

import pytest

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.argo_gdac import Facts, RemoteFile, examine, parse_name
from tests.unit.sources.argo_gdac.sample import (
    RECEIVED,
    UPDATED,
    WMO,
    cast,
    meta_file,
    profile_file,
)  # fmt: skip

CORE = parse_name(f"coriolis/{WMO}/profiles/R{WMO}_001.nc")
WHOLE = parse_name(f"coriolis/{WMO}/{WMO}_prof.nc")
META = parse_name(f"coriolis/{WMO}/{WMO}_meta.nc")
assert CORE
assert WHOLE
assert META
SOUND = profile_file(cast(10.0, 9.0))
TOMORROW = 25_748.0
LATER = 25_751.0


def reason_of(content: bytes, remote: RemoteFile) -> Reason:
    with pytest.raises(BadUpstreamData) as caught:
        examine(content, remote, RECEIVED)
    assert caught.value.detail
    return caught.value.reason


def test_a_sound_file_says_when_and_how() -> None:
    content = profile_file(cast(10.0, juld=25_700.25, mode="A"), cast(9.0, juld=25_700.5, mode="R"))
    assert examine(content, CORE, RECEIVED) == Facts(
        "2020-05-13T06:00:00Z", "2020-05-13T12:00:00Z", "A", UPDATED
    )


def test_a_file_without_a_date_is_sound() -> None:
    assert examine(profile_file(cast(10.0, juld=999999.0)), CORE, RECEIVED).first == ""


def test_files_of_a_whole_float() -> None:
    many = profile_file(cast(10.0, cycle=1, juld=LATER), cast(10.0, cycle=7, direction="D"))
    found = examine(many, WHOLE, RECEIVED)
    assert (found.first[:10], found.last[:10], found.mode) == ("2020-05-13", "2020-07-03", "")
    assert examine(meta_file(), META, RECEIVED) == Facts("", "", "", UPDATED)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", Reason.EMPTY),
     (b"<html><body>Service unavailable</body></html>", Reason.NOT_THE_FORMAT),
     (b"No such file\n", Reason.NOT_THE_FORMAT),
     (SOUND[:-40], Reason.TRUNCATED), (SOUND[:200], Reason.TRUNCATED),
     (SOUND[:40] + b"\xff" * 40 + SOUND[80:], Reason.UNREADABLE),
     (profile_file(cast(10.0), without=["PRES"]), Reason.MISSING_VARIABLE),
     (profile_file(cast(10.0), without=["DATE_UPDATE"]), Reason.MISSING_VARIABLE),
     (profile_file(cast(10.0, wmo="6902747")), Reason.WRONG_PLATFORM),
     (profile_file(cast(10.0), cast(10.0, wmo="6902747")), Reason.WRONG_PLATFORM),
     (profile_file(cast(10.0, cycle=2)), Reason.WRONG_CYCLE),
     (profile_file(cast(10.0), cast(10.0, cycle=2)), Reason.WRONG_CYCLE),
     (profile_file(cast(10.0, direction="D")), Reason.WRONG_CYCLE),
     (profile_file(cast(10.0), updated="20200703000000"), Reason.FUTURE_DATE),
     (profile_file(cast(10.0, juld=LATER)), Reason.FUTURE_DATE)],
)  # fmt: skip
def test_each_fault_has_its_reason(content: bytes, reason: Reason) -> None:
    assert reason_of(content, CORE) == reason


def test_a_day_ahead_is_no_fault() -> None:
    content = profile_file(cast(10.0, juld=TOMORROW), updated="20200701230000")
    assert examine(content, CORE, RECEIVED).last == "2020-06-30T00:00:00Z"


def test_files_of_a_float_are_checked_too() -> None:
    assert reason_of(meta_file("6902747"), META) == Reason.WRONG_PLATFORM
    assert reason_of(profile_file(cast(10.0, wmo="6902747")), WHOLE) == Reason.WRONG_PLATFORM
    assert reason_of(b"a,b\n", RemoteFile("ar_greylist.txt", "greylist", "")) == Reason.BAD_HEADER
    assert reason_of(SOUND, replace(CORE, kind="synthetic")) == Reason.OUT_OF_SCOPE
