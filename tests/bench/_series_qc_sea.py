"""What the sea does of itself: departures and jumps beside which a ramp must stand out."""

import numpy as np

from halocline.model.series import Series
from halocline.qc.series import SeriesSuite
from halocline.qc.series._api import STATION_TESTS, Channel, Station
from halocline.qc.series._departure import explained
from halocline.qc.series._jumps import jumps
from halocline.qc.series.fouling import UNSOUND, FoulingParams, _as_judged
from tests.bench._tables import Table

DAYS = (20, 60)
"""As long as the planted ramps."""


def departures(archive: Series, suite: SeriesSuite, names: tuple[str, ...]) -> Table:
    """How far the days of the archive go without any ramp, and how often they jump."""
    block = suite.station.model_dump(mode="json")["fouling"]
    params = STATION_TESTS["fouling"].params.model_validate(block)
    assert isinstance(params, FoulingParams)
    channels = {
        name: Channel(v.value, np.ones(v.value.size, np.uint8), name, v.level)
        for name, v in archive.variables.items()
    }
    station = Station(archive.time, archive.latitude, archive.longitude, channels)
    _, sensors = explained(station, params.against, fewest_days=60, unsound=UNSOUND)
    rows = []
    for name in names:
        one, channel = _as_judged(sensors[name], channels[name], params.logarithm_from)
        departure = np.where(one.usable, one.departure_by_news(one.usable), np.nan)
        held = np.isfinite(channel.value)
        found = jumps(channel.value[held], station.time_s[held], floor=params.floor[name],
                      factor=params.factor, sudden=params.sudden,
                      silence_h=params.silence_h)  # fmt: skip
        far = [np.abs(departure[days:] - departure[:-days]) for days in DAYS]
        rows.append([
            name, f"{np.nanstd(departure):.2f}",
            *(f"{np.nanpercentile(change, q):.2f}" for change in far for q in (50, 95)),
            str((found.step > 0).sum()), str((found.step < 0).sum()),
        ])  # fmt: skip
    note = (
        "MAREL Carnot 2005-2008 without any ramp, faults of its own included; daily medians less "
        "what the other sensors and the season explain (of fluorescence and turbidity their "
        "logarithm). How far they change in 20 and in 60 days: a ramp that ends at less is no "
        "further than the sea goes, and only the jump at its end tells it. Jumps: those of the "
        "size and the suddenness of a cleaning, up and down; turbidity's are nearly all up, as a "
        "storm is: a sensor that lost sensitivity and is cleaned jumps up as well, so that more is "
        "asked of the ramp before it."
    )
    head = ["variable", "standard deviation", "20 days, half of them", "20 days, 95 %",
            "60 days, half of them", "60 days, 95 %", "jumps up", "jumps down"]  # fmt: skip
    return Table("What the sea does", note, head, rows)
