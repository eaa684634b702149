"""Which tests run on which variable of which station, with which thresholds."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeVar

from pydantic import Field, create_model

import halocline.qc.series as package
from halocline.model.params import Params
from halocline.model.registry import load_all
from halocline.qc.series._api import COLUMN_TESTS, STATION_TESTS, ColumnTest, StationTest
from halocline.qc.series._units import hold_for

load_all(package)
T = TypeVar("T", ColumnTest, StationTest)
P = TypeVar("P", bound=Params)

if TYPE_CHECKING:
    TestBlocks = Params
    StationBlocks = Params
else:
    TestBlocks = create_model(
        "TestBlocks",
        __base__=Params,
        units=(tuple[str, ...], ()),
        **{test.name: (test.params | None, None) for test in COLUMN_TESTS.values()},
    )
    StationBlocks = create_model(
        "StationBlocks",
        __base__=Params,
        **{test.name: (test.params | None, None) for test in STATION_TESTS.values()},
    )
StationCode = Annotated[str, Field(coerce_numbers_to_str=True)]
"""As in a network file, `6200443:` needs no quotes."""
ANY: Final = "any"
"""Key of the blocks that hold for a variable without an entry of its own."""


class Thresholds(Params):
    """Blocks by variable name (TEMP_LEVEL3), parameter (TEMP) or `any`, and those of the station.

    A block given here replaces a block of less particular rank as a whole; `null` turns the test
    off. `units` beside the blocks of a variable are those its thresholds hold for: one that comes
    in another unit is judged by `any` alone, and no block of another unit is taken over.
    """

    parameters: dict[str, TestBlocks] = Field(default_factory=dict)
    station: StationBlocks | None = None

    def over(self, base: "Thresholds") -> "Thresholds":
        """These blocks, and those of `base` for the tests that are not named here."""
        names = dict.fromkeys((*base.parameters, *self.parameters))
        return Thresholds(
            parameters={
                name: _over(self.parameters.get(name), base.parameters.get(name)) for name in names
            },
            station=_over(self.station, base.station),
        )


NOTHING: Final = Thresholds()


class SeriesSuite(Thresholds):
    """The thresholds of a network, and what single stations have of their own."""

    suite: Literal["series"]
    based_on: Literal["", "coasthf"] = ""
    """Suite that holds every block this one does not name; `block: null` leaves a test out."""
    waters: str = ""
    """Where the regions of its ranges hold, as a reader is told; those of the base where empty."""
    stations: dict[StationCode, Thresholds] = Field(default_factory=dict)
    """By platform code."""

    def over(self, base: Thresholds) -> "SeriesSuite":
        """This suite, with the blocks of `base` that it does not name: of a test, of a station."""
        known = base.stations if isinstance(base, SeriesSuite) else {}
        waters = self.waters or (base.waters if isinstance(base, SeriesSuite) else "")
        stations = {
            code: self.stations.get(code, NOTHING).over(known.get(code, NOTHING))
            for code in dict.fromkeys((*known, *self.stations))
        }
        whole = super().over(base)
        return SeriesSuite(
            suite="series", waters=waters, parameters=whole.parameters, station=whole.station,
            stations=stations,
        )  # fmt: skip

    def column_tests(
        self, *, platform: str, name: str, parameter: str, units: str = ""
    ) -> Iterator[tuple[ColumnTest, Params]]:
        """Tests of one variable with their thresholds, in the order they run.

        In a unit they do not hold for, those of `any`; what is off for the variable stays off.
        Where the most particular block names units, one of another unit is passed over.
        """
        blocks = self._blocks(platform, (name, parameter, ANY))
        known = self.units_of(platform=platform, name=name, parameter=parameter)
        used = self._blocks(platform, (ANY,))
        if hold_for(units, known):
            used = [one for one in blocks if not known or _alike(known, _units(one))]
        for test in _in_order(COLUMN_TESTS.values()):
            params = _first_given(used, test.name)
            if params is not None and _first_given(blocks, test.name) is not None:
                yield test, params

    def units_of(self, *, platform: str, name: str, parameter: str) -> tuple[str, ...]:
        """Units the thresholds of a variable hold for; none where the suite does not say."""
        for block in self._blocks(platform, (name, parameter)):
            if _units(block):
                return _units(block)
        return ()

    def _blocks(self, platform: str, keys: tuple[str, ...]) -> list[TestBlocks]:
        """Blocks of some keys that are given, the most particular first."""
        own = self.stations.get(platform, NOTHING)
        return [
            level.parameters[key]
            for level in (own, self)
            for key in dict.fromkeys(keys)
            if key in level.parameters
        ]

    def station_tests(self, *, platform: str) -> Iterator[tuple[StationTest, Params]]:
        """Tests of several variables with their thresholds, in the order they run."""
        own = self.stations.get(platform, Thresholds())
        blocks = [level.station for level in (own, self) if level.station is not None]
        for test in _in_order(STATION_TESTS.values()):
            params = _first_given(blocks, test.name)
            if params is not None:
                yield test, params


def _units(block: Params) -> tuple[str, ...]:
    return tuple(getattr(block, "units", ()))


def _alike(units: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether thresholds in one of some units are in one of others; any, where none is named."""
    return not units or any(hold_for(one, others) for one in units)


def _over(own: P | None, base: P | None) -> P | None:
    """A set of blocks, with those of another that it does not mention, where units agree."""
    if own is None or base is None:
        return own or base
    if not _alike(_units(own), _units(base)):
        return own
    return base.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})


def _in_order(tests: list[T]) -> list[T]:
    return sorted(tests, key=lambda test: (test.stage, test.name))


def _first_given(blocks: Sequence[Params], name: str) -> Params | None:
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
