"""What differs by typing alone is one unit, and what differs by more is not."""

import pytest

from halocline.model.unit_spelling import folded


@pytest.mark.parametrize(
    "alike",
    [("µg/L", "ug l-1", "µg.L⁻¹", "ug / L", "UG/L", "ug per l"), ("mg m-3", "mg/m3", "mg.m^-3"),
     ("degree_Celsius", "degree celsius"), ("ºC", "°C", "˚c"), ("S/m", "S m-1", "S.m-1"),
     ("0.001", " 0.001 ")],
)  # fmt: skip
def test_one_unit(alike: tuple[str, ...]) -> None:
    assert len({folded(one) for one in alike}) == 1


def test_another_unit() -> None:
    different = ("mS/cm", "S/m", "uS/cm", "mg/L", "ug/L", "ml/l", "0.001", "1e-3", "°C", "°F",
                 "µm", "µM", "mM", "mm")  # fmt: skip
    assert len({folded(one) for one in different}) == len(different)
