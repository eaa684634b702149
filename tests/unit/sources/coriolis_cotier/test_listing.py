"""Names and listings."""

from dataclasses import dataclass

import pytest

from halocline.sources.coriolis_cotier.listing import GLOB, RemoteFile, list_files
from halocline.sources.coriolis_cotier.names import FileName, parse_name


@dataclass(frozen=True)
class Entry:
    path: str
    modified: str = ""
    size: int | None = None


class Page:
    def __init__(self, *entries: Entry) -> None:
        self.entries = entries

    def list(self, folder: str, pattern: str) -> tuple[Entry, ...]:
        assert (folder, pattern) == ("csv", GLOB)
        return self.entries


@pytest.mark.parametrize(
    ("file", "name"),
    [("OC_202409_TS_MA_6200443.csv", FileName("6200443", "202409", "")),
     ("a/b/OC_LATEST_TS_MO_EXIN0002.csv", FileName("EXIN0002", "LATEST", "")),
     ("OC_LATEST_TS_MA_6200450_20241218.csv", FileName("6200450", "LATEST", "20241218")),
     ("OC_2024_TS_MA_6200443.csv", None), ("OC_202409_PR_MA_6200443.csv", None),
     ("OC_202409_TS_MA_6200443.csv.part", None), ("OC_202409_TS_MA_..csv", None)],
)  # fmt: skip
def test_a_name_tells_platform_and_period(file: str, name: FileName | None) -> None:
    assert parse_name(file) == name


def test_a_listing_holds_the_files_of_the_source_once_in_order() -> None:
    page = Page(
        Entry("csv/OC_LATEST_TS_MA_6200443.csv", "2025-02-16T03:00:00Z", 10),
        Entry("csv/OC_202409_TS_MA_6200443.csv"), Entry("csv/readme.csv"),
        Entry("csv/OC_202409_TS_MA_6200443.csv"),
    )  # fmt: skip
    assert list_files(page, folder="csv") == [
        RemoteFile("csv/OC_202409_TS_MA_6200443.csv", "6200443", "202409", "", None),
        RemoteFile(
            "csv/OC_LATEST_TS_MA_6200443.csv", "6200443", "LATEST", "2025-02-16T03:00:00Z", 10
        ),
    ]
    assert {remote.kind for remote in list_files(page, folder="csv")} == {"csv"}
