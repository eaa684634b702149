"""Platforms that two networks of one store would each make in their own way, for ever in turn."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from halocline.model.errors import ConfigInvalid
from halocline.networks import find_network, load_network
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.followed import Followed, floats_of, stations_of
from halocline.pipeline.network_config import config_of
from halocline.pipeline.providers import COAST, TAC
from halocline.pipeline.received import usable_files
from halocline.sources.generic_csv import CsvOptions
from halocline.stores.bucket import Bucket
from halocline.suites import suite_digest

SHOWN: Final = 8
ALL_FLOATS: Final = "every float"


@dataclass(frozen=True)
class Contested:
    """Platforms of two networks, and the keys in which their files differ for them."""

    networks: tuple[str, str]
    platforms: tuple[str, ...]
    keys: tuple[str, ...]

    def concerns(self, network: str) -> bool:
        """Whether it is one of the two."""
        return network in self.networks

    def __str__(self) -> str:
        rest = len(self.platforms) - SHOWN
        more = f" and {rest} more" if rest > 0 else ""
        return (
            f"{', '.join(self.platforms[:SHOWN])}{more}: of both {' and '.join(self.networks)}, "
            f"which differ in {', '.join(self.keys)}; each would make again what the other made"
        )


def readable(
    words: Iterable[str], *, folder: Path
) -> tuple[dict[str, ProcessConfig], list[ConfigInvalid]]:
    """Choices of the networks of these names or files, by name, and why some cannot be read here.

    The last one of a name counts; `folder`: where networks of a bare name are.
    """
    configs: dict[str, ProcessConfig] = {}
    faults: list[ConfigInvalid] = []
    for word in dict.fromkeys(words):
        try:
            network = load_network(find_network(word, folder=folder))
            configs[network.name] = config_of(network)
        except ConfigInvalid as fault:
            faults.append(fault)
    return configs, faults


def contested(configs: Mapping[str, ProcessConfig], *, bucket: Bucket) -> list[Contested]:
    """Each two networks, and the platforms they share and would make differently.

    `configs`: by the network's name. What a network of everything, or of a box, shares is known
    once it was pulled.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    if len(configs) < 2:
        return []
    files = usable_files(bucket, sources=(COAST, TAC))
    floats = {name: floats_of(one.argo_followed, bucket) for name, one in configs.items()}
    stations = {
        name: one.series_followed.named or stations_of(one.series_followed, files)
        for name, one in configs.items()
    }
    found: list[Contested] = []
    for pair in combinations(sorted(configs), 2):
        one, other = (configs[name] for name in pair)
        shared = _common(floats[pair[0]], floats[pair[1]])
        keys = (
            *_differing(_of_floats(one), _of_floats(other)),
            *_elsewhere(one.argo_followed, other.argo_followed),
        )
        apart = [
            (keys, sorted(shared)),
            *_stations_apart(one, other, stations[pair[0]] & stations[pair[1]]),
        ]
        found += [Contested(pair, tuple(those), keys) for keys, those in apart if keys and those]
    return found


def _common(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str]:
    if one is None:
        return frozenset({ALL_FLOATS}) if other is None else other
    return one if other is None else one & other


def _stations_apart(
    one: ProcessConfig, other: ProcessConfig, platforms: Collection[str]
) -> list[tuple[tuple[str, ...], list[str]]]:
    """Stations by the keys in which the networks' choices of them differ."""
    of_all = (
        *_differing(_of_stations(one), _of_stations(other)),
        *_elsewhere(one.series_followed, other.series_followed),
    )
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for platform in sorted(platforms):
        own = _differing(_of_station(one, platform), _of_station(other, platform))
        found[*of_all, *own].append(platform)
    return [*found.items()]


def _differing(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key for key in ours if ours[key] != theirs[key])


def _elsewhere(one: Followed, other: Followed) -> tuple[str, ...]:
    """Keys under which both name addresses of one source, and none in common.

    The store knows a file by its source and its path: pulls from two trees would put the files of
    one in the place of the other's, in turn. Addresses that one network lists together are roots of
    one tree. What a network of everything finds at its own, nobody knows beforehand.
    """
    if one.is_everything or other.is_everything:
        return ()
    return tuple(
        key
        for key, there in one.addresses.items()
        if key in other.addresses and not set(there) & set(other.addresses[key])
    )


def _of_floats(config: ProcessConfig) -> dict[str, Any]:
    return {
        "suite": suite_digest(config.argo_suite),
        "filling": config.argo_fill,
        "bio": config.argo_followed.bio,
        "seed": config.seed,
    }


def _of_stations(config: ProcessConfig) -> dict[str, Any]:
    outside = {code: one for code, one in config.series_outside.items() if one != CsvOptions()}
    return {
        "suite": suite_digest(config.series_suite),
        "filling": config.series_fill,
        "variables": sorted(config.series_variables),
        "outside": outside,
        "tail_weight": config.series_tail_weight,
        "seed": config.seed,
    }


def _of_station(config: ProcessConfig, platform: str) -> dict[str, Any]:
    return {
        "neighbours": sorted(config.series_neighbours.get(platform, ())),
        "tide": config.series_tide.get(platform),
    }
