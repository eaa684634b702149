"""A float's files to its profiles: which edition of a profile counts, and B beside core."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from halocline.model.errors import BadUpstreamData
from halocline.model.profiles import Profiles
from halocline.model.quarantine import Quarantined, Reason
from halocline.sources.argo_gdac.decode import Column, Row, decode
from halocline.sources.argo_gdac.metadata import Metadata, read_metadata
from halocline.sources.argo_gdac.names import parse_name
from halocline.sources.argo_gdac.rectangle import rectangle
from halocline.sources.argo_gdac.verify import Described

Key = tuple[int, str, str, int]
"""Cycle, direction, scheme, which of the profiles of that scheme."""
Received = tuple[Described, bytes]
_LONG_AGO: Final = np.datetime64("0000-01-01", "s")


@dataclass(frozen=True)
class Assembled:
    """The profiles of a float and the files that could not be used."""

    profiles: Profiles
    quarantined: tuple[Quarantined, ...] = ()


@dataclass
class _Bench:
    """Rows found so far, and what was set aside on the way."""

    platform: str
    rows: dict[Key, Row] = field(default_factory=dict)
    aside: list[Quarantined] = field(default_factory=list)

    def set_aside(self, file: str, fault: BadUpstreamData) -> None:
        """Note a file that cannot be used."""
        self.aside.append(Quarantined(file, fault.reason, fault.detail, self.platform))


def assemble(platform: str, files: Sequence[Received]) -> Assembled:
    """Profiles of one float from its core, B, multi-profile and metadata files.

    Of the editions of a profile (cycle, direction, sampling scheme) the delayed-mode one counts,
    then the one with the later DATE_UPDATE, then the mono file. An R file is not opened where the
    D file of its cycle is sound. B parameters stand beside the core row of the same key; where
    there is none they are a row of their own. A file that cannot be used is set aside.

    Raises:
        BadUpstreamData: theirs (NO_DATA); no file gives a level. Its detail says what was wrong.
    """
    bench = _Bench(platform)
    by_kind: dict[str, list[Received]] = {"prof": [], "core": [], "bio": [], "meta": []}
    for one in sorted(files, key=lambda one: one[0].file):
        by_kind.get(one[0].kind, []).append(one)
    for remote, content in by_kind["prof"]:
        bench.rows |= dict(_keyed(remote, content, bench))
    for key, row in _best_editions(by_kind["core"], bench):
        if key not in bench.rows or _rank(row) >= _rank(bench.rows[key]):
            bench.rows[key] = row
    for key, row in _best_editions(by_kind["bio"], bench):
        _lay_beside(bench, key, row)
    metadata = _metadata(by_kind["meta"], bench)
    if not any(row.has_values for row in bench.rows.values()):
        reasons = "; ".join(f"{one.item}: {one.reason}" for one in bench.aside[:5])
        detail = f"no level in {len(files)} files of {platform}"
        raise BadUpstreamData(Reason.NO_DATA, f"{detail} ({reasons})" if reasons else detail)
    ordered = [bench.rows[key] for key in sorted(bench.rows, key=lambda k: order_of(k, bench.rows))]
    return Assembled(rectangle(platform, ordered, metadata), tuple(bench.aside))


def order_of(key: Key, rows: dict[Key, Row]) -> tuple[int, bool, bool, int, str, int]:
    """Cycle, descending first, primary sampling first, then as in the file."""
    cycle, direction, scheme, which = key
    return cycle, direction != "D", scheme != "primary", rows[key].place, scheme, which


def _rank(row: Row) -> tuple[bool, np.datetime64]:
    """What makes one edition of a profile count more than another."""
    named = parse_name(row.file)
    delayed = row.mode == "D" or (named is not None and named.mode == "D")
    return delayed, _LONG_AGO if np.isnat(row.date_update) else row.date_update


def _best_editions(files: Iterable[Received], bench: _Bench) -> list[tuple[Key, Row]]:
    """Rows of mono files, of each cycle those of the D file where it is sound."""
    cycles: dict[tuple[int, str], list[Received]] = {}
    for remote, content in files:
        cycles.setdefault((remote.cycle, remote.direction), []).append((remote, content))
    found: list[tuple[Key, Row]] = []
    for editions in cycles.values():
        for remote, content in sorted(editions, key=_delayed_first):
            rows = _keyed(remote, content, bench)
            found += rows
            if rows:
                break
    return found


def _delayed_first(one: Received) -> tuple[bool, str]:
    named = parse_name(one[0].file)
    return named is None or named.mode != "D", one[0].file


def _keyed(remote: Described, content: bytes, bench: _Bench) -> list[tuple[Key, Row]]:
    """Rows of one file under their keys; none of a file that cannot be used."""
    try:
        rows = decode(content, remote.file)
        for row in rows:
            _must_belong(row, remote, bench.platform)
    except BadUpstreamData as fault:
        bench.set_aside(remote.file, fault)
        return []
    return list(with_keys(rows))


def with_keys(rows: Iterable[Row]) -> Iterator[tuple[Key, Row]]:
    """Rows of one file with what makes each one unique: cycle, direction, scheme, which of these.

    A cycle has one primary profile, whatever words describe its sampling; a profile without words
    is the primary one.
    """
    seen: dict[tuple[int, str, str], int] = {}
    for row in rows:
        words = " ".join(row.scheme.lower().split())
        scheme = "primary" if not words or words.startswith("primary") else words
        key = (row.cycle, row.direction, scheme)
        seen[key] = seen.get(key, -1) + 1
        yield (*key, seen[key]), row


def _must_belong(row: Row, remote: Described, platform: str) -> None:
    if row.platform != platform:
        raise BadUpstreamData(Reason.WRONG_PLATFORM, f"{row.platform!r}, wanted {platform}")
    if remote.kind != "prof" and (row.cycle, row.direction) != (remote.cycle, remote.direction):
        detail = f"{row.cycle} {row.direction}, wanted {remote.cycle} {remote.direction}"
        raise BadUpstreamData(Reason.WRONG_CYCLE, detail)


def _lay_beside(bench: _Bench, key: Key, bio: Row) -> None:
    """Add the parameters of a B profile to the core profile of the same key."""
    core = bench.rows.get(key)
    if core is None:
        bench.rows[key] = bio
        return
    added = {name: one for name, one in bio.columns.items() if name not in core.columns}
    if not added and not bio.spectra:
        return
    if not same_levels(core.columns.get("PRES"), bio.columns.get("PRES")):
        detail = f"pressures of profile {bio.place} are not those of {core.file}"
        bench.set_aside(bio.file, BadUpstreamData(Reason.BAD_ROW, detail))
        return
    bench.rows[key] = core.beside(added, bio.spectra)


def same_levels(core: Column | None, bio: Column | None) -> bool:
    """Whether two profiles have their levels at the same places, as far as both say."""
    if core is None or bio is None:
        return True
    both = min(core.value.size, bio.value.size)
    first, second = core.value[:both], bio.value[:both]
    return bool(((first == second) | np.isnan(first) | np.isnan(second)).all())


def _metadata(files: Iterable[Received], bench: _Bench) -> Metadata:
    for remote, content in files:
        try:
            found = read_metadata(content)
        except BadUpstreamData as fault:
            bench.set_aside(remote.file, fault)
            continue
        if found.platform == bench.platform:
            return found
        detail = f"{found.platform!r}, wanted {bench.platform}"
        bench.set_aside(remote.file, BadUpstreamData(Reason.WRONG_PLATFORM, detail))
    return Metadata(bench.platform)
