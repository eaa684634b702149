"""The floats to follow: what selects them, and what is refused."""

import pytest

from tests.samples.networks import GOOD, load, refuse


def test_a_float_is_named_by_a_number_or_by_text(tmp_path):
    assert load(tmp_path, GOOD).argo.wmo == ("6901929", "13857")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("wmo: [", "wmoo: [", 4, r"argo\.wmoo: unknown key; did you mean wmo\?"),
        ("6901929", "690", 4, r"argo\.wmo\[0\]: a WMO number has 5 or 7 digits"),
        ("/two", "two", 3, r"argo\.addresses\[1\]: wanted http"),
        ("south: 41", "south: 60", 5, r"argo\.box: south 60.0 is north of north 52.0"),
        ("west: -10", "west: 190", 5, r"argo\.box\.west: .*180"),
        ("  wmo:", "  everything: true\n  wmo:", 2, "argo: give wmo, box"),
        ("  wmo:", "  dac: [ifremer]\n  wmo:", 4, r"argo\.dac\[0\]: .*'aoml'"),
        (
            "  wmo:", "  filling: {usable_flags: [1, 4]}\n  wmo:", 4,
            r"4 \(bad\), 7 \(nominal\), .* never feed an estimate; found 4 \(bad\)$",
        ),
        (
            "  wmo:", "  filling: {usable_flags: [1, 7]}\n  wmo:", 4,
            r"never feed an estimate; found 7 \(nominal\)$",
        ),
        (
            "  wmo:", "  filling: {usable_flags: [1, 6]}\n  wmo:", 4,
            r"no flag is 6; those .* are 0 \(not evaluated\), 1 \(good\)",
        ),
    ],
)  # fmt: skip
def test_a_fault_names_file_line_and_key(tmp_path, old, new, line, message):
    refuse(tmp_path, old, new, line=line, message=message)
