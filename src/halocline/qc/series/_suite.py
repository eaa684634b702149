"""Which tests run on which variable of which station, with which thresholds."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from pydantic import Field, create_model

import halocline.qc.series as package
from halocline.model.params import Params
from halocline.model.registry import load_all
from halocline.qc.series._api import COLUMN_TESTS, STATION_TESTS, ColumnTest, StationTest

load_all(package)
T = TypeVar("T", ColumnTest, StationTest)

if TYPE_CHECKING:
    TestBlocks = Params
    StationBlocks = Params
else:
    TestBlocks = create_model(
        "TestBlocks",
        __base__=Params,
        **{test.name: (test.params | None, None) for test in COLUMN_TESTS.values()},
    )
    StationBlocks = create_model(
        "StationBlocks",
        __base__=Params,
        **{test.name: (test.params | None, None) for test in STATION_TESTS.values()},
    )
ANY: Final = "any"
"""Key of the blocks that hold for a variable without an entry of its own."""


class Thresholds(Params):
    """Blocks by variable name (TEMP_LEVEL3), parameter (TEMP) or `any`, and those of the station.

    A block given here replaces a block of less particular rank as a whole; `null` turns the test
    off.
    """

    parameters: dict[str, TestBlocks] = Field(default_factory=dict)
    station: StationBlocks | None = None


class SeriesSuite(Thresholds):
    """The thresholds of a network, and what single stations have of their own."""

    suite: Literal["series"]
    stations: dict[str, Thresholds] = Field(default_factory=dict)
    """By platform code."""

    def column_tests(
        self, *, platform: str, name: str, parameter: str
    ) -> Iterator[tuple[ColumnTest, Params]]:
        """Tests of one variable with their thresholds, in the order they run."""
        own = self.stations.get(platform, Thresholds())
        blocks = [
            level.parameters[key]
            for level in (own, self)
            for key in dict.fromkeys((name, parameter, ANY))
            if key in level.parameters
        ]
        for test in _in_order(COLUMN_TESTS.values()):
            params = _first_given(blocks, test.name)
            if params is not None:
                yield test, params

    def station_tests(self, *, platform: str) -> Iterator[tuple[StationTest, Params]]:
        """Tests of several variables with their thresholds, in the order they run."""
        own = self.stations.get(platform, Thresholds())
        blocks = [level.station for level in (own, self) if level.station is not None]
        for test in _in_order(STATION_TESTS.values()):
            params = _first_given(blocks, test.name)
            if params is not None:
                yield test, params


def _in_order(tests: list[T]) -> list[T]:
    return sorted(tests, key=lambda test: (test.stage, test.name))


def _first_given(blocks: list[Params], name: str) -> Params | None:
    """The block of the first that mentions the test; None when that says null, or none does."""
    for block in blocks:
        if name in block.model_fields_set:
            found = getattr(block, name)
            assert found is None or isinstance(found, Params)
            return found
    return None


def test_names() -> dict[int, str]:
    """Name of each bit of the masks."""
    bits = {test.bit: test.name for test in COLUMN_TESTS.values()}
    bits |= {test.bit: test.name for test in STATION_TESTS.values()}
    return dict(sorted(bits.items()))
