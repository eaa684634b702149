"""Sections and dates of the pictures."""

import numpy as np
import pytest

from halocline.products import canvas
from halocline.products.sections import ROWS, Cloud, pressure_ticks, root, section


def column(pressure, value, deepest):
    days = np.zeros(len(pressure))
    drawn = section(Cloud(days, np.array(pressure), np.array(value)), deepest=deepest)
    return drawn.image[:, 0], (np.arange(ROWS) + 0.5) * root(deepest) / ROWS


def test_a_section_is_linear_in_root_pressure_between_near_levels():
    image, depth = column([900.0, 1000.0], [0.0, 10.0], 1000.0)
    # By hand: sqrt(900) = 30 and sqrt(1000) = 31.62278, so the slope is 10 / 1.62278.
    inside = depth > 30
    assert image[inside] == pytest.approx((depth[inside] - 30) * 10 / 1.62278, rel=1e-5)
    assert np.isnan(image[depth < 29.8]).all()


def test_a_section_stays_blank_where_levels_are_far_apart():
    image, depth = column([0.0, 1000.0], [0.0, 10.0], 1000.0)
    assert np.isnan(image[np.argmin(np.abs(depth - 16))])
    assert np.isfinite(image[[0, -1]]).all()


def test_a_section_stays_blank_in_time_where_no_profile_is_near():
    days = np.array([0.0, 10.0, 20.0, 90.0])
    drawn = section(Cloud(days, np.full(4, 5.0), np.arange(4.0)), deepest=10.0)
    # By hand: sqrt(5) / sqrt(10) of the rows down is row 155.6 of 220.
    row = drawn.image[155]
    centres = np.linspace(*drawn.days, row.size)
    assert np.isnan(row[np.argmin(np.abs(centres - 55))])
    assert row[np.argmin(np.abs(centres - 90))] == 3.0


def test_pressure_ticks_do_not_crowd():
    places, words = pressure_ticks(2000.0)
    assert words == ["0", "20", "100", "200", "500", "1,000", "1,500", "2,000"]
    assert (np.diff(places) > 0.07 * root(2000.0)).all()


def test_days_count_from_1970():
    assert canvas.days(np.datetime64("1970-01-02T12:00:00")) == 1.5
    assert np.isnan(canvas.days(np.datetime64("NaT", "s")))
    assert canvas.days(np.timedelta64(6, "h")) == 0.25
