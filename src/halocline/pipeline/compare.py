"""Compare two versions of a product: flags changed, values filled anew, largest differences."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from halocline.model.flags import Flag
from halocline.pipeline.candidates import Candidate
from halocline.pipeline.catalogue import versions
from halocline.pipeline.product_bytes import ProductDamaged, product_bytes
from halocline.pipeline.read import decode
from halocline.stores.bucket import Bucket
from halocline.stores.tables import Tables, current_products

FILLED: Final = "_FILLED"
KEYS: Final = {"argo": ("N_PROF", "PROFILE_ID"), "coasthf": ("TIME", "TIME")}
"""Network → dimension along which versions are matched, and the variable that names its points."""
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Pair:
    """Two versions of a product: one that is or was current, and the one in its place."""

    network: str
    platform: str
    year: int
    old_version: str
    old_path: str
    """'' when nothing is current: everything is new."""
    new_version: str
    new_path: str

    @property
    def name(self) -> str:
        """Platform as an operator names it."""
        return f"{self.platform} {self.year}" if self.year else self.platform


@dataclass(frozen=True)
class VariableChange:
    """What is different in one variable; counts are of values both versions have a place for."""

    variable: str
    flags_changed: int
    flags_worse: int
    """Of them, to 3 or 4 from something better."""
    filled_anew: int
    """Values of `_FILLED` where the old version had none."""
    filled_lost: int
    revised: int
    """Values of `_FILLED` that are others than before, as measured ones or as estimates."""
    largest: float
    """Largest difference of `_FILLED`, in the variable's units; 0 when there is none."""
    where: str
    """Place of the largest difference."""
    units: str


@dataclass(frozen=True)
class Difference:
    """What is different between the two versions of one product."""

    pair: Pair
    points_added: int
    """Profiles or times the old version did not have."""
    points_gone: int
    variables_added: tuple[str, ...]
    variables_gone: tuple[str, ...]
    changes: tuple[VariableChange, ...]
    """Variables with at least one difference."""

    @property
    def is_none(self) -> bool:
        """Whether a reader would see the same numbers."""
        return not (
            self.points_added or self.points_gone or self.variables_added
            or self.variables_gone or self.changes
        )  # fmt: skip

    @property
    def extent(self) -> str:
        """Points and variables that one of the two has alone, in words."""
        told = f"{self.points_added:,} points added, {self.points_gone:,} gone"
        if self.variables_added or self.variables_gone:
            told += f"; variables added: {', '.join(self.variables_added) or 'none'}"
            told += f", gone: {', '.join(self.variables_gone) or 'none'}"
        return told

    @property
    def flags_changed(self) -> int:
        """Over all variables."""
        return sum(one.flags_changed for one in self.changes)

    @property
    def filled_anew(self) -> int:
        """Over all variables."""
        return sum(one.filled_anew for one in self.changes)


@dataclass(frozen=True)
class NotCompared:
    """Two versions of a product one of which cannot be read, and why."""

    pair: Pair
    detail: str

    @property
    def name(self) -> str:
        """Platform as an operator names it."""
        return self.pair.name


def pairs_of(candidates: Sequence[Candidate], *, bucket: Bucket) -> list[Pair]:
    """Each candidate beside the current version of its product; those already current left out.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    columns = ["network", "platform", "year", "version", "path", "status", "seq"]
    events = current_products(Tables(bucket).read("products", columns=columns)).to_pylist()
    current = {(row["network"], row["platform"], row["year"]): row for row in events}
    found = []
    for one in candidates:
        if one.status != "current":
            continue
        now = current.get((one.network, one.platform, one.year))
        there = now is not None and now["status"] == "current"
        pair = Pair(
            network=one.network,
            platform=one.platform,
            year=one.year,
            old_version=now["version"] if now and there else "",
            old_path=now["path"] if now and there else "",
            new_version=one.event["version"],
            new_path=one.event["path"],
        )
        if pair.old_version != pair.new_version:
            found.append(pair)
    return found


def revision(bucket: Bucket, *, platform: str, year: int | None = None) -> list[Pair]:
    """What is current of a platform beside the version before it; none where there is no other.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    found: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in versions(bucket, platform=platform, year=year):
        found.setdefault((row["network"], row["year"]), []).append(row)
    pairs = []
    for (network, number), rows in found.items():
        now = rows[-1]
        older = [one for one in rows if one["version"] != now["version"]]
        if now["status"] == "current" and older:
            pairs.append(Pair(network, platform, number, older[-1]["version"], older[-1]["path"],
                              now["version"], now["path"]))  # fmt: skip
    return pairs


