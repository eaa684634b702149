"""No two variables of a product have one name, whatever was received."""

import itertools

import pytest

from halocline.products.blocks import BESIDE
from halocline.products.variable_names import FRAME, product_names
from tests.unit.products.test_blocks import block, block_variables


def every_name(received) -> list[str]:
    names = product_names(received).values()
    return [*FRAME, *(f"{name}{end}" for name in names for end in ("", *BESIDE))]


def test_the_ends_are_those_of_what_stands_beside_a_variable() -> None:
    written = [one.name for one in block_variables(block(name="X"))]
    assert sorted(written) == sorted(["X", *(f"X{end}" for end in BESIDE)])


def test_a_name_that_is_free_is_kept() -> None:
    names = ("TEMP", "PSAL", "TEMP_LEVEL2", "TEMP_STD", "TIME_QC", "SD", "_QC")
    assert product_names(names) == {name: name for name in names}
    assert product_names(["TEMP_SD"]) == {"TEMP_SD": "TEMP_SD"}


@pytest.mark.parametrize(
    ("name", "called"),
    [*((f"TEMP{end}", f"TEMP{end}_RECEIVED") for end in BESIDE),
     *((name, f"{name}_RECEIVED") for name in sorted(FRAME))],
)  # fmt: skip
def test_a_name_that_is_taken_is_received(name: str, called: str) -> None:
    assert product_names([name, "TEMP"]) == {name: called, "TEMP": "TEMP"}


def test_no_name_is_there_twice_whatever_was_received() -> None:
    parts = ["TEMP", "TEMP_SD", "TEMP_SD_SD", "TEMP_SD_RECEIVED", "TEMP_SD_RECEIVED_QC", "TIME",
             "TEMP_QC", "TEMP_QC_SOURCE", "TIME_ORIGIN", "TIME_ORIGIN_RECEIVED"]  # fmt: skip
    for count in (2, 3, len(parts)):
        for received in itertools.combinations(parts, count):
            written = every_name(received)
            assert len(written) == len(set(written)), received
            assert list(product_names(received)) == list(received)
