"""Which products a reprocessing is about: one model, a form in the UI and options on the line."""

from datetime import date
from fnmatch import fnmatchcase
from typing import Literal, Self

from pydantic import Field, model_validator

from halocline.model.params import Params
from halocline.networks import Box

Part = Literal["all", "argo", "coasthf"]


class Scope(Params):
    """Products that meet every criterion given; every product when none is."""

    products: Part = Field(
        default="all", description="Products of floats, products of moorings, or all."
    )
    platforms: tuple[str, ...] = Field(
        default=(),
        description="WMO numbers or station codes; * and ? stand for any digits, as in 69034*.",
    )
    box: Box | None = Field(
        default=None,
        description="Only platforms whose published positions touch this box, in degrees.",
    )
    since: date | None = Field(
        default=None, description="Only products with observations on or after this day (UTC)."
    )
    until: date | None = Field(
        default=None, description="Only products with observations on or before this day (UTC)."
    )
    variables: tuple[str, ...] = Field(
        default=(), description="Only products that hold one of these, such as TEMP or DOXY."
    )
    made_by_code: str = Field(
        default="", description="Only products made by code whose digest starts like this."
    )
    made_with_suite: str = Field(
        default="", description="Only products checked with thresholds whose digest starts so."
    )
    made_with_model: str = Field(
        default="",
        description="Only products a trained model had a part in: its name, or name:version.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"since {self.since} is after until {self.until}")
        return self

    @property
    def asks_manifests(self) -> bool:
        """Whether the answer is in the products' manifests."""
        return bool(self.made_by_code or self.made_with_suite or self.made_with_model)

    def names(self, *, network: str, platform: str) -> bool:
        """Whether a platform is meant, as far as its name tells."""
        return self.products in ("all", network) and (
            not self.platforms or any(fnmatchcase(platform, one) for one in self.platforms)
        )

    def overlaps(self, *, first: str, last: str) -> bool:
        """Whether observations from `first` to `last` (ISO UTC, '' unknown) may be in the period.

        What has no known dates is in: leaving it out would be a silent guess.
        """
        after = not self.since or not last or last[:10] >= self.since.isoformat()
        before = not self.until or not first or first[:10] <= self.until.isoformat()
        return after and before

    def made_by(self, processing: dict[str, object]) -> bool:
        """Whether the `processing` part of a product's manifest is as asked for."""
        models = processing.get("models")
        known = models if isinstance(models, dict) else {}
        name, _, version = self.made_with_model.partition(":")
        return (
            str(processing.get("code_digest", "")).startswith(self.made_by_code)
            and str(processing.get("suite_digest", "")).startswith(self.made_with_suite)
            and (not name or (name in known and str(known[name]).startswith(version)))
        )

    def touches(self, *, west: float, east: float, south: float, north: float) -> bool:
        """Whether a product of these bounds, degrees, touches the box; west > east wraps."""
        if self.box is None:
            return True
        if south > self.box.north or north < self.box.south:
            return False
        ours, theirs = _arcs(self.box.west, self.box.east), _arcs(west, east)
        return any(a[0] <= b[1] and b[0] <= a[1] for a in ours for b in theirs)


def _arcs(west: float, east: float) -> list[tuple[float, float]]:
    return [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
