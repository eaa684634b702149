"""From a product to what its page plots: thinned arrays, times, places, counts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from halocline.model.flags import Flag

MOST_POINTS: Final = 3000
"""Measured values of a variable in one plot: three times the pixels of a wide screen."""
MOST_PROFILES: Final = 80
MOST_LEVELS: Final = 120
LAST_OBSERVATIONS: Final = 60
"""Observations whose usual distance is the pace of a platform."""
ESTIMATED: Final = (2, 3)
BELIEVED: Final = (0, 1, 2, 5)
FLAGGED: Final = (int(Flag.PROBABLY_BAD), int(Flag.BAD))
FIRST: Final = ("TEMP", "PSAL", "DOXY", "DOX1", "OSAT", "CHLA", "FLU3", "TUR4", "NITRATE")
FRAME: Final = ("JULD", "POSITION", "TIME", "PRES")
DECIMALS: Final = 4
SIGNS: Final = {"degree_Celsius": "°C", "degrees_Celsius": "°C", "1": ""}
"""Units as a person reads them."""

Array = npt.NDArray[Any]
Json = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """What a product says of its platform, and the data of its plots."""

    title: str
    latitude: float | None
    longitude: float | None
    times: Array
    """(n,) s since 1970, increasing: when something good was observed, the last of them."""
    part: Json


def seen_in(product: xr.Dataset, *, name: str, network: str) -> Seen:
    """Everything the site shows of one product; `name` is the product's, for people."""
    if network == "argo":
        return _float(product, name)
    return _station(product, name)


def cadence_s(times: Array) -> int:
    """Usual time between two observations of late; 0 when there are too few to tell."""
    apart = np.diff(np.unique(times[-LAST_OBSERVATIONS:]))
    return int(np.median(apart)) if apart.size else 0


def variables_of(product: xr.Dataset, *, dimensions: int) -> list[str]:
    """Observed variables of a product, those an oceanographer looks at first first."""
    found = [
        name.removesuffix("_QC")
        for name in map(str, product.variables)
        if name.endswith("_QC") and not name.endswith("_ADJUSTED_QC")
    ]
    kept = [
        name
        for name in found
        if name in product.variables
        and name not in FRAME
        and product[name].ndim == dimensions
        and np.issubdtype(product[name].dtype, np.number)
        and bool(np.isfinite(product[name].values).any())
    ]
    return sorted(kept, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))


def _station(product: xr.Dataset, name: str) -> Seen:
    time = _seconds(product["TIME"].values)
    names = variables_of(product, dimensions=1)
    good = np.zeros(time.size, dtype=bool)
    for each in names:
        good |= np.isfinite(product[each].values) & _believed(product, each)
    return Seen(
        title=_title(product, "platform_name", "station_name"),
        latitude=_middle(product, "LATITUDE"),
        longitude=_middle(product, "LONGITUDE"),
        times=time[good][-LAST_OBSERVATIONS:],
        part={"name": name, "variables": {each: _series(product, each, time) for each in names}},
    )


def _series(product: xr.Dataset, name: str, time: Array) -> Json:
    value = product[name].values.astype(np.float64)
    flag = product[f"{name}_QC"].values
    kept = thinned(value, flag)
    return {
        **_words(product, name),
        "t": time[kept].tolist(),
        "v": rounded(value[kept]),
        "q": flag[kept].astype(int).tolist(),
        **_estimates(product, name, time),
    }


