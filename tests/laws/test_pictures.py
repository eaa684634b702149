"""Laws of pictures: same bytes, right size, no clock, and no data that could break them."""

import dataclasses
import struct
import zlib

import matplotlib as mpl
import numpy as np

from halocline.products import preview_argo, preview_series
from tests.samples.products import small_float, small_station


def float_arguments(**changes):
    arguments = small_float().arguments()
    for name in ("tests", "fill_method"):
        arguments.pop(name)
    return {**arguments, **changes}


def station_arguments(**changes):
    arguments = small_station().arguments()
    arguments.pop("tests")
    return {**arguments, **changes}


def chunks(png):
    """(kind, content) of a PNG, by the layout of its specification."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at = 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        yield kind, png[at + 8 : at + 8 + length]
        at += length + 12


def size_of(png):
    return struct.unpack(">II", dict(chunks(png))[b"IHDR"][:8])


def test_pictures_are_1400_wide_and_carry_no_date_or_software():
    for png in (
        preview_argo.draw(**float_arguments()),
        preview_series.draw(**station_arguments()),
    ):
        assert size_of(png)[0] == 1400
        assert {kind for kind, _ in chunks(png)} <= {b"IHDR", b"pHYs", b"IDAT", b"IEND"}
        zlib.decompress(b"".join(content for kind, content in chunks(png) if kind == b"IDAT"))


def test_the_users_own_style_changes_nothing():
    arguments = station_arguments()
    plain = preview_series.draw(**arguments)
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "lines.linewidth": 9}):
        assert preview_series.draw(**arguments) == plain


def test_a_picture_shows_what_changed():
    sample = station_arguments()
    checked = dict(sample["checked"])
    flag = checked["TEMP"].flag.copy()
    flag[50:60] = 3
    checked["TEMP"] = dataclasses.replace(checked["TEMP"], flag=flag)
    assert preview_series.draw(**{**sample, "checked": checked}) != preview_series.draw(**sample)


def test_a_float_without_salinity_position_or_date_is_still_drawn():
    sample = float_arguments()
    profiles = sample["profiles"]
    nothing = np.full(profiles.n_prof, np.nan)
    bare = dataclasses.replace(
        profiles,
        latitude=nothing,
        juld=nothing,
        variables={name: profiles.variables[name] for name in ("PRES", "TEMP")},
    )
    assert size_of(preview_argo.draw(**{**sample, "profiles": bare}))[0] == 1400


def test_a_float_whose_salinity_is_all_bad_is_still_drawn():
    sample = float_arguments()
    flags = sample["flags"]
    bad = dataclasses.replace(
        flags.variables["PSAL"], flag=np.full_like(flags.variables["PSAL"].flag, 4)
    )
    condemned = dataclasses.replace(flags, variables={**flags.variables, "PSAL": bad})
    filled = {"TEMP": sample["filled"]["TEMP"]}
    png = preview_argo.draw(**{**sample, "flags": condemned, "filled": filled})
    assert size_of(png)[0] == 1400


def test_a_float_of_one_profile_is_still_drawn():
    arguments = small_float(n_prof=2).arguments()
    for name in ("tests", "fill_method"):
        arguments.pop(name)
    assert size_of(preview_argo.draw(**arguments))[0] == 1400


def test_a_station_without_a_filled_variable_is_still_drawn():
    assert size_of(preview_series.draw(**station_arguments(gridded={}, fills={})))[0] == 1400


def test_a_station_that_sent_nothing_good_is_still_drawn():
    sample = station_arguments(gridded={}, fills={})
    bad = {
        name: dataclasses.replace(one, flag=np.where(one.flag == 9, 9, 4).astype(np.uint8))
        for name, one in sample["checked"].items()
    }
    assert size_of(preview_series.draw(**{**sample, "checked": bad}))[0] == 1400
