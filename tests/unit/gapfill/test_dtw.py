import numpy as np
import pytest

from halocline.gapfill._scene import Scene, points_of
from halocline.gapfill.dtw import _warped, fit_dtw
from halocline.model.gaps import Gaps
from halocline.model.series import Grid

START = np.datetime64("2024-01-01T00:00:00")


def test_warping_forgives_a_shift_and_nothing_else() -> None:
    wave = np.sin(np.linspace(0, 6, 48))
    shifted = np.sin(np.linspace(0, 6, 48) + 0.25)
    assert _warped(wave, wave) == 0.0
    assert _warped(wave, shifted) < 0.2 * float(np.sum((wave - shifted) ** 2))
    # by hand: no path makes 0 and 1 meet, 48 steps cost 1 each
    assert _warped(np.zeros(48), np.ones(48)) == pytest.approx(48.0)


def test_a_shape_that_comes_back_is_found() -> None:
    """A pulse of 12 h always follows the same ramp of 25 h; the gap hides one pulse."""
    cycle = np.concatenate(
        (np.linspace(0, 1, 25), 1 + 3 * np.sin(np.linspace(0, np.pi, 12)), [1.0])
    )
    rng = np.random.default_rng(0)
    value = np.concatenate([cycle, np.zeros(30)] * 12) + 0.01 * rng.normal(size=68 * 12)
    first = 68 * 6 + 25
    scene = Scene(Grid(START, 3600, value))
    points = points_of(Gaps(np.array([first]), np.array([first + 12])))
    lessons = points_of(Gaps(np.array([40, 108]), np.array([50, 118])))
    library = Scene(Grid(START, 3600, np.where(np.arange(value.size) < 68 * 5, value, np.nan)))
    told = fit_dtw(library, lessons, bases={}, seed=0)(scene, points).value
    assert np.abs(told - value[points.step]).max() < 0.5
