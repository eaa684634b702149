"""The tide at any time, from a level that was measured at some: a driver no outage takes away."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from halocline.model.errors import ConfigInvalid
from halocline.model.estimates import FloatArray
from halocline.model.series import Grid

SHORTEST_DAYS: Final = 29.0
"""A lunar month: shorter, spring and neap tides are not told apart."""
LONGEST_DAYS: Final = 3653.0
"""Of a longer record its last ten years are analysed: nodal corrections see to the 18.6 years, the
gauge's datum is today's, and a worker has room (UTide takes some 10 kB a level)."""
FEWEST: Final = 232
"""Levels: eight a day for a lunar month, four for each unknown that such a record asks for."""
SPARSEST_STEP_S: Final = 3600
"""Analysed at most hourly: the shortest constituents that matter last four hours."""
COARSEST_STEP_S: Final = 3 * 3600
"""Coarser, a half-daily tide is not followed through its shallow-water harmonics."""
EPOCH: Final = np.datetime64("2000-01-01", "s")
STEP_S: Final = 600
"""Steps at which a stored tide is told: read off the line between two of them, a tide of 3 m is
wrong by 3 mm at most."""
BLOCK: Final = 4096
"""Steps told at once, for memory: UTide takes 5 kB a step."""


@dataclass(frozen=True)
class Tide:
    """What harmonic analysis found in a level: all that is needed to tell its tide at any time.

    `mean` and `amplitude` (k,) are in units of the level, `phase` (k,) is the lag behind the
    equilibrium tide at Greenwich, degrees: no epoch enters. `latitude`, degrees, for the nodal
    corrections; where it is not finite, or 0 (a place that was never written), they are left out,
    in analysis and prediction alike.
    """

    level: str
    """Name of the level: a variable of the station, or PLATFORM_VARIABLE of a driver."""
    days: float
    """From the first level analysed to the last."""
    latitude: float
    mean: float
    constituents: tuple[str, ...]
    """As UTide names them: M2, S2, …; the strongest first."""
    amplitude: tuple[float, ...]
    phase: tuple[float, ...]


def tide_name(level: str) -> str:
    """What the tide analysed from a level is called among drivers."""
    return f"tide_of_{level}"


def is_too_short(level: Grid) -> str:
    """Why no tide can be told from a level, '' where one can."""
    known, days = int(np.isfinite(level.value).sum()), _days_of(level)
    if days >= SHORTEST_DAYS and known >= FEWEST and level.step_s <= COARSEST_STEP_S:
        return ""
    return (
        f"a tide cannot be told from {known} levels over {days:.0f} days, one in "
        f"{level.step_s / 3600:.3g} h: wanted {SHORTEST_DAYS:.0f} days and {FEWEST} levels or "
        f"more, one in {COARSEST_STEP_S // 3600} h or less"
    )


def analysed(level: Grid, *, name: str, latitude: float) -> Tide:
    """The tide in the known values of a level.

    Harmonic analysis by UTide (Codiga 2011), constituents by the length of the record, ordinary
    least squares, no trend; of a long record, its last ten years. `latitude`: degrees; without
    nodal corrections where it is not known, which matters over years.

    Raises:
        ConfigInvalid: the operator's; UTide is not installed, or the record is too short.
    """
    utide = _utide()
    short = is_too_short(level)
    if short:
        raise ConfigInvalid(short)
    sparse = _analysed_steps(level)
    nodal = _is_known(latitude)
    found = utide.solve(
        _days_since_epoch(level)[sparse], level.value[sparse], lat=latitude if nodal else 0.0,
        nodal=nodal, trend=False, method="ols", conf_int="none", epoch=str(EPOCH)[:10],
        verbose=False,
    )  # fmt: skip
    return Tide(
        level=name,
        days=float(np.ptp(sparse)) * level.step_s / 86400,
        latitude=float(latitude),
        mean=float(found["mean"]),
        constituents=tuple(str(one) for one in found["name"]),
        amplitude=tuple(np.asarray(found["A"], dtype=np.float64).tolist()),
        phase=tuple(np.asarray(found["g"], dtype=np.float64).tolist()),
    )


def told(tide: Tide, grid: Grid) -> Grid:
    """The tide at every step of a grid, whatever its values; units of the level.

    Raises:
        ConfigInvalid: the operator's; UTide is not installed.
    """
    utide, found, time = _utide(), _coefficients(tide), _days_since_epoch(grid)
    height = np.empty(time.size)
    for start in range(0, time.size, BLOCK):
        block = slice(start, start + BLOCK)
        height[block] = utide.reconstruct(time[block], found, epoch=str(EPOCH)[:10], verbose=False)[
            "h"
        ]
    return replace(grid, value=height)


def told_over(tide: Tide, *, start: np.datetime64, stop: np.datetime64) -> Grid:
    """The tide from `start` to `stop` at least, every STEP_S.

    A step has the same value bit for bit in every span it lies in: blocks begin at fixed times.
    """
    block_s = BLOCK * STEP_S
    first = int((start.astype("datetime64[s]") - EPOCH).astype(np.int64)) // block_s
    last = int((stop.astype("datetime64[s]") - EPOCH).astype(np.int64)) // block_s
    origin = EPOCH + np.timedelta64(first * block_s, "s")
    size = (last - first + 1) * BLOCK
    return told(tide, Grid(start=origin, step_s=STEP_S, value=np.full(size, np.nan)))


def tide_driver(tide: Tide | None, grids: Mapping[str, Grid]) -> dict[str, Grid]:
    """The tide by its name among drivers, over all the time of some grids; nothing without one."""
    spans = [one.time for one in grids.values() if one.value.size]
    if tide is None or not spans:
        return {}
    start, stop = min(one[0] for one in spans), max(one[-1] for one in spans)
    return {tide_name(tide.level): told_over(tide, start=start, stop=stop)}


def predicted_tide(level: Grid, *, latitude: float) -> Grid:
    """The tide on the steps of `level` analysed from its known values: known at all of them.

    Raises:
        ConfigInvalid: as `analysed`.
    """
    return told(analysed(level, name="", latitude=latitude), level)


def _coefficients(tide: Tide) -> Mapping[str, Any]:
    """What UTide's reconstruction reads of an analysis.

    Phases are Greenwich's and nodal corrections those of each moment, so that neither the
    frequencies nor the reference time of the analysis are looked at.
    """
    utide = _utide()
    nodal = _is_known(tide.latitude)
    index = np.array([utide.constit_index_dict[one] for one in tide.constituents], dtype=np.int64)
    return {
        "name": np.array(tide.constituents),
        "A": np.array(tide.amplitude),
        "g": np.array(tide.phase),
        "mean": tide.mean,
        "aux": {
            "frq": utide.ut_constants.const.freq[index],
            "lind": index,
            "lat": tide.latitude if nodal else 0.0,
            "reftime": 0.0,
            "opt": {
                "twodim": False, "nodiagn": True, "notrend": True, "prefilt": [],
                "nodsatlint": False, "nodsatnone": not nodal, "gwchlint": False, "gwchnone": False,
            },
        },
    }  # fmt: skip


def _is_known(latitude: float) -> bool:
    return bool(np.isfinite(latitude)) and latitude != 0


def _utide() -> ModuleType:
    if find_spec("utide") is None:
        raise ConfigInvalid("the tide needs UTide: pip install 'halocline[learn]'")
    import utide  # noqa: PLC0415

    return utide  # type: ignore[no-any-return]


def _analysed_steps(level: Grid) -> npt.NDArray[np.intp]:
    """Known steps of the last LONGEST_DAYS, about one an hour."""
    known = np.flatnonzero(np.isfinite(level.value))
    first = known[-1] - round(LONGEST_DAYS * 86400 / level.step_s)
    every = max(1, SPARSEST_STEP_S // level.step_s)
    return known[np.searchsorted(known, first) :: every]


def _days_of(level: Grid) -> float:
    """From the first known level to the last."""
    known = np.flatnonzero(np.isfinite(level.value))
    return float(np.ptp(known)) * level.step_s / 86400 if known.size else 0.0


def _days_since_epoch(grid: Grid) -> FloatArray:
    return np.asarray((grid.time - EPOCH).astype(np.int64) / 86400, dtype=np.float64)
