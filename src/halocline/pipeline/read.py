"""Read published products."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

import netCDF4
import pyarrow as pa
import pyarrow.compute as pc
import xarray as xr

from halocline import settings
from halocline.pipeline.product_bytes import product_bytes
from halocline.products.paths import PRODUCT
from halocline.stores.bucket import Bucket, StoreOptions
from halocline.stores.tables import Tables, current_products

PUBLISHED: Final = "current"
_COLUMNS: Final = ("network", "platform", "year", "version", "path", "status", "seq")


class NoSuchProduct(LookupError):
    """Nothing is published under this name; the message says what is."""


@dataclass(frozen=True)
class Published:
    """One version of a product as the products table knows it."""

    network: str
    platform: str
    year: int
    version: str
    path: str


def open_product(
    platform: str | int,
    *,
    year: int | None = None,
    store: Bucket | str | None = None,
    version: str | None = None,
) -> xr.Dataset:
    """Published product of a float (WMO number) or of a station's year, whole, in memory.

    `year` is needed where a station has several; `version` (its first digits are enough) asks for
    one that may have been superseded. `store` is an address ("s3://bucket/prefix",
    "file:///folder") or a `Bucket`; without one, that of the settings.

    Raises:
        NoSuchProduct: the caller's; no such platform, year or version, or more than one fits.
        ConfigInvalid: the operator's; no store is configured, or it refuses the access.
        SourceUnavailable: the store's; try again.
        ProductDamaged: ours; the store lost what was published, or holds other bytes.
    """
    bucket = _bucket(store)
    found = find_product(str(platform), tables=Tables(bucket), year=year, version=version)
    return decode(
        product_bytes(found.path, version=found.version, platform=found.platform, bucket=bucket)
    )


def decode(content: bytes) -> xr.Dataset:
    """Product of these bytes as plain xarray decodes it, loaded: nothing is left open."""
    with netCDF4.Dataset(PRODUCT, memory=content) as opened:
        source = xr.backends.NetCDF4DataStore(opened)  # type: ignore[no-untyped-call]
        return xr.open_dataset(source).load()


def find_product(
    platform: str, *, tables: Tables, year: int | None = None, version: str | None = None
) -> Published:
    """The one version that answers; the current one unless `version` asks for another.

    Raises:
        NoSuchProduct: as `open_product`.
    """
    events = tables.read("products", columns=_COLUMNS, filters=[("platform", "=", platform)])
    if version is None:
        latest = current_products(events)
        rows = latest.filter(pc.equal(latest["status"], PUBLISHED))
    else:
        rows = events.filter(pc.starts_with(events["version"], version))
    if not rows.num_rows:
        raise NoSuchProduct(_nothing_found(platform, tables=tables, events=events, version=version))
    found = sorted({_published(row) for row in rows.to_pylist()}, key=lambda one: one.year)
    chosen = [one for one in found if year is None or one.year == year]
    if len(chosen) != 1:
        raise NoSuchProduct(_which(platform, found, year=year, version=version))
    return chosen[0]


def _bucket(store: Bucket | str | None) -> Bucket:
    if isinstance(store, Bucket):
        return store
    configured = settings.load()
    url = configured.require("store") if store is None else store
    return Bucket(url, StoreOptions(**configured.s3_options()))


def _published(row: dict[str, str | int]) -> Published:
    return Published(
        network=str(row["network"]),
        platform=str(row["platform"]),
        year=int(row["year"]),
        version=str(row["version"]),
        path=str(row["path"]),
    )


def _nothing_found(platform: str, *, tables: Tables, events: pa.Table, version: str | None) -> str:
    if events.num_rows and version is not None:
        known = ", ".join(sorted({one[:12] for one in events["version"].to_pylist()}))
        return f"{platform} has no version that starts with {version!r}; published were {known}"
    if events.num_rows:
        return f"the product of {platform} was withdrawn; its versions can be asked for by name"
    names = sorted(set(tables.read("products", columns=["platform"])["platform"].to_pylist()))
    if not names:
        return f"nothing is published in {tables.bucket.url} yet: run the demo or a process flow"
    near = get_close_matches(platform, names, n=5, cutoff=0.5)
    words = f"near it: {', '.join(near)}" if near else f"known: {_some(names)}"
    return f"no product of {platform!r} among {len(names)} platforms; {words}"


def _which(
    platform: str, found: Sequence[Published], *, year: int | None, version: str | None
) -> str:
    years = ", ".join(str(one.year) for one in found)
    if year is None and version is None:
        return f"{platform} has products of {years}: say which with year="
    if version is not None:
        named = ", ".join(one.version[:12] for one in found)
        return f"{version!r} does not name one version of {platform}: {named} ({years})"
    return f"{platform} has no product of {year}; there are {years}"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:8])
    return f"{shown} and {len(names) - 8} more" if len(names) > 8 else shown
