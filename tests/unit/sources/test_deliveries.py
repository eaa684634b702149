"""Merging deliveries: later values replace, blanks and absences do not."""

import numpy as np
import pytest

from halocline.model.errors import ContractBroken
from halocline.model.series import Series, SeriesVariable
from halocline.sources.deliveries import in_delivery_order, is_window, merge, split_years

NAN = float("nan")


def delivery(
    minutes: list[int], *, start: str = "2024-12-31T23:00:00", platform: str = "S",
    received: str = "", file: str = "", **columns: list[float],
) -> Series:  # fmt: skip
    n = len(minutes)
    time = np.datetime64(start) + (np.array(minutes) * 60).astype("timedelta64[s]")
    variables = {
        name: SeriesVariable(np.array(v, float), np.where(np.isnan(v), 9, 1).astype(np.uint8),
                             name, 1)
        for name, v in columns.items()
    }  # fmt: skip
    attributes = {"received": received, "source_file": file}
    return Series(platform, time, np.full(n, 50.0), np.full(n, 1.0), variables, attributes)


def test_a_later_value_replaces_a_later_blank_or_absence_does_not() -> None:
    first = delivery([0, 20, 40], TEMP=[10.0, 11, 12], PSAL=[NAN, 33, 34])
    second = delivery([0, 20, 60], TEMP=[10.0, 11.5, 13], PSAL=[32, NAN, NAN])
    merged, count = merge([first, second])
    assert merged.variables["TEMP"].value.tolist() == [10, 11.5, 12, 13]
    np.testing.assert_array_equal(merged.variables["PSAL"].value, [32, 33, 34, NAN])
    assert merged.variables["PSAL"].flag_source.tolist() == [1, 1, 1, 9]
    last = count.deliveries[-1]
    assert (last.new, last.changed, last.unchanged) == (1, 2, 0)
    assert (last.values_added, last.values_replaced) == (1, 1)


def test_columns_come_and_go() -> None:
    first = delivery([0, 20], TEMP=[10.0, 11], PHOS=[0.5, NAN])
    merged, count = merge([first, delivery([20, 40], TEMP=[11.0, 12], AMON=[NAN, 2])])
    assert list(merged.variables) == ["AMON", "PHOS", "TEMP"]
    np.testing.assert_array_equal(merged.variables["PHOS"].value, [0.5, NAN, NAN])
    assert merged.variables["PHOS"].flag_source.tolist() == [1, 9, 9]
    assert count.deliveries[-1].changed == 0


def test_a_second_reading_changes_nothing() -> None:
    first = delivery([0, 20], TEMP=[10.0, NAN])
    merged, count = merge([first, first])
    assert (count.deliveries[-1].new, count.changed, count.unchanged) == (0, 0, 2)
    again, _ = merge([merged, first])
    np.testing.assert_array_equal(again.variables["TEMP"].value, merged.variables["TEMP"].value)


def test_the_order_of_listing_does_not_matter() -> None:
    files = [
        delivery([0], file="OC_LATEST_TS_MA_1.csv", received="2025-01-01", TEMP=[3.0]),
        delivery([0], file="OC_202412_TS_MA_1.csv", received="2025-01-01", TEMP=[2.0]),
        delivery([0, 20], file="OC_LATEST_TS_MA_1_20241218.csv", received="2024-12-18",
                 TEMP=[1.0, 1.0]),
    ]  # fmt: skip
    expected = ["OC_LATEST_TS_MA_1_20241218.csv", "OC_202412_TS_MA_1.csv", "OC_LATEST_TS_MA_1.csv"]
    for some in (files, files[::-1], [files[1], files[2], files[0]]):
        assert [s.attributes["source_file"] for s in in_delivery_order(some)] == expected
        assert merge(some)[0].variables["TEMP"].value.tolist() == [3.0, 1.0]


def test_of_files_received_at_once_the_one_that_reaches_further_is_later() -> None:
    month = delivery([0, 20, 40], file="OC_202412_TS_MA_1.csv", TEMP=[2.0, 2, 2])
    window = delivery([0, 20], file="OC_LATEST_TS_MA_1.csv", TEMP=[1.0, 1])
    assert merge([month, window])[0].variables["TEMP"].value.tolist() == [2, 2, 2]


def test_platforms_are_not_mixed() -> None:
    with pytest.raises(ContractBroken, match="'A', 'B'"):
        merge([delivery([0], platform="A", TEMP=[1.0]), delivery([0], platform="B", TEMP=[1.0])])


def test_years_are_cut_at_new_year_and_hold_every_row_once() -> None:
    years = split_years(delivery([0, 59, 60, 80], TEMP=[1.0, 2, 3, 4]))
    assert {year: part.variables["TEMP"].value.tolist() for year, part in years.items()} == {
        2024: [1, 2], 2025: [3, 4]}  # fmt: skip


@pytest.mark.parametrize(
    ("file", "window"),
    [("OC_LATEST_TS_MA_1.csv", True), ("latest/20200101/GL_TS_MO_1_20200101.nc", True),
     ("OC_202412_TS_MA_1.csv", False), ("history/MO/GL_TS_MO_1.nc", False)],
)  # fmt: skip
def test_a_window_is_known_by_its_path(file: str, window: bool) -> None:
    assert is_window(file) == window
