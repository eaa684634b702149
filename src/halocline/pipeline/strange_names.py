"""Names in a network file and its suite that nothing answers to: misspelt there, or of elsewhere.

No list of parameters is complete: a station may have variables of its own, and a suite of eight
stations names what one of them lacks. So such a name is told, in the flow's log, by `deploy` and by
`doctor`, and never refused.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from halocline.model.nearest import did_you_mean
from halocline.model.shipped import shipped_suite
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.followed import floats_of, stations_of
from halocline.pipeline.outside import OUTSIDE
from halocline.pipeline.providers import COAST, TAC
from halocline.pipeline.received import usable_files
from halocline.products.vocabulary import ARGO, COASTHF, Parameter, parameter_of
from halocline.qc.series import ANY, SeriesSuite
from halocline.stores.bucket import Bucket
from halocline.stores.tables import Tables, current_products
from halocline.suites import load_suite

_LEVEL: Final = re.compile(r"_LEVELM?\d+$")
_COLUMNS: Final = ("network", "platform", "year", "status", "summary", "seq")


@dataclass(frozen=True)
class Held:
    """What the store holds of a network; nothing where it was never asked."""

    platforms: frozenset[str] = frozenset()
    """Stations, neighbours and others that files of series were received of."""
    variables: frozenset[str] = frozenset()
    """Of the current products of the stations it follows."""
    floats: frozenset[str] = frozenset()
    """Those a box or sensors selected."""

    def has(self, name: str) -> bool:
        """Whether a product holds this variable, or this parameter at some level."""
        return any(one == name or one.startswith(f"{name}_") for one in self.variables)


UNKNOWN: Final = Held()


def held_of(config: ProcessConfig, bucket: Bucket) -> Held:
    """What was received and published.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    files = usable_files(bucket, sources=(COAST, TAC, OUTSIDE))
    followed = stations_of(config.series_followed, files)
    rows = Tables(bucket).read("products", columns=_COLUMNS, filters=[("network", "=", "coasthf")])
    products = [
        row
        for row in current_products(rows).to_pylist()
        if row["status"] == "current" and row["platform"] in followed
    ]
    return Held(
        platforms=frozenset(one.platform for one in files),
        variables=frozenset(name for row in products for name in json.loads(row["summary"])),
        floats=floats_of(config.argo_followed, bucket) or frozenset(),
    )


def strange_names(config: ProcessConfig, held: Held = UNKNOWN) -> list[str]:
    """A sentence for each name that is unknown here, with the one that was probably meant."""
    return [*_variables(config, held), *_sensors(config, held), *_platforms(config, held)]


def _variables(config: ProcessConfig, held: Held) -> Iterator[str]:
    """Variables asked for that no product holds, and unknown ones of tides and of the suite.

    A known name in a suite is for whichever station has it.
    """
    levels = [_own_name(one, config) for one in config.series_tide.values()]
    places = (
        ("variables", config.series_variables, bool(held.variables)),
        ("tide", levels, False),
        ("parameters of the suite", _suite_names(config.series_suite), False),
    )
    for place, names, must_be_held in places:
        for name in dict.fromkeys(names):
            if held.has(name):
                continue
            is_known = _is_known(name, COASTHF) or name in _shipped_names()
            meant = "" if is_known else did_you_mean(name, {*COASTHF, *held.variables})
            if must_be_held or (held.variables and not is_known and place != "tide"):
                yield f"{name}, named under {place}: no product of its stations holds it{meant}"
            elif meant:
                yield f"{name}, named under {place}: no parameter known here{meant}"


def _sensors(config: ProcessConfig, held: Held) -> Iterator[str]:
    """Sensors a float must have, where none was found that has them."""
    for name in config.argo_followed.sensors:
        meant = did_you_mean(name, ARGO)
        if meant and not held.floats and not _is_known(name, ARGO):
            yield f"{name}, named under parameters of floats: no parameter known here{meant}"


def _platforms(config: ProcessConfig, held: Held) -> Iterator[str]:
    """Platforms of the suite, of neighbours and tides that are none of the network's."""
    named = config.series_followed.named
    known = {*(held.platforms if named is None else named), *config.series_outside}
    neighbours = (one for others in config.series_neighbours.values() for one in others)
    places = {
        "stations of the suite": _suite_stations(config.series_suite),
        "neighbours": [*config.series_neighbours, *neighbours] if named is None else [],
        "tide": [*config.series_tide] if named is None else [],
    }
    for place, codes in places.items():
        for code in dict.fromkeys(codes):
            if known and code not in known:
                yield (
                    f"{code}, named under {place}: this network has no such platform"
                    f"{did_you_mean(code, known)}"
                )


def _is_known(name: str, table: dict[str, Parameter]) -> bool:
    base = _LEVEL.sub("", name)
    return not parameter_of(table, base).long_name.endswith("as named by the provider")


def _own_name(level: str, config: ProcessConfig) -> str:
    """A level without the platform it may begin with."""
    others = {one for names in config.series_neighbours.values() for one in names}
    owner = next((one for one in others if level.startswith(f"{one}_")), None)
    return level if owner is None else level.removeprefix(f"{owner}_")


def _suite_names(suite: SeriesSuite) -> list[str]:
    levels = (suite, *suite.stations.values())
    return [name for one in levels for name in one.parameters if name != ANY]


def _suite_stations(suite: SeriesSuite) -> Iterable[str]:
    """Those that the file names itself: the shipped suite is of every station."""
    return suite.stations.keys() - _shipped().stations.keys()


def _shipped_names() -> set[str]:
    return set(_suite_names(_shipped()))


@cache
def _shipped() -> SeriesSuite:
    found = load_suite(shipped_suite("coasthf"))
    assert isinstance(found, SeriesSuite)
    return found
