"""Which platforms of the store a network's flows are about: those its file names or asks for."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from halocline.model.digest import digest_of
from halocline.networks import ArgoNetwork, CoasthfNetwork
from halocline.pipeline.inputs import InputFile
from halocline.pipeline.providers import ARGO, COAST, TAC
from halocline.stores.bucket import Bucket, NoSuchKey

FOLDER: Final = "followed"
"""Of the bucket: what the pulls found of criteria that no name of a file can answer."""


@dataclass(frozen=True)
class Followed:
    """Platforms of one part of a network. What others follow in the same store is left alone."""

    sources: tuple[str, ...]
    """A platform has at least one file of one of these."""
    named: frozenset[str] | None = None
    """Codes; None for every platform of the sources, whoever had it pulled."""
    key: str = ""
    """Object that holds the floats a box, data centres or sensors select: indexes know them, and
    the pulls that read those write them down. Criteria that differ have another one."""
    sensors: tuple[str, ...] = ()
    """Sensors a float must have, as the file spells them."""
    bio: bool = True
    """Whether B files of floats are asked for: a pull without them takes them for withdrawn."""
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Where files are fetched, by key of the network file."""

    @property
    def is_everything(self) -> bool:
        """Whether only the addresses know which platforms are meant."""
        return self.named is None and not self.key


EVERY_FLOAT: Final = Followed((ARGO,))
EVERY_STATION: Final = Followed((COAST, TAC))
NOTHING: Final = Followed((), frozenset())


def floats_followed(part: ArgoNetwork | None) -> Followed:
    """What a network file asks for; nothing where it has no part `argo`."""
    if part is None:
        return NOTHING
    where = {"addresses": part.addresses}
    if part.everything:
        return Followed((ARGO,), bio=part.bio, addresses=where)
    criteria = part.model_dump(mode="json", include={"wmo", "box", "dac", "parameters"})
    if not (part.box or part.dac or part.parameters):
        return Followed((ARGO,), frozenset(part.wmo), bio=part.bio, addresses=where)
    key = f"{FOLDER}/argo/{digest_of(criteria)[:16]}.json"
    return Followed((ARGO,), key=key, sensors=part.parameters, bio=part.bio, addresses=where)


def stations_followed(part: CoasthfNetwork | None) -> Followed:
    """What a network file asks for; nothing where it has no part `coasthf`."""
    if part is None:
        return NOTHING
    if part.stations:
        return Followed((COAST, TAC), frozenset(part.stations), addresses=_addresses(part))
    given = ((COAST, part.addresses), (TAC, part.insitu_tac))
    sources = tuple(source for source, there in given if there)
    return Followed(sources, addresses=_addresses(part))


def _addresses(part: CoasthfNetwork) -> dict[str, tuple[str, ...]]:
    own = {"addresses": part.addresses} if part.addresses else {}
    tac = {"insitu_tac.addresses": part.insitu_tac.addresses} if part.insitu_tac else {}
    outside = {f"outside.{code}.addresses": one.addresses for code, one in part.outside.items()}
    return {**own, **tac, **outside}


def note_found(followed: Followed, platforms: Collection[str], *, bucket: Bucket) -> None:
    """The floats a listing selected are known to the next plan, beside those found before.

    A float that was in the box is followed for good, and a cut listing takes back none.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    if not followed.key:
        return
    before = _found(followed, bucket) or frozenset()
    found = before | {one for one in platforms if one}
    if found != before:
        bucket.put(followed.key, json.dumps({"floats": sorted(found)}).encode())


def floats_of(followed: Followed, bucket: Bucket) -> frozenset[str] | None:
    """WMO numbers, None for every float; none yet where no pull has looked for them.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    if followed.key:
        return _found(followed, bucket) or frozenset()
    return followed.named


def stations_of(followed: Followed, files: Iterable[InputFile]) -> frozenset[str]:
    """Codes of the stations, of those that anything was received of."""
    theirs = {one.platform for one in files if one.source in followed.sources}
    return frozenset(theirs if followed.named is None else theirs & followed.named)


def _found(followed: Followed, bucket: Bucket) -> frozenset[str] | None:
    try:
        return frozenset(json.loads(bucket.get(followed.key))["floats"])
    except NoSuchKey:
        return None
