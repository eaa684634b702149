"""What one published product says of itself, read from its bytes alone; runs on a worker."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from halocline.model.digest import sha256_of
from halocline.model.estimates import Origin
from halocline.pipeline.compare import KEYS
from halocline.pipeline.read import decode
from halocline.products.paths import PRODUCT
from halocline.stores.bucket import Bucket, NoSuchKey

REQUIRED: Final = (
    *("Conventions", "featureType", "title", "summary", "id", "naming_authority", "keywords"),
    *("institution", "license", "citation", "history", "date_created", "platform_code"),
    *("time_coverage_start", "time_coverage_end", "processing_recipe"),
)
"""ACDD 1.3's highly recommended attributes, the time covered, and where it came from."""
PLACE: Final = ("JULD", "POSITION")
"""Flagged like a variable, and none."""
Times = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class ProductRef:
    """A current product, and the version before it when there is one."""

    network: str
    platform: str
    year: int
    version: str
    path: str
    before: str = ""
    """Path of the version before it; ''."""

    @property
    def name(self) -> str:
        """Platform as an operator names it."""
        return f"{self.platform} {self.year}" if self.year else self.platform


@dataclass(frozen=True)
class Late:
    """Values of a variable that were estimated before they arrived."""

    count: int
    inside: int
    """Of them, inside the interval that was published."""


@dataclass(frozen=True)
class ProductFacts:
    """What a user finds in a product; small enough to travel."""

    ref: ProductRef
    fault: str = ""
    """Why it cannot be used at all: missing, other bytes, unreadable."""
    missing: tuple[str, ...] = ()
    """Required attributes it lacks, and variables without units or name."""
    last: str = ""
    """Newest observation, ISO UTC; ''."""
    cadence_h: float = float("nan")
    """Median time between observations, hours."""
    days: tuple[str, ...] = ()
    """Days of the window with an observation."""
    in_window: int = 0
    """Observations in the window."""
    empty: tuple[str, ...] = ()
    """variable@slice without any value, of variables that usually have some."""
    late: Mapping[str, Late] = field(default_factory=dict)


