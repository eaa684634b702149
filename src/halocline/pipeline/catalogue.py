"""What is published, as a person asks for it: products, their counts, the methods that won."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from halocline.stores.bucket import Bucket
from halocline.stores.tables import Tables, current_products

_COLUMNS: Final = (
    *("network", "platform", "year", "version", "reference_time", "path", "status", "inputs"),
    *("n_profiles", "n_values", "n_flagged", "n_filled", "summary", "seq"),
)


@dataclass(frozen=True)
class Listed:
    """One current product."""

    network: str
    platform: str
    year: int
    version: str
    reference_time: str
    path: str
    inputs: int
    n_profiles: int
    n_values: int
    n_flagged: int
    n_filled: int
    summary: Mapping[str, Any]
    """By variable: values, flags, origins and the gate."""

    @property
    def name(self) -> str:
        """Platform as an operator names it."""
        return f"{self.platform} {self.year}" if self.year else self.platform


@dataclass(frozen=True)
class Winner:
    """Which methods fill gaps of one length of one variable, over several products."""

    variable: str
    gap_class: str
    methods: Mapping[str, int]
    """Method → products in which it fills gaps of this length; most frequent first."""
    judged: int
    """Products in which hidden gaps could choose; elsewhere the straight line stands in."""
    best_ratio: float | None
    """Lowest RMSE over that of the straight line among products where a method won."""
    best_of: str
    """The product `best_ratio` is of."""


def published(bucket: Bucket) -> list[Listed]:
    """Every current product, by network, platform and year.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    events = current_products(Tables(bucket).read("products", columns=_COLUMNS)).to_pylist()
    listed = [
        Listed(
            **{name: row[name] for name in _COLUMNS if name not in {"status", "seq", "summary"}},
            summary=json.loads(row["summary"]),
        )
        for row in events
        if row["status"] == "current"
    ]
    return sorted(listed, key=lambda one: (one.network, one.platform, one.year))


def versions(bucket: Bucket, *, platform: str, year: int | None = None) -> list[dict[str, Any]]:
    """Rows of `products`: what was ever current of a platform, or of one year of it, oldest first.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    wanted = [("platform", "=", platform), *([("year", "=", year)] if year is not None else [])]
    columns = [*_COLUMNS, "run"]
    rows = Tables(bucket).read("products", columns=columns, filters=wanted).to_pylist()
    return sorted(rows, key=lambda row: (row["network"], row["year"], row["seq"]))


def winners(products: Iterable[Listed]) -> list[Winner]:
    """The choice of method per variable and gap length, in the order of the gap lengths."""
    cells: dict[tuple[str, str], list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
    for one in products:
        for variable, counts in one.summary.items():
            for row in counts["gate"]:
                cells[variable, row["gap_class"]].append((one.name, row))
    return [_winner(variable, gap_class, rows) for (variable, gap_class), rows in cells.items()]


def _winner(variable: str, gap_class: str, rows: list[tuple[str, Mapping[str, Any]]]) -> Winner:
    counts: dict[str, int] = defaultdict(int)
    for _name, row in rows:
        counts[row["method"]] += 1
    won = [
        (row["scores"][row["method"]]["rmse_over_linear"], name)
        for name, row in rows
        if row["reason"] == "won"
    ]
    best, of = min(won, default=(None, ""))
    return Winner(
        variable=variable,
        gap_class=gap_class,
        methods=dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        judged=sum(row["reason"] != "not judged" for _name, row in rows),
        best_ratio=best,
        best_of=of,
    )
