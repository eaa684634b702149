"""A station's tide, found once in the level of its past: part of its model from then on."""

from collections.abc import Sequence
from dataclasses import dataclass

from halocline.learn.tide import Tide, analysed, is_too_short
from halocline.model.errors import ConfigInvalid
from halocline.pipeline.coasthf import StationGrids


@dataclass(frozen=True)
class FoundTide:
    """The tide of a station, None where there is none to be told, and why."""

    tide: Tide | None
    said: str


def find_tide(
    name: str, *, platform: str, station: StationGrids, neighbours: Sequence[str] = ()
) -> FoundTide:
    """The tide in the level `name` of a station's history or of one of its neighbours'.

    A level that cannot be used, or not for long enough, is no error: the station is learned
    without a tide.

    Raises:
        ConfigInvalid: the operator's; nobody has a variable of this name, or UTide is missing.
    """
    level = {**station.grids, **station.drivers}.get(name)
    if level is None:
        _must_be_somebodys(name, platform=platform, station=station, neighbours=neighbours)
        return FoundTide(None, f"without a tide: nothing of {name} can be used")
    short = is_too_short(level)
    if short:
        return FoundTide(None, f"without a tide: {short}")
    tide = analysed(level, name=name, latitude=station.latitude)
    return FoundTide(tide, f"tide of {name} from {tide.days:.0f} days")


def _must_be_somebodys(
    name: str, *, platform: str, station: StationGrids, neighbours: Sequence[str]
) -> None:
    """A variable received without a usable value may be named, and one of a silent neighbour."""
    silent = [
        f"{one}_" for one in neighbours if not any(d.startswith(f"{one}_") for d in station.drivers)
    ]
    if name in station.variables or name.startswith(tuple(silent)):
        return
    known = ", ".join([*station.variables, *station.drivers])
    raise ConfigInvalid(
        f"the tide of {platform} is to be told from {name}, which nobody has; there are {known}: "
        "correct `tide` in the network file"
    )
