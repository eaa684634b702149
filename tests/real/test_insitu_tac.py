"""The real In Situ TAC files: counts of the reference, and the main job on a mirror of them."""

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.networks import Network
from halocline.pipeline.catalogue import published
from halocline.sources.insitu_tac import parse_index, parse_name, read_file
from halocline.sources.insitu_tac.decode import Decoded
from tests.samples.main_job import Ran, run_once
from tests.samples.mutate import mutated
from tests.stores_fixtures import folder_bucket

pytestmark = pytest.mark.real
RECEIVED = np.datetime64("2026-11-01T00:00:00")


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "coasthf" / "copernicus_insitu_nc"


def read(path: Path) -> Decoded:
    return read_file(path.read_bytes(), file=path.name, received=RECEIVED)


def test_every_series_is_read_and_every_profile_file_is_refused(folder: Path) -> None:
    paths = sorted([*folder.glob("*.nc"), *folder.glob("tg_2020/*.nc")])
    assert len(paths) == 20
    for path in paths:
        name = parse_name(path.name)
        assert name is not None
        if name.data == "PR":
            with pytest.raises(BadUpstreamData, match="profiles") as caught:
                read(path)
            assert caught.value.reason == Reason.OUT_OF_SCOPE
        else:
            decoded = read(path)
            assert decoded.series.platform == name.platform
            assert decoded.quarantined == ()
            assert decoded.count.flag_disagreements == 0


@pytest.mark.parametrize(
    ("file", "name", "steps", "shares"),
    [  # the reference's counts: steps, and percent of them by flag
        ("MO_TS_MO_ANDRATX.nc", "TEMP", 58_839, {1: 75.0, 0: 22.3, 4: 0.1, 9: 2.6}),
        ("MO_TS_MO_ANDRATX.nc", "SLEV", 58_839, {0: 94.1, 9: 5.9}),
        ("NO_TS_MO_62081.nc", "TEMP_LEVEL2", 29_337, {1: 88.0, 3: 1.6, 9: 10.4}),
        ("IR_201511_TS_MO_61198.nc", "ATMS", 674, {1: 54.7, 9: 45.3}),
        ("GL_TS_TS_FNAV_2002.nc", "PSAL", 32_764, {1: 76.5, 2: 23.3, 9: 0.2}),
        ("tg_2020/IR_TS_TG_TenerifeTG.nc", "SLEV", 239_496, {1: 100.0}),
    ],
)
def test_steps_and_flags_are_those_counted(
    folder: Path, file: str, name: str, steps: int, shares: dict[int, float]
) -> None:
    series = read(folder / file).series
    assert series.time.size == steps
    codes, counts = np.unique(series.variables[name].flag_source, return_counts=True)
    found = {int(code): round(100 * count / steps, 1)
             for code, count in zip(codes, counts, strict=True)}  # fmt: skip
    assert found == shares


def test_each_variable_uses_its_own_level(folder: Path) -> None:
    buoy = read(folder / "NO_TS_MO_62081.nc").series
    assert sorted(buoy.variables) == [
        "AIRT", "ATMP", "DEPH", "DEPH_LEVEL2", "TEMP_LEVEL2", "WDIR", "WSPD"]  # fmt: skip
    assert np.unique(buoy.variables["DEPH_LEVEL2"].value).tolist() == [1.0]
    drifter = read(folder / "GL_TS_DC_2300691.nc").series
    assert {"TEMP_LEVEL2", "NSCT_LEVEL3", "WSPE_MODEL"} <= set(drifter.variables)


def test_packed_levels_are_decimals_of_a_millimetre(folder: Path) -> None:
    value = read(folder / "tg_2020" / "IR_TS_TG_LaPalmaTG.nc").series.variables["SLEV"].value
    np.testing.assert_array_equal(value, np.round(value, 3))


def test_the_index_of_2015_is_read_whole(folder: Path) -> None:
    index = parse_index((folder / "index_latest.txt").read_bytes(), "index_latest.txt")
    assert (len(index.rows), index.quarantined, index.complete) == (2668, (), True)
    assert index.written == "20151217130514"
    assert all(row.box is not None and row.file.startswith("latest/2015") for row in index.rows)
    assert sum(row.name.data == "PR" for row in index.rows) == 430 + 56 + 50 + 7 + 3 + 2


def test_a_mirror_goes_through_the_main_job(folder: Path, tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    for name, place in {
        "IR_201511_TS_MO_61198.nc": "monthly/MO/201511",
        "tg_2020/IR_TS_TG_Tenerife4TG.nc": "history/TG",
        "GL_PR_PF_3900150.nc": "history/PF",
    }.items():
        (mirror / place).mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / name, mirror / place)
    network = Network.model_validate(
        {"name": "tac", "coasthf": {"insitu_tac": {"addresses": [str(mirror)]},
                                    "everything": True, "variables": ["TEMP", "SLEV"]}}
    )  # fmt: skip
    store = folder_bucket(tmp_path)
    assert run_once(network, store, received="2026-11-21T00:00:00Z") == Ran(
        {"61198", "Tenerife4TG"}, []
    )
    assert sorted((one.platform, one.year) for one in published(store)) == [
        ("61198", 2015), ("Tenerife4TG", 2019), ("Tenerife4TG", 2020)]  # fmt: skip
    assert run_once(network, store, received="2026-11-22T00:00:00Z") == Ran(set(), [])


def test_a_broken_copy_is_read_or_refused_with_a_reason(folder: Path) -> None:
    rng = np.random.default_rng(20261125)
    fates: Counter[str] = Counter()
    for path in sorted([*folder.glob("*_TS_*.nc"), *folder.glob("tg_2020/*_TS_*.nc")]):
        content = path.read_bytes()
        for _ in range(2 if len(content) < 400_000 else 0):
            try:
                read_file(mutated(content, rng), file=path.name, received=RECEIVED)
            except BadUpstreamData as fault:
                fates[str(fault.reason)] += 1
            else:
                fates["read"] += 1
    assert fates.total() == 26
    assert len(fates) >= 2