def compare_pair(pair: Pair, *, bucket: Bucket) -> Difference:
    """What a reader would find different; opens both products, so it runs in one thread.

    Raises:
        ProductDamaged: the store lost one of the two, or holds other bytes; which, what to do.
        SourceUnavailable: the store does not answer — retry.
    """

    def read(path: str, version: str) -> xr.Dataset:
        return decode(product_bytes(path, version=version, platform=pair.platform, bucket=bucket))

    new = read(pair.new_path, pair.new_version)
    old = read(pair.old_path, pair.old_version) if pair.old_path else None
    return differences(pair, old=old, new=new)


def compare_if_whole(pair: Pair, *, bucket: Bucket) -> Difference | NotCompared:
    """As `compare_pair`; of a pair that the store damaged, why: the others are compared.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    try:
        return compare_pair(pair, bucket=bucket)
    except ProductDamaged as fault:
        return NotCompared(pair, f"not compared: {fault}")


def differences(pair: Pair, *, old: xr.Dataset | None, new: xr.Dataset) -> Difference:
    """What is different between two products of one platform; `old` None: all of it is new."""
    dimension, key = KEYS[pair.network]
    names = _variables(new)
    if old is None:
        return Difference(
            pair=pair,
            points_added=int(new.sizes[dimension]),
            points_gone=0,
            variables_added=tuple(names),
            variables_gone=(),
            changes=(),
        )
    _shared, at_old, at_new = np.intersect1d(old[key].values, new[key].values, return_indices=True)
    before, after = old.isel({dimension: at_old}), new.isel({dimension: at_new})
    both = [name for name in names if name in _variables(old)]
    changes = [_change(name, before=before, after=after, key=key) for name in both]
    return Difference(
        pair=pair,
        points_added=int(new.sizes[dimension]) - len(at_new),
        points_gone=int(old.sizes[dimension]) - len(at_old),
        variables_added=tuple(sorted(set(names) - set(both))),
        variables_gone=tuple(sorted(set(_variables(old)) - set(both))),
        changes=tuple(one for one in changes if one is not None),
    )


def _variables(product: xr.Dataset) -> list[str]:
    """Names of what carries our flags, sorted."""
    flagged = [str(name).removesuffix("_QC") for name in product if str(name).endswith("_QC")]
    return sorted(name for name in flagged if name in product)


def _change(name: str, *, before: xr.Dataset, after: xr.Dataset, key: str) -> VariableChange | None:
    old_flag, new_flag = _same_shape(before[f"{name}_QC"].values, after[f"{name}_QC"].values)
    bad = [Flag.PROBABLY_BAD, Flag.BAD]
    changed = old_flag != new_flag
    worse = changed & np.isin(new_flag, bad) & ~np.isin(old_flag, bad)
    anew = lost = revised = 0
    largest, where = 0.0, ""
    if f"{name}{FILLED}" in before and f"{name}{FILLED}" in after:
        old, new = _same_shape(before[f"{name}{FILLED}"].values, after[f"{name}{FILLED}"].values)
        anew = int((np.isfinite(new) & ~np.isfinite(old)).sum())
        lost = int((np.isfinite(old) & ~np.isfinite(new)).sum())
        revised = int((np.isfinite(old) & np.isfinite(new) & (old != new)).sum())
        largest, where = _largest(old, new, points=after[key].values)
    if not (changed.any() or anew or lost or largest):
        return None
    return VariableChange(
        variable=name,
        flags_changed=int(changed.sum()),
        flags_worse=int(worse.sum()),
        filled_anew=anew,
        filled_lost=lost,
        revised=revised,
        largest=largest,
        where=where,
        units=str(after[name].attrs.get("units", "")),
    )


def _largest(old: Array, new: Array, *, points: Array) -> tuple[float, str]:
    """Largest difference where both have a value, and the point it is at."""
    both = np.isfinite(old) & np.isfinite(new)
    if not both.any():
        return 0.0, ""
    size = np.where(both, np.abs(new.astype(np.float64) - old.astype(np.float64)), 0.0)
    place = np.unravel_index(int(np.argmax(size)), size.shape)
    if size[place] == 0:
        return 0.0, ""
    point = points[place[0]]
    word = point.decode() if isinstance(point, bytes) else str(point)
    level = f" level {place[1]}" if len(place) > 1 else ""
    return float(size[place]), f"{word.removesuffix('.000000000')}{level}"


def _same_shape(old: Array, new: Array) -> tuple[Array, Array]:
    """Both arrays cut to the levels they share: a version may have longer profiles."""
    if old.ndim < 2:
        return old, new
    levels = min(old.shape[1], new.shape[1])
    return old[:, :levels], new[:, :levels]
