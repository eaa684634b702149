"""Reading one file: each generation's fills, packing, levels and flags."""

import numpy as np
import pytest

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.deliveries import merge
from halocline.sources.insitu_tac import decode, read_file
from tests.samples.insitu_tac import GENERATIONS, START, tac_file

NAN = float("nan")
FILE = "monthly/MO/202003/IR_TS_MO_6200069_202003.nc"
RECEIVED = np.datetime64("2020-05-01T00:00:00")
TEMP = [[NAN, 12.5], [NAN, NAN], [NAN, 12.625]]


def refused(content: bytes, file: str = FILE) -> Reason:
    with pytest.raises(BadUpstreamData) as caught:
        decode(content, file, RECEIVED)
    return caught.value.reason


@pytest.mark.parametrize("generation", GENERATIONS)
def test_every_generation_gives_the_same_series(generation: str) -> None:
    content = tac_file({"TEMP": TEMP, "PSAL": [[35.25, NAN]] * 3}, generation=generation)
    series, aside = decode(content, FILE, RECEIVED)
    assert aside == []
    assert series.platform == "6200069"
    assert (series.time - START).astype(int).tolist() == [0, 3600, 7200]
    assert list(series.variables) == ["TEMP_LEVEL2", "PSAL"]
    temp = series.variables["TEMP_LEVEL2"]
    np.testing.assert_array_equal(temp.value, [12.5, NAN, 12.625])
    assert temp.flag_source.tolist() == [1, 9, 1]
    assert (temp.parameter, temp.level) == ("TEMP", 2)
    assert series.latitude.tolist() == [48.5] * 3


def test_a_packed_value_is_the_float_nearest_to_its_decimals() -> None:
    values = [0.003, 12.345, 1.005, 33.333, -1.801]
    series, _ = decode(tac_file({"SLEV": [[one] for one in values]}), FILE, RECEIVED)
    assert series.variables["SLEV"].value.tolist() == values
    assert [round(one * 1000) * np.float32(0.001) for one in values] != values


def test_a_single_precision_value_is_widened_bit_for_bit() -> None:
    content = tac_file({"TEMP": [[12.3], [9.9]]}, generation="1.1")
    value = decode(content, FILE, RECEIVED)[0].variables["TEMP"].value
    assert value.astype(np.float32).tobytes() == np.array([12.3, 9.9], np.float32).tobytes()


def test_flags_are_the_provider_s_and_contradictions_are_counted() -> None:
    flags = {"TEMP": [[0], [1], [4], [9], [-127], [77]]}
    content = tac_file({"TEMP": [[1.0], [2], [3], [4], [5], [NAN]]}, flags=flags)
    decoded = read_file(content, file=FILE, received=RECEIVED)
    assert decoded.series.variables["TEMP"].flag_source.tolist() == [0, 1, 4, 9, 0, 9]
    assert decoded.count.flag_disagreements == 1


def test_a_variable_of_nothing_but_flag_0_is_kept() -> None:
    content = tac_file({"SLEV": [[1.0], [2.0]]}, flags={"SLEV": [[0], [0]]})
    assert decode(content, FILE, RECEIVED)[0].variables["SLEV"].value.tolist() == [1, 2]


def test_stamps_that_repeat_or_go_back_are_joined_and_counted() -> None:
    content = tac_file({"TEMP": [[3.0], [1.0], [NAN], [2.0]]}, hours=[2, 0, 2, 1])
    decoded = read_file(content, file=FILE, received=RECEIVED)
    assert decoded.series.variables["TEMP"].value.tolist() == [1, 2, 3]
    assert decoded.count.duplicates == 1


def test_bad_and_future_stamps_are_set_aside() -> None:
    content = tac_file({"TEMP": [[1.0], [2], [3]]}, time_qc=[1, 4, 1], hours=[0, 1, 24 * 365])
    series, aside = decode(content, FILE, RECEIVED)
    assert series.variables["TEMP"].value.tolist() == [1]
    assert [one.reason for one in aside] == [Reason.BAD_ROW, Reason.FUTURE_DATE]


@pytest.mark.parametrize(
    ("change", "file", "reason"),
    [
        ({}, "GL_PR_PF_6200069.nc", Reason.OUT_OF_SCOPE),
        ({}, "GL_WS_MO_6200069.nc", Reason.OUT_OF_SCOPE),
        ({"data_type": "OceanSITES vertical profile"}, FILE, Reason.OUT_OF_SCOPE),
        ({"platform": "6200070"}, FILE, Reason.WRONG_PLATFORM),
        ({"time_qc": [4]}, FILE, Reason.BAD_ROW),
        ({"start": np.datetime64("2120-01-01T00:00:00")}, FILE, Reason.FUTURE_DATE),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_reason(change, file, reason) -> None:
    assert refused(tac_file({"TEMP": [[1.0]]}, **change), file) == reason


def test_a_file_of_nothing_but_fill_is_no_data() -> None:
    assert refused(tac_file({"TEMP": [[NAN]]})) == Reason.NO_DATA


@pytest.mark.parametrize("generation", ["1.1", "2020"])
def test_bytes_cut_short_are_refused(generation: str) -> None:
    content = tac_file({"TEMP": [[float(k)] for k in range(500)]}, generation=generation)
    assert refused(content[: len(content) // 2]) in (Reason.TRUNCATED, Reason.UNREADABLE)
    assert refused(b"") == Reason.EMPTY
    assert refused(b"<html></html>") == Reason.NOT_THE_FORMAT


def test_of_deliveries_received_at_once_the_one_written_last_has_the_last_word() -> None:
    late = tac_file({"TEMP": [[5.0], [6.0]]}, updated="2020-04-09T00:00:00Z")
    early = tac_file({"TEMP": [[1.0], [2.0], [3.0]]}, updated="2020-04-02T00:00:00Z")
    read = [decode(one, FILE, RECEIVED)[0] for one in (late, early)]
    merged, count = merge(read)
    assert merged.variables["TEMP"].value.tolist() == [5, 6, 3]
    assert count.deliveries[-1].values_replaced == 2
