"""What the data centres' grey list says of each float: part of what shapes its product."""

from collections import defaultdict
from dataclasses import astuple
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from halocline.model.digest import digest_of
from halocline.model.greylist import GreylistEntry
from halocline.model.quarantine import Quarantined, Reason
from halocline.pipeline.raw_bytes import RawDamaged, raw_bytes
from halocline.sources.argo_gdac import parse_greylist
from halocline.sources.argo_gdac.names import GREYLIST
from halocline.stores.bucket import Bucket

KIND: Final = "greylist"
AT_ROOT: Final = ""
"""Platform of the list's own file, which is of no float."""
Listed = dict[str, tuple[GreylistEntry, ...]]
"""Rows by platform."""


def listed_floats(files: pa.Table, *, source: str, bucket: Bucket) -> Listed | None:
    """Rows of the newest list a source gave, by platform; None where it gave none.

    files: usable files of the source, columns kind, file, sha256, received.

    Raises:
        SourceUnavailable: the store does not answer — retry.
        RawDamaged: the store lost the list, or holds other bytes; bring it back from a copy.
        BadUpstreamData: ours; a list that was found sound when it came can no longer be read.
    """
    lists = files.filter(pc.equal(files["kind"], KIND)).to_pylist()
    if not lists:
        return None
    latest = max(lists, key=lambda one: (one["received"], one["file"]))
    what = f"{latest['file']}, received {latest['received']}, which every float's product rests on"
    rows, _ = parse_greylist(raw_bytes(source, latest["sha256"], what=what, bucket=bucket))
    found: dict[str, list[GreylistEntry]] = defaultdict(list)
    for row in rows:
        found[row.platform].append(row)
    return {platform: tuple(entries) for platform, entries in found.items()}


def without_list(fault: RawDamaged) -> Quarantined:
    """Why no float can be looked at: without the list's bytes nobody knows which it names."""
    detail = f"no float was looked at; the next pull brings the list back: {fault}"
    return Quarantined(GREYLIST, Reason.UNREADABLE, detail, platform=AT_ROOT)


def rows_of(platform: str, listed: Listed | None) -> tuple[GreylistEntry, ...] | None:
    """Rows of one float: none of a float the list does not name, None without a list."""
    return None if listed is None else listed.get(platform, ())


def digest_of_rows(rows: tuple[GreylistEntry, ...] | None) -> str:
    """Digest of what the list says of one float; '' without a list. Their order does not matter."""
    if rows is None:
        return ""
    return digest_of(sorted([str(one) for one in astuple(row)] for row in rows))
