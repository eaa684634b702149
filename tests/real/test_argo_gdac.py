"""Every real Argo file at hand: listed, verified, decoded, assembled."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import netCDF4
import numpy as np
import pytest

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources import argo_gdac
from halocline.sources.address import Addresses
from halocline.sources.argo_gdac import Assembled, RemoteFile, Selection
from halocline.sources.argo_gdac.decode import decode
from halocline.sources.netcdf.container import open_raw

pytestmark = pytest.mark.real
RECEIVED = "2026-11-24T00:00:00Z"
KNOWN_BAD = {"bodc/3901945/profiles/BD3901945_004.nc": Reason.WRONG_CYCLE}
"""Holds cycle 1 under the name of cycle 4."""
Sound = dict[str, list[tuple[RemoteFile, bytes]]]


@pytest.fixture(scope="module")
def archive(shared_data: Path) -> tuple[Sound, dict[str, Reason]]:
    return examined(shared_data / "argo" / "gdac")


def examined(tree: Path) -> tuple[Sound, dict[str, Reason]]:
    """Sound files by float, and the reasons of the others."""
    addresses = Addresses((str(tree),))
    sound, aside = defaultdict(list), {}
    for remote in argo_gdac.list_files(addresses, Selection()).files:
        content = addresses.read(argo_gdac.path_of(remote.file))
        assert content is not None
        try:
            argo_gdac.examine(content, remote, RECEIVED)
        except BadUpstreamData as fault:
            aside[remote.file] = fault.reason
            continue
        sound[remote.platform].append((remote, content))
    return sound, aside


@pytest.fixture(scope="module")
def floats(archive: tuple[Sound, dict[str, Reason]]) -> dict[str, Assembled]:
    sound, _ = archive
    return {
        platform: argo_gdac.assemble(platform, files)
        for platform, files in sound.items()
        if platform
    }


def test_every_float_is_found_and_only_the_known_bad_file_is_set_aside(
    archive: tuple[Sound, dict[str, Reason]], floats: dict[str, Assembled]
) -> None:
    sound, aside = archive
    assert aside == KNOWN_BAD
    assert len(floats) == 37
    kinds = Counter(remote.kind for files in sound.values() for remote, _ in files)
    assert kinds == {"core": 236, "bio": 27, "prof": 26, "meta": 19, "greylist": 1}
    assert not [one for found in floats.values() for one in found.quarantined]


def test_every_profile_of_the_whole_files_is_there(
    archive: tuple[Sound, dict[str, Reason]], floats: dict[str, Assembled]
) -> None:
    sound, _ = archive
    for platform, found in floats.items():
        have = set(zip(found.profiles.cycle.tolist(), found.profiles.direction, strict=True))
        for remote, content in sound[platform]:
            if remote.kind == "prof":
                rows = decode(content, remote.file)
                assert {(row.cycle, row.direction) for row in rows} <= have, remote.file
            elif remote.kind != "meta":
                assert (remote.cycle, remote.direction) in have, remote.file


def test_values_are_those_the_library_reads(
    archive: tuple[Sound, dict[str, Reason]], floats: dict[str, Assembled]
) -> None:
    sound, _ = archive
    compared = 0
    for platform, found in floats.items():
        contents = {remote.file: content for remote, content in sound[platform]}
        for place, file in enumerate(found.profiles.source_file.tolist()):
            for name, expected in rows_of(contents[file], found, place):
                got = found.profiles.variables[name].value[place]
                width = max(got.size, expected.size)
                padded = [np.full(width, np.nan, np.float32) for _ in range(2)]
                padded[0][: got.size], padded[1][: expected.size] = got, expected
                np.testing.assert_array_equal(*padded, err_msg=f"{file} {name}")
                compared += int(np.isfinite(expected).sum())
    assert compared > 700_000


def rows_of(content: bytes, found: Assembled, place: int) -> Iterator[tuple[str, np.ndarray]]:
    """Core parameters of one profile as the netCDF library reads them, NaN for the fill value."""
    profiles = found.profiles
    with netCDF4.Dataset("x", memory=content) as file:
        file.set_auto_maskandscale(False)
        cycles = file["CYCLE_NUMBER"][:] == profiles.cycle[place]
        same = cycles & (file["DIRECTION"][:] == profiles.direction[place].encode())
        if "VERTICAL_SAMPLING_SCHEME" in file.variables and profiles.scheme[place]:
            schemes = netCDF4.chartostring(file["VERTICAL_SAMPLING_SCHEME"][:])
            same &= np.char.strip(schemes) == profiles.scheme[place]
        (row,) = np.flatnonzero(same)
        for name in ("PRES", "TEMP", "PSAL"):
            if name in file.variables and profiles.variables.get(name) is not None:
                values = file[name][row]
                yield name, np.where(values == np.float32(99999.0), np.nan, values)


def test_later_editions_replace_rows(shared_data: Path, floats: dict[str, Assembled]) -> None:
    later, aside = examined(shared_data / "argo" / "gdac_later")
    assert not aside
    assert set(later) == {"13857", "3902131"}
    found = argo_gdac.assemble("13857", later["13857"]).profiles
    assert set(found.mode) == {"D"}
    assert set(floats["13857"].profiles.mode) == {"R"}
    np.testing.assert_array_equal(found.cycle, floats["13857"].profiles.cycle)


def test_files_under_test_elsewhere_are_read_or_refused(shared_data: Path) -> None:
    for place in sorted((shared_data / "argo" / "odd").rglob("*.nc")):
        try:
            rows = decode(place.read_bytes(), place.name)
        except BadUpstreamData:
            continue
        assert rows
        for row in rows:
            for column in row.columns.values():
                assert not np.isinf(column.value).any()
                assert not np.isinf(column.adjusted).any()


def test_reading_a_file_costs_little(archive: tuple[Sound, dict[str, Reason]]) -> None:
    sound, _ = archive
    mono = [
        (content, remote.file)
        for files in sound.values()
        for remote, content in files
        if remote.kind == "core"
    ]
    begun = time.process_time()
    for content, file in mono:
        decode(content, file)
    assert (time.process_time() - begun) / len(mono) < 0.02


def test_a_classic_file_is_read_as_the_library_reads_it(shared_data: Path) -> None:
    compared = 0
    for place in sorted((shared_data / "argo" / "gdac" / "dac").rglob("*.nc"))[::5]:
        content = place.read_bytes()
        try:
            raw = open_raw(content)
        except BadUpstreamData as fault:
            assert (place.name, fault.reason) == ("4902481_Rtraj.nc", Reason.TRUNCATED)  # noqa: PT017
            continue
        with netCDF4.Dataset("x", memory=content) as file:
            file.set_auto_maskandscale(False)
            file.set_auto_chartostring(False)
            for name, variable in file.variables.items():
                assert raw.read(name).tobytes() == variable[...].tobytes(), (place, name)
                compared += 1
    assert compared > 4000


def test_the_grey_list_is_understood(shared_data: Path) -> None:
    content = (shared_data / "argo" / "gdac" / "ar_greylist.txt").read_bytes()
    found, aside = argo_gdac.parse_greylist(content)
    assert len(found) + len(aside) == 2330
    assert not aside
