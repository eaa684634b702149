"""Freshness, the map's window and marks, the frame of a page."""

import re

import pytest

from halocline.site.card import Card, dump_cards, load_cards, state_of
from halocline.site.front import Front, Indicator, front_page
from halocline.site.html import iso, page, seconds_of
from halocline.site.map import _clipped, _coast, shape, svg_map, view_of

DAY = 86_400


def card(**changes) -> Card:
    known = {
        "network": "argo", "platform": "1", "title": "A", "latitude": 48.0, "longitude": -5.0,
        "last": "2026-11-20T00:00:00Z", "cadence_s": 10 * DAY, "parts": (), "edition": "e",
    }  # fmt: skip
    return Card(**(known | changes))


@pytest.mark.parametrize(
    ("age_d", "state"), [(0, "fresh"), (21, "fresh"), (22, "late"), (84, "late"), (85, "silent")]
)
def test_a_float_of_ten_days_may_be_three_weeks_old(age_d: int, state: str) -> None:
    # by hand: 2 × 10 d + 1 d = 21 d, and four times that is 84 d
    assert card().limit_s == 21 * DAY
    assert state_of(age_s=age_d * DAY, limit_s=card().limit_s) == state


def test_without_a_date_or_a_pace_nothing_is_claimed() -> None:
    assert state_of(age_s=None, limit_s=DAY) == "unknown"
    assert state_of(age_s=1.0, limit_s=card(cadence_s=0).limit_s) == "unknown"


def test_cards_come_back_as_they_went() -> None:
    cards = [card(platform="2"), card(latitude=None, longitude=None, last="")]
    assert list(load_cards(dump_cards(cards)).values()) == sorted(cards, key=lambda one: one.name)


def test_one_place_is_shown_with_the_coast_around_it() -> None:
    view = view_of([(-4.5, 48.3)])
    assert view.west < -5.5
    assert view.east > -3.5
    assert "M" in svg_map([card(longitude=-4.5, latitude=48.3)], language="en", now=0)
    width, height = view.size
    assert 1.0 <= width / height <= 2.6


def test_the_whole_globe_fits() -> None:
    view = view_of([(-179.0, -70.0), (179.0, 70.0)])
    assert view.west >= -180
    assert view.east <= 180
    for longitude, latitude in ((-179.0, -70.0), (179.0, 70.0)):
        x, y = view.place(longitude, latitude)
        assert 0 <= x <= view.size[0]
        assert 0 <= y <= view.size[1]


def test_a_ring_is_cut_at_the_window() -> None:
    view = view_of([(0.0, 0.0)])
    square = [(-90.0, -45.0), (90.0, -45.0), (90.0, 45.0), (-90.0, 45.0)]
    cut = _clipped(square, view)
    longitudes, latitudes = ([one[axis] for one in cut] for axis in (0, 1))
    assert (min(longitudes), max(longitudes)) == pytest.approx((view.west, view.east))
    assert (min(latitudes), max(latitudes)) == pytest.approx((view.south, view.north))
    assert _clipped([(100.0, 50.0), (101.0, 50.0), (101.0, 51.0)], view) == []


def test_the_coast_covers_the_french_stations() -> None:
    ring = max(_coast(), key=len)
    assert len(_coast()) > 100
    near = [(x, y) for x, y in ring if abs(x + 4.6) < 0.5 and abs(y - 48.3) < 0.5]
    assert near, "the coast of Brittany is there"


def test_every_state_has_a_shape_of_its_own() -> None:
    drawn = {state: re.sub(r's-\w+|[\d.,]+', "", shape(state, x=9, y=9, size=5))
             for state in ("fresh", "late", "silent")}  # fmt: skip
    assert shape("late", x=9, y=9, size=5).count(",") == 3
    assert shape("silent", x=9, y=9, size=5).count(",") == 4
    assert drawn["fresh"] != drawn["late"]


def test_a_platform_without_a_position_is_in_the_table_only() -> None:
    front = Front(cards=[card(latitude=None, longitude=None)], runs=[], indicators=[], made=0)
    text = front_page(front, language="en").decode()
    assert '<svg class="map"' not in text
    assert 'href="argo/1.html"' in text


def test_an_indicator_that_is_red_says_so_in_shape_and_word() -> None:
    one = Indicator("delay <p95>", "h", [("2026-11-19", 3.0), ("2026-11-20", 30.0)], is_red=True)
    front = Front(cards=[], runs=[], indicators=[one], made=0)
    text = front_page(front, language="fr").decode()
    assert "✗ 30 h" in text
    assert "delay &lt;p95&gt;" in text


def test_moments_come_back() -> None:
    assert iso(seconds_of("2026-11-20T04:05:06Z")) == "2026-11-20T04:05:06Z"


def test_only_a_page_that_grows_stale_says_so() -> None:
    frame = {"language": "en", "title": "t", "body": "", "here": "index.html", "made": 0}
    assert b"data-stale-after" not in page(**frame)
    assert b"data-stale-after" in page(**frame, grows_stale=True)
