"""Bytes to raw variables, and what broken bytes give."""

import random
from collections.abc import Callable

import netCDF4
import numpy as np
import pytest

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.argo_gdac import examine, parse_name
from halocline.sources.argo_gdac.decode import decode
from halocline.sources.argo_gdac.metadata import read_metadata
from halocline.sources.netcdf.container import open_raw
from tests.unit.sources.argo_gdac.sample import (
    NEAR_SURFACE,
    RECEIVED,
    WMO,
    Parameter,
    Profile,
    cast,
    meta_file,
    profile_file,
)  # fmt: skip

SOUND = profile_file(cast(10.0, 9.0, 8.0), cast(10.0, scheme=NEAR_SURFACE))
BIO = profile_file(
    Profile({"PRES": [1.0, 2.0], "DOXY": Parameter([200.0, 201.0], mode="A")}), bio=True
)
META = meta_file(pressures={1: 2000.0, 2: 1000.0})
CORE = parse_name(f"coriolis/{WMO}/profiles/R{WMO}_001.nc")


@pytest.mark.parametrize(
    "kind", ["NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF3_64BIT_DATA", "NETCDF4"]
)
def test_every_variable_is_what_the_library_reads(kind: str) -> None:
    content = profile_file(cast(10.0, 9.0), cast(1.0, 2.0, 3.0), kind=kind)
    raw = open_raw(content)
    with netCDF4.Dataset("x", memory=content) as file:
        file.set_auto_maskandscale(False)
        file.set_auto_chartostring(False)
        for name, variable in file.variables.items():
            np.testing.assert_array_equal(raw.read(name), variable[...], err_msg=name)
            assert raw.dimensions(name) == variable.dimensions
        assert raw.attribute("TEMP", "units") == "unit of TEMP"
        assert raw.attribute("TEMP", "_FillValue") == 99999.0
        assert raw.attribute("TEMP", "nothing") is None
        assert not raw.has("NOTHING")


@pytest.mark.parametrize("kind", ["NETCDF3_CLASSIC", "NETCDF4"])
def test_a_variable_that_is_not_there(kind: str) -> None:
    raw = open_raw(profile_file(cast(10.0), kind=kind))
    with pytest.raises(BadUpstreamData) as caught:
        raw.read("NOTHING")
    assert caught.value.reason == Reason.MISSING_VARIABLE


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", Reason.EMPTY), (bytes(4096), Reason.EMPTY), (b" \n", Reason.EMPTY),
     (b"<!DOCTYPE html><html>", Reason.NOT_THE_FORMAT), (b"CDF\x07abcd", Reason.NOT_THE_FORMAT),
     (b"CDF", Reason.NOT_THE_FORMAT), (b"CDF\x01", Reason.TRUNCATED),
     (b"\x89HDF\r\n\x1a\n", Reason.UNREADABLE), (b"\x89HDF\r\n\x1a\n\x02\x08", Reason.TRUNCATED)],
)  # fmt: skip
def test_bytes_that_are_no_file(content: bytes, reason: Reason) -> None:
    with pytest.raises(BadUpstreamData) as caught:
        open_raw(content)
    assert caught.value.reason == reason


def test_every_cut_of_a_file_is_noticed() -> None:
    for size in range(4, len(SOUND) - 4, 37):
        with pytest.raises(BadUpstreamData) as caught:
            open_raw(SOUND[:size])
        assert caught.value.reason == Reason.TRUNCATED


def test_a_cut_hdf5_file_is_noticed() -> None:
    content = profile_file(cast(10.0), kind="NETCDF4")
    with pytest.raises(BadUpstreamData) as caught:
        open_raw(content[: len(content) // 2])
    assert caught.value.reason == Reason.TRUNCATED


def _read_everything(content: bytes) -> None:
    decode(content, "x")
    examine(content, CORE, RECEIVED)


@pytest.mark.parametrize(
    ("sound", "read"), [(SOUND, _read_everything), (BIO, _read_everything), (META, read_metadata)]
)
def test_any_flipped_bytes_give_an_error_of_ours_or_a_result(
    sound: bytes, read: Callable[[bytes], object]
) -> None:
    drawn = random.Random(20261124)
    ended = {"read": 0, "refused": 0}
    for _ in range(2000):
        broken = bytearray(sound)
        for _ in range(drawn.randint(1, 4)):
            place = drawn.randrange(4, len(sound))
            broken[place] = drawn.choice([0, 1, 255, drawn.randrange(256), broken[place] ^ 128])
        try:
            read(bytes(broken))
            ended["read"] += 1
        except BadUpstreamData:
            ended["refused"] += 1
    assert min(ended.values()) > 200
