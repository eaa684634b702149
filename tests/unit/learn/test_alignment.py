import numpy as np

from halocline.learn.alignment import onto
from halocline.learn.variable_model import scene_of
from halocline.model.series import Grid
from tests.samples.station import START, station


def test_one_sensor_told_twice_never_predicts_itself() -> None:
    grids = station(n=1000)
    noise = np.random.default_rng(0).normal(scale=0.001, size=1000)
    grids["E_T"] = Grid(START, 3600, 1.8 * grids["TEMP"].value + 32 + noise)
    assert set(scene_of("TEMP", grids, {}).others) == {"PSAL", "TURB"}
    assert set(scene_of("PSAL", grids, {}).others) == {"TEMP", "TURB", "E_T"}


def test_values_are_carried_to_another_grid() -> None:
    coarse = Grid(START, 3600, np.array([0.0, 3.0, np.nan, 9.0]))
    fine = Grid(START + np.timedelta64(1200, "s"), 1200, np.empty(8))
    found = onto(coarse, fine)
    np.testing.assert_allclose(found[:3], [1.0, 2.0, 3.0])
    assert np.isnan(found[3:7]).all()
    np.testing.assert_allclose(onto(coarse, coarse), coarse.value)
