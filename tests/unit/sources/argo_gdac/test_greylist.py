"""The grey list."""

import math

import pytest

from halocline.model.errors import BadUpstreamData
from halocline.model.greylist import GreylistEntry
from halocline.model.quarantine import Reason
from halocline.sources.argo_gdac import parse_greylist, read_greylist

HEAD = b"PLATFORM_CODE,PARAMETER_NAME,START_DATE,END_DATE,QUALITY_CODE,COMMENT,DAC\n"


def test_an_open_entry_and_a_closed_one() -> None:
    rows = b"1900432,PRES,20071129,,3,sensor problem,AO\n1900727,PSAL,19500102,19500103,4,,AO\n"
    assert read_greylist(HEAD + rows) == [
        GreylistEntry("1900432", "PRES", 21151.0, math.inf, 3, "sensor problem"),
        GreylistEntry("1900727", "PSAL", 1.0, 3.0, 4, ""),
    ]


def test_bad_rows_are_set_aside() -> None:
    rows = b"1900432,PRES,2007,,3,x,AO\nx,PRES,20071129,,3,x,AO\n1,PRES\n1,P,20071129,,77,x,AO\n"
    found, aside = parse_greylist(HEAD + rows + b"1900432,PRES,20071129,,3,x,AO\n")
    assert len(found) == 1
    assert [one.reason for one in aside] == [Reason.BAD_ROW] * 4


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", Reason.EMPTY), (b"<html>\n", Reason.BAD_HEADER)]
)
def test_what_is_no_grey_list(content: bytes, reason: Reason) -> None:
    with pytest.raises(BadUpstreamData) as caught:
        read_greylist(content)
    assert caught.value.reason == reason