def facts_of(ref: ProductRef, *, bucket: Bucket, since: str, until: str) -> ProductFacts:
    """Facts of a published product in the window from `since` to `until` (ISO UTC).

    What is wrong with the product is in the facts. Opens netCDF files: one thread only.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    try:
        content = bucket.get(f"{ref.path}/{PRODUCT}")
    except NoSuchKey:
        return ProductFacts(ref, fault="its file is not in the bucket")
    if sha256_of(content) != ref.version:
        return ProductFacts(ref, fault="its bytes are not those that were published")
    try:
        product = decode(content)
    except (OSError, ValueError) as fault:
        return ProductFacts(ref, fault=f"it cannot be read: {fault}")
    before = None
    if ref.before:
        try:
            before = decode(bucket.get(f"{ref.before}/{PRODUCT}"))
        except (OSError, ValueError, NoSuchKey):
            before = None  # an old version that is gone says nothing of the current one
    return read_facts(ref, product, before=before, window=_window(since, until))


def _window(since: str, until: str) -> tuple[np.datetime64, np.datetime64]:
    return np.datetime64(since.rstrip("Z"), "s"), np.datetime64(until.rstrip("Z"), "s")


def read_facts(
    ref: ProductRef,
    product: xr.Dataset,
    *,
    before: xr.Dataset | None,
    window: tuple[np.datetime64, np.datetime64],
) -> ProductFacts:
    """Facts of an opened product."""
    names = variables_of(product)
    time = times_of(product, ref.network)
    observed = _observed(product, names, ref.network)
    moments = np.unique(time[observed & ~np.isnat(time)]).astype("datetime64[s]")
    inside = moments[(moments > window[0]) & (moments <= window[1])]
    steps = np.diff(moments) / np.timedelta64(1, "h")
    return ProductFacts(
        ref=ref,
        missing=_missing(product, names),
        last=f"{moments[-1]}Z" if len(moments) else "",
        cadence_h=float(np.median(steps)) if len(steps) else float("nan"),
        days=tuple(np.unique(inside.astype("datetime64[D]")).astype(str).tolist()),
        in_window=len(inside),
        empty=_empty(product, names, network=ref.network, window=window),
        late={} if before is None else _late(before, product, names, network=ref.network),
    )


def variables_of(product: xr.Dataset) -> list[str]:
    """Names of what was observed: what carries our flags, place and date left out."""
    flagged = [str(name).removesuffix("_QC") for name in product if str(name).endswith("_QC")]
    return sorted(name for name in flagged if name in product and name not in PLACE)


def times_of(product: xr.Dataset, network: str) -> Times:
    """Time of each row, (n,)."""
    return np.asarray(product["JULD" if network == "argo" else "TIME"].values)


def _values(product: xr.Dataset, name: str) -> npt.NDArray[Any]:
    return np.isfinite(product[name].values.astype(np.float64))


def _observed(product: xr.Dataset, names: list[str], network: str) -> npt.NDArray[np.bool_]:
    """Rows that hold at least one measured value."""
    rows = np.zeros(len(times_of(product, network)), dtype=bool)
    for name in names:
        there = _values(product, name)
        rows |= there if there.ndim == 1 else there.any(axis=1)
    return rows


def _missing(product: xr.Dataset, names: list[str]) -> tuple[str, ...]:
    lacking = [name for name in REQUIRED if not str(product.attrs.get(name, "")).strip()]
    for name in names:
        lacking += [
            f"{name}:{word}"
            for word in ("units", "long_name")
            if not str(product[name].attrs.get(word, "")).strip()
        ]
    return tuple(lacking)


def _slices(time: Times, product: xr.Dataset, network: str) -> npt.NDArray[Any]:
    """Label of the slice each row is in: a float's cycle, a station's day; '' without a date."""
    if network == "argo":
        labels = product["CYCLE_NUMBER"].values.astype(str)
    else:
        labels = time.astype("datetime64[D]").astype(str)
    return np.where(np.isnat(time), "", labels)


def _empty(
    product: xr.Dataset,
    names: list[str],
    *,
    network: str,
    window: tuple[np.datetime64, np.datetime64],
) -> tuple[str, ...]:
    """Slices of the window without a value, of variables that most slices have.

    A slice in which nothing at all was observed is a matter of completeness, not of this.
    """
    time = times_of(product, network)
    label = _slices(time, product, network)
    observed = _observed(product, names, network)
    seen = np.unique(label[observed & (label != "")])
    near = np.unique(label[observed & (time > window[0]) & (time <= window[1])])
    found = []
    for name in names:
        there = _values(product, name)
        rows = there if there.ndim == 1 else there.any(axis=1)
        full = np.unique(label[rows & (label != "")])
        if len(seen) and len(full) >= 0.5 * len(seen):
            found += [f"{name}@{one}" for one in np.setdiff1d(near, full).tolist()]
    return tuple(found)


def _late(
    before: xr.Dataset, product: xr.Dataset, names: list[str], *, network: str
) -> dict[str, Late]:
    """Where the version before had an estimate and this one has a good measurement."""
    dimension, key = KEYS[network]
    _same, at_old, at_new = np.intersect1d(
        before[key].values, product[key].values, return_indices=True
    )
    old, new = before.isel({dimension: at_old}), product.isel({dimension: at_new})
    found = {}
    for name in names:
        if not all(f"{name}_{word}" in old for word in ("ORIGIN", "LOWER", "UPPER")):
            continue
        origin, value = old[f"{name}_ORIGIN"].values, new[name].values.astype(np.float64)
        if origin.shape != value.shape:
            continue
        estimated = np.isin(origin, [Origin.INTERPOLATED, Origin.MODELLED])
        arrived = estimated & np.isfinite(value) & np.isin(new[f"{name}_QC"].values, [1, 2])
        lower, upper = old[f"{name}_LOWER"].values, old[f"{name}_UPPER"].values
        inside = arrived & (value >= lower) & (value <= upper)
        if arrived.any():
            found[name] = Late(count=int(arrived.sum()), inside=int(inside.sum()))
    return found
