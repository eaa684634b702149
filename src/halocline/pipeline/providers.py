"""The providers a network names, each behind the same five calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.quarantine import Quarantined, Reason
from halocline.model.series import TimeArray
from halocline.networks import CoasthfNetwork, Network
from halocline.pipeline.outside import OUTSIDE, outside_of
from halocline.pipeline.receive import Examined, Provider, Remote, Row
from halocline.pipeline.series_listing import RemoteSeries, SeriesListing, described
from halocline.sources import argo_gdac, coriolis_cotier, insitu_tac
from halocline.sources.address import Addresses
from halocline.sources.coriolis_cotier.listing import list_files
from halocline.sources.insitu_tac.index import Box

ARGO: Final = "argo_gdac"
COAST: Final = "coriolis_cotier"
TAC: Final = "insitu_tac"
YEAR: Final = np.timedelta64(366, "D")
SOURCES_OF: Final = {"argo": (ARGO,), "coasthf": (COAST, TAC, OUTSIDE)}
"""Network of products → the sources its products are made from."""


def providers_of(network: Network) -> list[Provider]:
    """One provider for each part of a network."""
    found: list[Provider] = []
    if network.argo is not None:
        part = network.argo
        found.append(
            ArgoGdac(
                addresses=Addresses(part.addresses),
                selection=argo_gdac.Selection(
                    wmo=part.wmo,
                    box=None if part.box is None else (
                        part.box.west, part.box.east, part.box.south, part.box.north
                    ),
                    dac=part.dac,
                    parameters=part.parameters,
                    bio=part.bio,
                ),
            )
        )  # fmt: skip
    if network.coasthf is not None:
        found += [*_coast(network.coasthf), *outside_of(network.coasthf)]
    return found


def not_offered(network: Network, offered: Mapping[str, frozenset[str]]) -> list[str]:
    """Platforms the network names that no source has a file of: misspelt, renamed or removed.

    `offered`: platforms by source; of a source that is not in it nothing is known, nor of what it
    might have had.
    """
    found: list[str] = []
    for part, named in (
        ("argo", network.argo.wmo if network.argo else ()),
        ("coasthf", network.coasthf.stations if network.coasthf else ()),
    ):
        asked = [one.name for one in providers_of(network) if one.name in SOURCES_OF[part]]
        sources = {one for one in asked if one != OUTSIDE}
        if sources <= offered.keys():
            found += sorted(set(named).difference(*(offered[one] for one in sources)))
    return found


def _coast(part: CoasthfNetwork) -> list[Provider]:
    found: list[Provider] = []
    if part.addresses:
        found.append(CoriolisCotier(Addresses(part.addresses), part.stations))
    if part.insitu_tac is not None:
        tac = part.insitu_tac
        box = None if tac.box is None else Box(
            south=tac.box.south, north=tac.box.north, west=tac.box.west, east=tac.box.east
        )  # fmt: skip
        selection = insitu_tac.Selection(part.stations, tac.kinds, tac.parts, box)
        found.append(InsituTac(Addresses(tac.addresses), selection))
    return found


@dataclass(frozen=True)
class ArgoGdac:
    """A GDAC tree, its profile index or, in a mirror without one, its files."""

    addresses: Addresses
    selection: argo_gdac.Selection
    name: str = ARGO

    def list_files(self) -> argo_gdac.Listing:
        """Profile, metadata and grey list files of the selected floats."""
        return argo_gdac.list_files(self.addresses, self.selection)

    def fetch(self, remote: Remote) -> bytes | None:
        """Bytes of one file below `dac/`, None where no address has it."""
        return self.addresses.read(argo_gdac.path_of(remote.file))

    def examine(self, content: bytes, remote: argo_gdac.RemoteFile, received: str) -> Examined:
        """First and last date, and mode, of one file; raises BadUpstreamData."""
        facts = argo_gdac.examine(content, remote, received)
        return Examined({"first": facts.first, "last": facts.last, "mode": facts.mode})

    def describe(self, remote: argo_gdac.RemoteFile) -> Row:
        """What the path says."""
        return {
            "kind": remote.kind,
            "platform": remote.platform,
            "cycle": remote.cycle,
            "direction": remote.direction,
            "mode": remote.mode,
        }


def _near(time: TimeArray) -> npt.NDArray[np.bool_]:
    """Rows within a year of the middle one: a file spans a month, a clock that failed decades."""
    middle = time[time.size // 2]
    return np.asarray(np.abs(time - middle) <= YEAR)


def _far(time: TimeArray, *, file: str, platform: str) -> Quarantined:
    detail = (
        f"{time.size} rows dated {time[0]}Z to {time[-1]}Z, more than a year from the others: "
        "a wrong clock; no product is made of them"
    )
    return Quarantined(file, Reason.BAD_ROW, detail, platform)


@dataclass(frozen=True)
class CoriolisCotier:
    """The folder of CSV files of the coastal moorings."""

    addresses: Addresses
    stations: tuple[str, ...] = ()
    """Platform codes; every station when empty."""
    name: str = COAST

    def list_files(self) -> SeriesListing:
        """Files of the stations asked for."""
        return SeriesListing(
            tuple(
                RemoteSeries(one.file, one.platform, one.modified)
                for one in list_files(self.addresses)
                if not self.stations or one.platform in self.stations
            )
        )

    def fetch(self, remote: Remote) -> bytes | None:
        """Bytes of one file, None where no address has it."""
        return self.addresses.read(remote.file)

    def examine(self, content: bytes, remote: Remote, received: str) -> Examined:
        """First and last row of one file; raises BadUpstreamData."""
        now = np.datetime64(received.rstrip("Z"), "s")
        series, aside = coriolis_cotier.decode(content, remote.file, now)
        near = _near(series.time)
        if not near.all():
            aside.append(_far(series.time[~near], file=remote.file, platform=series.platform))
        kept = series.time[near]
        return Examined({"first": f"{kept[0]}Z", "last": f"{kept[-1]}Z"}, tuple(aside))

    def describe(self, remote: RemoteSeries) -> Row:
        """What the name says."""
        return described(remote, kind="csv")


@dataclass(frozen=True)
class InsituTac:
    """An In Situ TAC product: what its indexes say of the platforms asked for."""

    addresses: Addresses
    selection: insitu_tac.Selection
    name: str = TAC

    def list_files(self) -> SeriesListing:
        """Files of the platforms asked for; the indexes' `date_update` tells what changed."""
        listing = insitu_tac.list_files(self.addresses, self.selection)
        files = [RemoteSeries(one.file, one.platform, one.date_update) for one in listing.files]
        return SeriesListing(tuple(files), quarantined=listing.quarantined)

    def fetch(self, remote: Remote) -> bytes | None:
        """Bytes of one file, None where no address has it: `latest/` is emptied after 30 days."""
        return self.addresses.read(remote.file)

    def examine(self, content: bytes, remote: RemoteSeries, received: str) -> Examined:
        """First and last row of one file; raises BadUpstreamData."""
        now = np.datetime64(received.rstrip("Z"), "s")
        series, aside = insitu_tac.decode(content, remote.file, now)
        first, last = series.time[0], series.time[-1]
        return Examined({"first": f"{first}Z", "last": f"{last}Z"}, tuple(aside))

    def describe(self, remote: RemoteSeries) -> Row:
        """What the name says."""
        return described(remote, kind="series")
