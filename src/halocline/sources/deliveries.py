"""One series out of several deliveries of one station."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from halocline.model.errors import ContractBroken
from halocline.model.series import Series, SeriesVariable
from halocline.sources.upsert import Slot, upsert


@dataclass(frozen=True)
class DeliveryCount:
    """What one delivery changed in the series built from those before it."""

    file: str
    new: int
    """Stamps not met before."""
    changed: int
    """Known stamps of which at least one value was added or is different now."""
    unchanged: int
    """Known stamps that say what was known."""
    values_added: int
    """Values at known stamps where nothing was."""
    values_replaced: int
    """Values that are different now."""


@dataclass(frozen=True)
class MergeCount:
    """Counts of every delivery, in the order they were merged."""

    deliveries: tuple[DeliveryCount, ...]

    @property
    def new(self) -> int:
        """Stamps of the merged series."""
        return sum(delivery.new for delivery in self.deliveries)

    @property
    def changed(self) -> int:
        """Stamps a later delivery changed, counted once a delivery."""
        return sum(delivery.changed for delivery in self.deliveries)

    @property
    def unchanged(self) -> int:
        """Stamps a later delivery repeated, counted once a delivery."""
        return sum(delivery.unchanged for delivery in self.deliveries)


def in_delivery_order(deliveries: Sequence[Series]) -> list[Series]:
    """Order deliveries from the oldest word to the newest.

    First the time of receipt. Of files received at once (a first pull brings the whole archive),
    the provider's own date of writing (`date_update`) where the file holds one. Where none does, a
    file is written after its last row: the one that reaches later in time is the later word; where
    they end alike, the sliding window of the last days, which the provider writes daily, comes
    after the month; then the name, so that the order never depends on a listing.
    """

    def key(series: Series) -> tuple[str, str, np.datetime64, bool, str]:
        file = series.attributes.get("source_file", "")
        last = series.time.max() if series.time.size else np.datetime64(0, "s")
        written = series.attributes.get("date_update", "")
        return series.attributes.get("received", ""), written, last, is_window(file), file

    return sorted(deliveries, key=key)


def is_window(file: str) -> bool:
    """Whether a path is that of a sliding window (`OC_LATEST_…`, `latest/…`), not of a month."""
    *folders, name = file.split("/")
    return "latest" in folders or "LATEST" in name.split("_")


def merge(deliveries: Sequence[Series]) -> tuple[Series, MergeCount]:
    """Build one series on the union of all stamps, in the order of `in_delivery_order`.

    Key: variable, level, time. A later value replaces what was there; a later blank does not,
    nor does the absence of a row or of a column, which a provider's window explains.

    Raises:
        ContractBroken: ours; no delivery, or deliveries of different platforms.
    """
    platforms = {series.platform for series in deliveries}
    if len(platforms) != 1:
        raise ContractBroken(f"cannot merge deliveries of platforms {sorted(platforms)}")
    ordered = in_delivery_order(deliveries)
    time = np.unique(np.concatenate([series.time for series in ordered]))
    state = _State(time)
    counts = tuple(state.take(series) for series in ordered)
    return state.series(platforms.pop(), _attributes(ordered)), MergeCount(counts)


def split_years(series: Series) -> dict[int, Series]:
    """Cut a series at the first of January UTC; a year without stamps is absent."""
    year = series.time.astype("datetime64[Y]").astype(np.int64) + 1970
    return {int(each): _rows(series, year == each) for each in np.unique(year)}


class _State:
    """The series so far, on the final axis; lives only inside `merge`."""

    def __init__(self, time: npt.NDArray[np.datetime64]) -> None:
        self.time = time
        self.known = np.zeros(time.size, dtype=bool)
        self.latitude, self.longitude = Slot.empty(time.size), Slot.empty(time.size)
        self.slots: dict[str, Slot] = {}
        self.kinds: dict[str, SeriesVariable] = {}

    def take(self, series: Series) -> DeliveryCount:
        """Write one delivery over what is there, and count."""
        target = np.searchsorted(self.time, series.time)
        known = self.known[target]
        touched, added, replaced = np.zeros(target.size, dtype=bool), 0, 0
        for name, variable in series.variables.items():
            slot = self.slots.get(name) or Slot.empty(self.time.size)
            before, after = slot.value[target], variable.value
            is_added = known & np.isnan(before) & ~np.isnan(after)
            is_replaced = ~np.isnan(before) & ~np.isnan(after) & (before != after)
            touched |= is_added | is_replaced
            added, replaced = added + int(is_added.sum()), replaced + int(is_replaced.sum())
            self.slots[name] = upsert(slot, target=target, value=after, flag=variable.flag_source)
            self.kinds[name] = variable
        self.latitude = upsert(self.latitude, target=target, value=series.latitude)
        self.longitude = upsert(self.longitude, target=target, value=series.longitude)
        self.known[target] = True
        new, changed = int((~known).sum()), int((known & touched).sum())
        return DeliveryCount(
            file=series.attributes.get("source_file", ""), new=new, changed=changed,
            unchanged=target.size - new - changed, values_added=added, values_replaced=replaced,
        )  # fmt: skip

    def series(self, platform: str, attributes: dict[str, str]) -> Series:
        """The merged series, variables by name: their order never depends on the files'."""
        variables = {
            name: replace(self.kinds[name], value=slot.value, flag_source=slot.flag)
            for name, slot in sorted(self.slots.items())
        }
        return Series(
            platform, self.time, self.latitude.value, self.longitude.value, variables, attributes
        )


def _attributes(ordered: Sequence[Series]) -> dict[str, str]:
    """Attributes of the newest delivery; all the files it was made from."""
    files = [series.attributes.get("source_file", "") for series in ordered]
    return {**ordered[-1].attributes, "source_file": " ".join(files)}


def _rows(series: Series, keep: npt.NDArray[np.bool_]) -> Series:
    variables = {
        name: replace(variable, value=variable.value[keep], flag_source=variable.flag_source[keep])
        for name, variable in series.variables.items()
    }
    return replace(
        series, time=series.time[keep], latitude=series.latitude[keep],
        longitude=series.longitude[keep], variables=variables,
    )  # fmt: skip
