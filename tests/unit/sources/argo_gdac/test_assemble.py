"""Which edition of a profile counts, and B beside core."""

import numpy as np
import pytest

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.argo_gdac import RemoteFile, assemble, parse_name
from tests.unit.sources.argo_gdac.sample import (
    NEAR_SURFACE,
    WMO,
    Parameter,
    Profile,
    cast,
    meta_file,
    profile_file,
)  # fmt: skip

OLDER, NEWER = "20200101000000", "20210101000000"


def mono(letters: str, number: str = "001") -> RemoteFile:
    found = parse_name(f"coriolis/{WMO}/profiles/{letters}{WMO}_{number}.nc")
    assert found
    return found


def whole(kind: str = "prof") -> RemoteFile:
    found = parse_name(f"coriolis/{WMO}/{WMO}_{kind}.nc")
    assert found
    return found


def bio(*, pressures: tuple[float, ...] = (10.0, 20.0), **facts: object) -> Profile:
    oxygen = Parameter([200.0 + n for n in range(len(pressures))], mode="A")
    return Profile({"PRES": pressures, "DOXY": oxygen}, **facts)


def temperatures(found: object) -> list[float]:
    return found.profiles.variables["TEMP"].value[:, 0].tolist()


def test_rows_are_ordered_and_padded_to_one_rectangle() -> None:
    found = assemble(WMO, [
        (mono("R", "002"), profile_file(cast(3.0, cycle=2))),
        (mono("R"), profile_file(cast(2.0, 2.1), cast(2.5, scheme=NEAR_SURFACE))),
        (mono("R", "001D"), profile_file(cast(1.0, 1.1, 1.2, direction="D"))),
    ])  # fmt: skip
    profiles = found.profiles
    assert profiles.cycle.tolist() == [1, 1, 1, 2]
    assert profiles.direction.tolist() == ["D", "A", "A", "A"]
    assert profiles.scheme[2] == NEAR_SURFACE
    assert temperatures(found) == [1.0, 2.0, 2.5, 3.0]
    assert (profiles.n_prof, profiles.n_levels) == (4, 3)
    temperature = profiles.variables["TEMP"]
    assert np.isnan(temperature.value[1:, 2]).all()
    assert (temperature.flag_source[1:, 2] == 9).all()
    assert (temperature.flag_source.dtype, profiles.cycle.dtype) == (np.uint8, np.int32)
    assert profiles.source_file[3].endswith("R6902746_002.nc")
    assert list(profiles.variables) == ["PRES", "TEMP", "PSAL"]
    assert not found.quarantined


def test_delayed_mode_supersedes_real_time_and_stands_in_when_it_is_broken() -> None:
    real_time = (mono("R"), profile_file(cast(1.0), updated=NEWER))
    delayed = profile_file(cast(2.0, mode="D"), updated=OLDER)
    found = assemble(WMO, [real_time, (mono("D"), delayed)])
    assert temperatures(found) == [2.0]
    assert found.profiles.mode.tolist() == ["D"]
    broken = assemble(WMO, [real_time, (mono("D"), delayed[:-50])])
    assert temperatures(broken) == [1.0]
    assert [one.reason for one in broken.quarantined] == [Reason.TRUNCATED]


@pytest.mark.parametrize(
    ("updated", "mode", "wanted"),
    [(NEWER, "R", 5.0), ("20200601120000", "R", 5.0), (OLDER, "R", 1.0), (OLDER, "D", 5.0)],
)
def test_a_mono_file_overrides_its_row_of_the_whole(updated: str, mode: str, wanted: float) -> None:
    many = profile_file(cast(1.0, scheme=""), cast(2.0, cycle=2), cast(3.0, direction="D"))
    one = profile_file(cast(5.0, mode=mode), cast(6.0, scheme=NEAR_SURFACE), updated=updated)
    found = assemble(WMO, [(whole(), many), (mono(mode), one)])
    assert temperatures(found) == [3.0, wanted, 6.0, 2.0]


def test_a_delayed_row_of_the_whole_is_not_undone_by_a_real_time_file() -> None:
    many = profile_file(cast(1.0, mode="D"), updated=OLDER)
    found = assemble(WMO, [(whole(), many), (mono("R"), profile_file(cast(5.0), updated=NEWER))])
    assert temperatures(found) == [1.0]


