"""What a provider offers against what the store holds: new, changed, withdrawn."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from halocline.model.errors import SourceUnavailable
from halocline.model.places import places
from halocline.model.quarantine import Quarantined
from halocline.pipeline.receive import Known, Provider, Remote, Row
from halocline.pipeline.received import editions, last_word
from halocline.stores.bucket import Bucket

MOST_WITHDRAWN: Final = 0.5
"""Share of the known files of the platforms offered that may vanish at once; beyond it a cut
listing is likelier than a provider that withdrew half of its archive."""
FEW: Final = 20
"""Files that may vanish whatever their share."""


class Listing(Protocol):
    """What a provider offers now."""

    @property
    def file(self) -> pa.Array:
        """(n,) path of each file in the provider's tree."""

    @property
    def platform(self) -> pa.Array:
        """(n,) platform of each file."""

    @property
    def date_update(self) -> pa.Array:
        """(n,) the provider's date of each file's edition, '' where only its content can tell."""

    @property
    def complete(self) -> bool:
        """Whether a file that is not in it is gone."""

    @property
    def quarantined(self) -> Sequence[Quarantined]:
        """Entries of the listing that cannot be used."""

    def remote(self, indices: Sequence[int]) -> Sequence[Remote]:
        """The files at these places."""


@dataclass(frozen=True)
class Plan:
    """What to fetch from a provider and what it withdrew; small, for nothing new it is empty."""

    offered: int
    to_fetch: tuple[Remote, ...]
    known: dict[str, Known]
    """What the store holds under the paths to fetch."""
    withdrawn: tuple[Row, ...]
    """Rows of `raw_files` as they were, without what only the withdrawal knows."""
    quarantined: tuple[Quarantined, ...] = ()
    platforms: frozenset[str] = frozenset()
    """Of which anything is offered."""

    def known_of(self, files: Sequence[Remote]) -> dict[str, Known]:
        """What the store holds of these files."""
        return {one.file: self.known[one.file] for one in files if one.file in self.known}


def plan_pull(provider: Provider, *, bucket: Bucket, again: Sequence[str] = ()) -> Plan:
    """Compare (file, date_update) with the store; open no file.

    Fetched are files the store does not know, files with another date, files withdrawn earlier
    that are back, and files whose listing has no date. A file set aside at its present date is
    not fetched again, unless its platform is one of `again` (names; * and ? stand for any
    letters): of those everything is fetched, and what the store lost or damaged is mended.

    Raises:
        SourceUnavailable: no address answers, or the listing lacks so many known files that it
            was probably cut — theirs; retry.
    """
    listing: Listing = provider.list_files()
    pa.default_memory_pool().release_unused()  # 0.3 GB of a whole GDAC's index are not needed now
    held = last_word(bucket, source=provider.name)
    place = places(listing.file, held["file"])
    doubted = _doubted(listing, again)
    is_new = pc.invert(_is_same(listing, held, place))
    is_doubted = pc.is_in(listing.platform, value_set=pa.array(sorted(doubted), pa.string()))
    wanted = pc.indices_nonzero(pc.or_(is_new, is_doubted))
    asked = listing.file.take(wanted)
    known = asked.filter(pc.is_valid(place.take(wanted)))
    gone = _gone(listing, held, place, name=provider.name)
    del held, place  # a whole GDAC: what follows is about a few files of it
    return Plan(
        offered=len(listing.file),
        to_fetch=tuple(listing.remote(wanted.to_pylist())),
        known=_known(editions(bucket, source=provider.name, files=known), doubted),
        withdrawn=tuple(
            editions(bucket, source=provider.name, files=gone)
            .select(["file", "platform", "date_update", "sha256"])
            .to_pylist()
        ),
        quarantined=tuple(listing.quarantined),
        platforms=frozenset(listing.platform.unique().to_pylist()),
    )


def _is_same(listing: Listing, held: pa.Table, place: pa.Array) -> pa.Array:
    """(n,) whether the store holds the edition that is offered, by its date."""
    same_date = pc.equal(held["date_update"].take(place), listing.date_update)
    is_dated = pc.not_equal(listing.date_update, "")
    is_kept = pc.not_equal(held["status"].take(place), "withdrawn")
    same = pc.and_(same_date, pc.and_(is_dated, is_kept))
    return pc.fill_null(same, fill_value=False).combine_chunks()


def _doubted(listing: Listing, again: Sequence[str]) -> frozenset[str]:
    """Platforms whose bytes in the store are not taken on trust.

    A file of no platform (the grey list) is never: every platform rests on it.
    """
    names = pc.unique(listing.platform).to_pylist()
    return frozenset(
        one for one in names if not one or any(fnmatchcase(one, like) for like in again)
    )


def _known(rows: pa.Table, doubted: Collection[str]) -> dict[str, Known]:
    return {
        row["file"]: Known(
            sha256=row["sha256"] if row["status"] != "withdrawn" else "",
            date_update=row["date_update"],
            received=row["received"],
            sound=row["status"] != "quarantined",
            doubted=row["platform"] in doubted,
        )
        for row in rows.to_pylist()
    }


def _gone(listing: Listing, held: pa.Table, place: pa.Array, *, name: str) -> pa.Array:
    """Known files of the platforms offered that the listing no longer holds.

    `place` (n,): where in `held` each file of the listing is, null where it is not.
    """
    if not listing.complete:
        return pa.array([], pa.string())
    is_offered = np.zeros(held.num_rows, dtype=bool)
    is_offered[place.drop_null().to_numpy()] = True
    is_ours = pc.and_(
        pc.is_in(held["platform"], value_set=pc.unique(listing.platform)),
        pc.not_equal(held["status"], "withdrawn"),
    )
    is_gone = pc.and_not(is_ours, pa.chunked_array([pa.array(is_offered)]))
    n_gone, n_ours = pc.sum(is_gone).as_py() or 0, pc.sum(is_ours).as_py() or 0
    if n_gone > max(FEW, MOST_WITHDRAWN * n_ours):
        raise SourceUnavailable(
            f"the listing of {name} lacks {n_gone} of {n_ours} files known before: "
            "it was probably cut; nothing was recorded as withdrawn. Try again, and if the "
            "provider did remove them, reprocess those platforms"
        )
    return held["file"].filter(is_gone).combine_chunks()


def withdrawn_rows(plan: Plan, *, provider: Provider, received: str) -> list[Row]:
    """Events that say the provider no longer offers these files."""
    return [
        {
            "source": provider.name,
            "kind": "",
            "cycle": -1,
            "direction": "",
            "mode": "",
            "size": 0,
            "first": "",
            "last": "",
            "received": received,
            "status": "withdrawn",
            "reason": "",
            "detail": "no longer offered by the provider",
            **row,
        }
        for row in plan.withdrawn
    ]
