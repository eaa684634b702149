import numpy as np

from halocline.learn.alignment import onto
from halocline.learn.twins import twins_of
from halocline.model.series import Grid
from tests.samples.station import START, station


def test_one_sensor_under_two_names_is_found_by_its_changes() -> None:
    grids = station(n=1000)
    noise = np.random.default_rng(0).normal(scale=0.001, size=1000)
    grids["E_T"] = Grid(START, 3600, 1.8 * grids["TEMP"].value + 32 + noise)
    assert twins_of("TEMP", grids) == ("E_T",)
    assert twins_of("PSAL", grids) == ()


def test_parameters_of_one_instrument_are_twins_whatever_their_numbers() -> None:
    rng = np.random.default_rng(0)
    names = ("DOX1", "OSAT", "DOX1_LEVEL3", "TEMP")
    grids = {name: Grid(START, 3600, rng.normal(size=500)) for name in names}
    assert twins_of("DOX1", grids) == ("OSAT",)


def test_values_are_carried_to_another_grid() -> None:
    coarse = Grid(START, 3600, np.array([0.0, 3.0, np.nan, 9.0]))
    fine = Grid(START + np.timedelta64(1200, "s"), 1200, np.empty(8))
    found = onto(coarse, fine)
    np.testing.assert_allclose(found[:3], [1.0, 2.0, 3.0])
    assert np.isnan(found[3:7]).all()
    np.testing.assert_allclose(onto(coarse, coarse), coarse.value)
