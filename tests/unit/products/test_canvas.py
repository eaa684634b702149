"""Numbers along an axis: whole, apart, and none of them where the title is."""

import itertools
from types import SimpleNamespace

import pytest
from matplotlib.text import Text

from halocline.products import canvas, compare_pictures

SCALES = (3e-7, 0.0022500971, 0.0101458706, 0.3, 1490.0, 745_000.0, 2.2e6)


def labels(scale: float) -> list[str]:
    with canvas.house_style():
        axes = canvas.new_figure(height_px=300).add_subplot()
        canvas.tidy(axes)
        axes.set_yticks([one * scale for one in range(5)])
        axes.figure.canvas.draw()
        assert axes.yaxis.get_offset_text().get_text() == ""
        return [one.get_text() for one in axes.get_yticklabels()]


@pytest.mark.parametrize(
    ("scale", "wanted"),
    [(1e6, ["0", "1×10⁶", "2×10⁶", "3×10⁶", "4×10⁶"]), (1.0, ["0", "1", "2", "3", "4"]),
     (1e-7, ["0", "1×10⁻⁷", "2×10⁻⁷", "3×10⁻⁷", "4×10⁻⁷"])],
)  # fmt: skip
def test_a_power_of_ten_stands_at_the_number(scale, wanted) -> None:
    assert labels(scale) == wanted


def cell(scale: float, length_h: float) -> SimpleNamespace:
    skills = [
        SimpleNamespace(method=name, rmse=scale * share, rmse_low=scale * share * 0.9,
                        rmse_high=scale * share * 1.1, coverage=0.9, width=scale * share * 3,
                        dm_p=0.01, n_gaps=30)
        for name, share in (("kalman_asinh_lightgbm", 0.8), ("linear", 0.9), ("pchip", 1.0))
    ]  # fmt: skip
    return SimpleNamespace(variable=f"V{scale:g}", length_h=length_h, skills=skills)


@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize("name", ["skill_picture", "interval_picture"])
def test_no_number_of_a_comparison_is_cut_or_runs_into_the_next(monkeypatch, name, columns) -> None:
    figures = []
    plain = canvas.png_bytes
    monkeypatch.setattr(canvas, "png_bytes", lambda one: figures.append(one) or plain(one))
    cells = [cell(scale, hours) for scale in SCALES for hours in (6.0, 72.0, 720.0)[:columns]]
    getattr(compare_pictures, name)(cells, units={}, title="x")
    width = figures[0].bbox.width
    for axes in figures[0].axes:
        boxes = [_box(one) for one in axes.get_xticklabels() if _shown(one, axes.get_xlim())]
        assert all(box.x0 >= 0 and box.x1 <= width for box in boxes)
        assert all(one.x1 + 3 < other.x0 for one, other in itertools.pairwise(boxes))


def _shown(label: Text, limits: tuple[float, float]) -> bool:
    return limits[0] <= label.get_position()[0] <= limits[1]


def _box(label: Text):
    return label.get_window_extent()