def thinned(value: Array, flag: Array, *, most: int = MOST_POINTS) -> Array:
    """Indices to draw: each flagged value, and the lowest and highest of each stretch of others.

    Flagged values beyond `most` are thinned too, evenly.
    """
    there = np.isfinite(value)
    flagged = np.flatnonzero(there & np.isin(flag, FLAGGED))
    others = np.flatnonzero(there & ~np.isin(flag, FLAGGED))
    if flagged.size > most:
        flagged = flagged[np.linspace(0, flagged.size - 1, most).astype(int)]
    if others.size > most:
        parts = np.array_split(others, most // 2)
        low = [part[np.argmin(value[part])] for part in parts]
        high = [part[np.argmax(value[part])] for part in parts]
        others = np.unique(np.array([*low, *high]))
    return np.union1d(flagged, others)


def _estimates(product: xr.Dataset, name: str, time: Array) -> Json:
    """Filled stretches with the measured value at either side; nulls between them."""
    empty: Json = {"ft": [], "filled": [], "lower": [], "upper": []}
    if f"{name}_FILLED" not in product.variables:
        return empty
    filled = product[f"{name}_FILLED"].values.astype(np.float64)
    native = np.flatnonzero(np.isfinite(filled))
    estimated = np.isin(product[f"{name}_ORIGIN"].values[native], ESTIMATED)
    if not estimated.any():
        return empty
    lower, upper = (product[f"{name}_{end}"].values.astype(np.float64) for end in
                    ("LOWER", "UPPER"))  # fmt: skip
    columns: list[list[float]] = [[], [], [], []]
    stride = max(1, -(-int(estimated.sum()) // MOST_POINTS))
    for first, last in _runs(estimated):
        inner = [*range(first, last, stride), last - 1]
        picked = native[sorted({max(first - 1, 0), *inner, min(last, native.size - 1)})]
        for column, values in zip(columns, (time, filled, lower, upper), strict=True):
            column += [*values[picked].astype(float), np.nan]
    times, middle, low, high = (np.array(column) for column in columns)
    ends = np.isfinite(middle) & ~np.isfinite(low)
    low, high = (np.where(ends, middle, bound) for bound in (low, high))
    return {
        "ft": [None if np.isnan(one) else int(one) for one in times],
        "filled": rounded(middle), "lower": rounded(low), "upper": rounded(high),
    }  # fmt: skip


def _runs(mask: Array) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(int)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _float(product: xr.Dataset, name: str) -> Seen:
    juld = np.where(_believed(product, "JULD"), _seconds(product["JULD"].values), -1)
    order = np.argsort(np.where(juld < 0, np.iinfo(np.int64).max, juld), kind="stable")
    dated = _one_a_moment(product, order[juld[order] >= 0], juld)
    placed = np.isfinite(product["LATITUDE"].values) & _believed(product, "POSITION")
    located = dated[placed[dated]]
    count = min(MOST_PROFILES, dated.size)
    shown = np.unique(dated.size - 1 - np.linspace(0, dated.size - 1, count).astype(int))
    rows = dated[shown] if dated.size else dated
    levels = max(1, -(-product.sizes["N_LEVELS"] // MOST_LEVELS))
    pick = np.s_[rows, ::levels]
    names = variables_of(product, dimensions=2)
    return Seen(
        title=_title(product, "platform_type"),
        latitude=_last(product, "LATITUDE", located),
        longitude=_last(product, "LONGITUDE", located),
        times=np.unique(juld[dated])[-LAST_OBSERVATIONS:],
        part={
            "name": name,
            "profiles": [
                {"name": str(product["PROFILE_ID"].values[row]), "t": int(juld[row])}
                for row in rows
            ],
            "pressure": _rows(product["PRES"].values[pick]),
            "variables": {each: _levels(product, each, pick) for each in names},
        },
    )


def _one_a_moment(product: xr.Dataset, rows: Array, juld: Array) -> Array:
    """Of the sampling schemes of one cast, the one with most levels: it spans the water column."""
    levels = np.isfinite(product["PRES"].values[rows]).sum(axis=1)
    best: dict[int, int] = {}
    for at in np.argsort(levels, kind="stable"):
        best[int(juld[rows[at]])] = int(rows[at])
    return np.array([best[moment] for moment in sorted(best)], dtype=np.int64)


def _levels(product: xr.Dataset, name: str, pick: Any) -> Json:
    raw = product[name].values[pick].astype(np.float64)
    flag = product[f"{name}_QC"].values[pick]
    believed = np.where(np.isin(flag, BELIEVED), raw, np.nan)
    shape = raw.shape
    estimate, low, high = (np.full(shape, np.nan) for _ in range(3))
    if f"{name}_FILLED" in product.variables:
        believed = product[f"{name}_FILLED"].values[pick].astype(np.float64)
        estimated = np.isin(product[f"{name}_ORIGIN"].values[pick], ESTIMATED)
        estimate = np.where(estimated, believed, np.nan)
        low = np.where(estimated, product[f"{name}_LOWER"].values[pick], np.nan)
        high = np.where(estimated, product[f"{name}_UPPER"].values[pick], np.nan)
    return {
        **_words(product, name),
        "v": _rows(raw), "q": flag.astype(int).tolist(), "f": _rows(believed),
        "e": _rows(estimate), "l": _rows(low), "h": _rows(high),
    }  # fmt: skip


def counts_of(summary: Mapping[str, Any], name: str) -> tuple[dict[str, int], int]:
    """Values of a variable by flag, and how many were filled, as the products table says."""
    known = summary.get(name, {})
    origins = known.get("origins", {})
    filled = sum(int(origins.get(one, 0)) for one in ("interpolated", "modelled"))
    return {str(flag): int(count) for flag, count in known.get("flags", {}).items()}, filled


def rounded(values: Array) -> list[float | None]:
    """Numbers as JSON takes them: missing is null."""
    return [
        None if missing else value
        for value, missing in zip(
            np.round(values, DECIMALS).tolist(), ~np.isfinite(values), strict=True
        )
    ]


def _rows(values: Array) -> list[list[float | None]]:
    return [rounded(row.astype(np.float64)) for row in values]


def _believed(product: xr.Dataset, name: str) -> Array:
    found: Array = np.isin(product[f"{name}_QC"].values, BELIEVED)
    return found


def _words(product: xr.Dataset, name: str) -> Json:
    attributes = product[name].attrs
    title = str(attributes.get("long_name", name))
    units = str(attributes.get("units_source", attributes.get("units", "")))
    return {"title": title, "units": SIGNS.get(units, units)}


def _title(product: xr.Dataset, *names: str) -> str:
    return next((str(product.attrs[name]) for name in names if product.attrs.get(name)), "")


def _seconds(moments: Array) -> Array:
    """Seconds since 1970; -1 where there is no date."""
    whole = moments.astype("datetime64[s]")
    seconds: Array = np.where(np.isnat(whole), -1, whole.astype(np.int64))
    return seconds


def _middle(product: xr.Dataset, name: str) -> float | None:
    if name not in product.variables:
        return None
    value = float(np.nanmedian(np.atleast_1d(product[name].values.astype(np.float64))))
    return round(value, 3) if np.isfinite(value) else None


def _last(product: xr.Dataset, name: str, rows: Array) -> float | None:
    return round(float(product[name].values[rows[-1]]), 3) if rows.size else None
