"""The twin ocean is what it says: the formats, the same bytes twice, its truth beside."""

import gzip
import hashlib
from pathlib import Path

import netCDF4
import numpy as np
import pytest

from halocline.model.errors import BadUpstreamData
from halocline.simulate.archive import write_archive
from halocline.simulate.later import LaterArchive, later_archive
from halocline.simulate.summary import ArchiveSummary, read_summary
from halocline.sources.argo_gdac import examine, parse_name
from halocline.sources.coriolis_cotier import decode

SMALL = {"floats": 6, "profiles_per_float": 8, "stations": 2}
NOW = "2030-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> tuple[Path, ArchiveSummary]:
    folder = tmp_path_factory.mktemp("twin")
    return folder, write_archive(folder, seed=5, **SMALL)


@pytest.fixture(scope="module")
def later(archive, tmp_path_factory) -> tuple[Path, LaterArchive]:
    folder = tmp_path_factory.mktemp("later") / "archive"
    return folder, later_archive(archive[0], folder, seed=5)


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def indexed(folder: Path, name: str = "ar_index_global_prof.txt") -> set[str]:
    lines = (folder / "argo/gdac" / name).read_text().splitlines()
    return {line.split(",")[0] for line in lines if "/profiles/" in line}


def profile_files(folder: Path, pattern: str) -> set[str]:
    root = folder / "argo/gdac/dac"
    return {path.relative_to(root).as_posix() for path in root.glob(f"*/*/profiles/{pattern}")}


def test_the_same_seed_writes_the_same_bytes_and_another_does_not(archive, tmp_path):
    folder, _ = archive
    write_archive(tmp_path / "again", seed=5, **SMALL)
    assert digests(tmp_path / "again") == digests(folder)
    write_archive(tmp_path / "other", seed=6, **SMALL)
    assert digests(tmp_path / "other") != digests(folder)


def test_the_index_names_every_profile_file_plain_and_compressed(archive):
    folder, summary = archive
    assert indexed(folder) == profile_files(folder, "[RD]*.nc")
    assert indexed(folder, "argo_bio-profile_index.txt") == profile_files(folder, "B*.nc")
    assert len(indexed(folder)) == summary.profiles == 48
    packed = folder / "argo/gdac/ar_index_global_prof.txt.gz"
    assert gzip.decompress(packed.read_bytes()) == packed.with_suffix("").read_bytes()


def test_every_argo_file_opens_but_those_said_to_be_bad(archive):
    folder, summary = archive
    bad = {one.file: one.reason for one in summary.bad_files if one.network == "argo"}
    found = {}
    for path in sorted((folder / "argo/gdac/dac").rglob("*.nc")):
        file = path.relative_to(folder / "argo/gdac/dac").as_posix()
        try:
            examine(path.read_bytes(), parse_name(file), NOW)
        except BadUpstreamData as fault:
            found[file] = fault.reason
    assert found == bad
    assert len(bad) == 5


def test_a_mono_file_is_one_of_the_format_s(archive):
    folder, _ = archive
    path = sorted((folder / "argo/gdac/dac").glob("*/*/profiles/[RD]*.nc"))[0]
    with netCDF4.Dataset(path) as opened:
        assert opened.data_model == "NETCDF3_CLASSIC"
        assert opened["FORMAT_VERSION"][:].tobytes().decode().strip() == "3.1"
        assert {"N_PROF", "N_PARAM", "N_LEVELS", "N_HISTORY"} <= set(opened.dimensions)
        assert opened["TEMP"].dimensions == ("N_PROF", "N_LEVELS")
        assert opened["TEMP"].dtype == np.float32
        assert opened["JULD"].units == "days since 1950-01-01 00:00:00 UTC"


def test_every_station_file_reads_but_those_said_to_be_bad(archive):
    folder, summary = archive
    bad = {one.file for one in summary.bad_files if one.network == "coasthf"}
    refused = set()
    for path in sorted((folder / "coasthf/coriolis_cotier_csv").glob("*.csv")):
        try:
            _, aside = decode(path.read_bytes(), path.name, np.datetime64("2030-01-01", "s"))
            assert not aside, path.name
        except BadUpstreamData:
            refused.add(path.name)
    assert refused == bad
    assert bad


def test_truth_lies_outside_the_trees_and_says_where_the_faults_are(archive):
    folder, summary = archive
    assert read_summary(folder) == summary
    wmo = summary.floats[0]
    with np.load(folder / "truth" / "argo" / f"{wmo}.npz") as truth:
        faulty = int((truth["TEMP_FAULT"] > 0).sum())
    told = [one for one in summary.faults if one.platform == wmo and one.variable == "TEMP"]
    assert faulty == sum(one.values for one in told)
    assert {one.fault for one in summary.faults} >= {"spike", "wrong_date"}


def test_a_station_is_shaped_by_the_tide(archive):
    """In the true series the semidiurnal period stands out: what a filling method can learn."""
    folder, summary = archive
    with np.load(folder / "truth" / "coasthf" / f"{summary.stations[0]}.npz") as truth:
        seconds, salinity = truth["time"], truth["PSAL"].astype(float)
    hours = (seconds - seconds[0]) / 3600
    anomaly = salinity - salinity.mean()

    def power(period_h: float) -> float:
        return float(abs(np.mean(anomaly * np.exp(-2j * np.pi * hours / period_h))))

    assert power(12.4206) > 3 * max(power(13.4), power(11.4))


def test_later_differs_where_it_says_and_nowhere_else(archive, later):
    before, after = digests(archive[0]), digests(later[0])
    told = later[1]
    changed = {file for file in before.keys() | after.keys() if before.get(file) != after.get(file)}
    argo = {file.split("/")[4] for file in changed if file.startswith("argo/gdac/dac/")}
    assert argo == set(told.floats)
    stations = {file.rsplit("_", 1)[1][:-4] for file in changed if file.endswith(".csv")}
    assert stations == {name for name, _ in told.station_years}
    assert indexed(later[0]) == profile_files(later[0], "[RD]*.nc")
    gone = {*told.superseded, *told.withdrawn}
    assert gone.isdisjoint(profile_files(later[0], "*.nc"))
    assert set(told.added) | set(told.updated) <= profile_files(later[0], "*.nc")


def test_the_earlier_archive_is_left_as_it_was(archive, later, tmp_path):
    write_archive(tmp_path / "again", seed=5, **SMALL)
    assert digests(tmp_path / "again") == digests(archive[0])


def test_later_needs_floats_to_change(tmp_path):
    write_archive(tmp_path / "a", seed=1, floats=2, profiles_per_float=3, stations=1)
    with pytest.raises(ValueError, match="at least 4 floats"):
        later_archive(tmp_path / "a", tmp_path / "b", seed=1)