def test_b_parameters_stand_beside_the_core_row_of_their_scheme() -> None:
    core = profile_file(cast(10.0, 9.0), cast(11.0, 10.5, scheme=NEAR_SURFACE))
    beside = profile_file(
        Profile({"PRES": [10.0, 20.0]}), bio(scheme=NEAR_SURFACE), bio=True, updated=NEWER
    )
    found = assemble(WMO, [(mono("BR"), beside), (mono("R"), core)])
    profiles = found.profiles
    assert profiles.n_prof == 2
    oxygen = profiles.variables["DOXY"]
    assert oxygen.mode.tolist() == ["", "A"]
    assert np.isnan(oxygen.value[0]).all()
    np.testing.assert_array_equal(oxygen.value[1], np.float32([200.0, 201.0]))
    assert profiles.variables["PRES"].mode.tolist() == ["R", "R"]
    assert profiles.date_update[1] == np.datetime64("2020-06-01T12:00:00")
    assert profiles.source_file[1] == mono("R").file


def test_a_float_of_b_files_alone_has_rows_of_its_own() -> None:
    found = assemble(WMO, [(mono("BD"), profile_file(bio(mode="D"), bio=True))])
    assert list(found.profiles.variables) == ["PRES", "DOXY"]
    assert found.profiles.variables["PRES"].flag_source.tolist() == [[0, 0]]
    assert found.profiles.mode.tolist() == ["D"]


def test_b_parameters_at_other_pressures_are_set_aside() -> None:
    beside = profile_file(bio(pressures=(10.0, 25.0)), bio=True)
    found = assemble(WMO, [(mono("R"), profile_file(cast(10.0, 9.0))), (mono("BR"), beside)])
    assert [(one.item, one.reason) for one in found.quarantined] == [
        (mono("BR").file, Reason.BAD_ROW)
    ]
    assert "DOXY" not in found.profiles.variables


def test_one_bad_file_stops_nothing() -> None:
    found = assemble(WMO, [
        (mono("R"), profile_file(cast(1.0))),
        (mono("R", "002"), profile_file(cast(1.0, cycle=3))),
        (mono("R", "003"), profile_file(cast(1.0, cycle=3, wmo="6902747"))),
        (mono("R", "004"), b"<html>"),
        (whole("meta"), meta_file("6902747")),
        (whole(), b""),
    ])  # fmt: skip
    assert temperatures(found) == [1.0]
    assert {one.item.rpartition("_")[2]: one.reason for one in found.quarantined} == {
        "002.nc": Reason.WRONG_CYCLE, "003.nc": Reason.WRONG_PLATFORM,
        "004.nc": Reason.NOT_THE_FORMAT, "meta.nc": Reason.WRONG_PLATFORM,
        "prof.nc": Reason.EMPTY,
    }  # fmt: skip
    assert {one.platform for one in found.quarantined} == {WMO}


@pytest.mark.parametrize(
    "content", [b"", profile_file(Profile({"PRES": [99999.0], "TEMP": [99999.0]}))]
)
def test_without_a_level_there_is_no_float(content: bytes) -> None:
    with pytest.raises(BadUpstreamData) as caught:
        assemble(WMO, [(mono("R"), content)])
    assert caught.value.reason == Reason.NO_DATA


def test_metadata_says_who_and_how_deep() -> None:
    found = assemble(WMO, [
        (mono("R"), profile_file(cast(1.0))),
        (mono("R", "002"), profile_file(cast(1.0, cycle=2, mission=2))),
        (mono("R", "003"), profile_file(cast(1.0, cycle=3, mission=9))),
        (whole("meta"), meta_file(pressures={1: 2000.0, 2: 1000.0})),
    ])  # fmt: skip
    pressure = found.profiles.park_and_profile_pressure
    np.testing.assert_array_equal(pressure, [2000.0, 1000.0, np.nan])
    assert found.profiles.attributes["PLATFORM_TYPE"] == "ARVOR_D"
    assert found.profiles.attributes["DATA_CENTRE"] == "IF"
    assert found.profiles.attributes["FLOAT_OWNER"] == "Euro-Argo"


def test_order_of_the_files_makes_no_difference() -> None:
    files = [
        (whole(), profile_file(cast(1.0), cast(2.0, cycle=2))),
        (mono("R"), profile_file(cast(4.0), updated=NEWER)),
        (mono("D", "002"), profile_file(cast(5.0, cycle=2, mode="D"))),
        (mono("BR"), profile_file(bio(pressures=(10.0,)), bio=True)),
    ]
    one, other = assemble(WMO, files).profiles, assemble(WMO, files[::-1]).profiles
    for name, variable in one.variables.items():
        np.testing.assert_array_equal(variable.value, other.variables[name].value)
    assert one.source_file.tolist() == other.source_file.tolist()
