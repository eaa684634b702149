"""The netCDF writer: values, types, layout, refusals."""

import io

import netCDF4
import numpy as np
import pytest

from halocline.model.errors import ContractBroken
from halocline.products.netcdf import CHUNK_BYTES, NcVariable, chunk_shape, text, to_bytes


def opened(content):
    dataset = netCDF4.Dataset("memory.nc", memory=content)
    dataset.set_auto_maskandscale(False)
    dataset.set_auto_chartostring(False)
    return dataset


def write(*variables, **dimensions):
    return to_bytes(dimensions=dimensions, variables=variables, attributes={"title": "a test"})


def test_nan_becomes_the_fill_value_and_other_floats_keep_their_bits():
    value = np.array([0.1, np.nan, -0.0, 1e-40], dtype=np.float32)
    with opened(write(NcVariable("T", ("X",), value, {}, 99999.0), X=4)) as dataset:
        stored = dataset["T"][:]
        assert stored.dtype == np.float32
        assert stored[1] == np.float32(99999.0)
        assert stored[[0, 2, 3]].tobytes() == value[[0, 2, 3]].tobytes()
        assert dataset["T"]._FillValue == np.float32(99999.0)


def test_a_variable_without_fill_has_no_fill_attribute():
    mask = np.array([0, 1 << 63], dtype=np.uint64)
    with opened(write(NcVariable("M", ("X",), mask), X=2)) as dataset:
        assert "_FillValue" not in dataset["M"].ncattrs()
        assert dataset["M"][:].tolist() == [0, 2**63]


def test_text_is_utf8_along_a_dimension_of_its_own_width():
    names = text(["été", ""], 8)
    letters = text(["A", "D"], 1)
    content = write(
        NcVariable("NAME", ("X",), names),
        NcVariable("LETTER", ("X",), letters),
        NcVariable("ONE", (), text("6901929", 8)),
        X=2,
    )
    with opened(content) as dataset:
        assert dataset["NAME"].dimensions == ("X", "STRING8")
        assert dataset["NAME"][0].tobytes().rstrip(b"\0").decode() == "été"
        assert dataset["LETTER"].dimensions == ("X",)
        assert dataset["LETTER"][:].tolist() == [b"A", b"D"]
        assert dataset["ONE"].dimensions == ("STRING8",)
        assert dataset["ONE"][:].tobytes() == b"6901929\0"


def test_a_text_that_does_not_fit_is_refused_not_cut():
    # "éé" is two letters and four bytes.
    with pytest.raises(ContractBroken, match="4 bytes does not fit in 3"):
        text(["éé"], 3)


def test_an_empty_dimension_is_refused_because_the_library_would_make_it_unlimited():
    with pytest.raises(ContractBroken, match="X"):
        write(NcVariable("T", ("X",), np.empty(0)), X=0)


def test_a_shape_that_disagrees_with_its_dimensions_is_refused():
    with pytest.raises(ContractBroken, match=r"T has shape \(3,\)"):
        write(NcVariable("T", ("X",), np.zeros(3)), X=2)


@pytest.mark.parametrize(
    ("shape", "itemsize", "expected"),
    [
        ((), 8, ()),
        ((26_280,), 8, (26_280,)),
        # By hand: 2**20 bytes hold 131,072 doubles.
        ((525_600,), 8, (131_072,)),
        # By hand: a row of 1,000 float32 is 4,000 bytes; 2**20 // 4,000 = 262.
        ((300, 1000), 4, (262, 1000)),
        ((2, 1_000_000), 8, (1, 1_000_000)),
    ],
)
def test_chunks_are_whole_rows_within_the_limit(shape, itemsize, expected):
    assert chunk_shape(shape, itemsize) == expected
    assert CHUNK_BYTES == 2**20


def test_integer_attributes_are_stored_in_32_bits():
    content = to_bytes(
        dimensions={"X": 1}, variables=[NcVariable("T", ("X",), np.zeros(1))], attributes={"n": 7}
    )
    with opened(content) as dataset:
        assert dataset.n.dtype == np.int32


def test_numbers_are_compressed():
    content = write(NcVariable("T", ("X",), np.zeros(100_000)), X=100_000)
    assert len(content) < 50_000
    with opened(content) as dataset:
        filters = dataset["T"].filters()
    assert (filters["zlib"], filters["shuffle"], filters["complevel"]) == (True, True, 4)
    assert io.BytesIO(content).read(4) == b"\x89HDF"
