"""MAREL Carnot 2005-2008 and the planted gaps of the replay: what fillers are compared on."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from halocline.learn.hidden_gaps import HiddenGaps
from halocline.model.series import Grid

FOLDER = Path(__file__).parents[1] / "golden" / "marel_replay"
COLUMNS = {
    "TEMP": ("E__TA", 1),
    "PSAL": ("CSAL1", 2),
    "DOX": ("C_O21", 2),
    "FLUO": ("ECHL1", 2),
    "TURB": ("E_TU1", 1),
    "AIRT": ("ETCO1", 2),
    "PAR": ("E_LU1", 1),
    "LEVEL": ("XMAHH", 2),
    "DOX_RAW": ("E_O21", 2),
    "OSAT": ("CSAT1", 2),
}
START = np.datetime64("2005-01-01T00:10:00")
STEP_S = 1200
LENGTHS_H = (6, 72, 720)
VARIABLES = ("TEMP", "PSAL", "DOX", "FLUO")


@dataclass(frozen=True)
class Marel:
    """Grids as released, and which of their values a sensor wrote."""

    grids: dict[str, Grid]
    native: dict[str, np.ndarray]

    def sensed(self) -> dict[str, Grid]:
        """Grids without what a previous hand filled."""
        return {
            name: Grid(grid.start, grid.step_s, np.where(self.native[name], grid.value, np.nan))
            for name, grid in self.grids.items()
        }


def load(shared_data: Path) -> Marel:
    """Read the release; a value is native when it has the channel's own number of decimals."""
    path = shared_data / "coasthf" / "marel_carnot" / "marel_carnot_2005_2008.csv.gz"
    table = pd.read_csv(path, usecols=[column for column, _ in COLUMNS.values()])
    grids, native = {}, {}
    for name, (column, decimals) in COLUMNS.items():
        value = table[column].to_numpy(np.float64)
        scaled = value * 10**decimals
        grids[name] = Grid(START, STEP_S, value)
        native[name] = np.abs(scaled - np.round(scaled)) < 1e-6
    return Marel(grids, native)


def replay_gaps(variable: str, length_h: int, *, apart_h: float = 240.0) -> HiddenGaps:
    """Planted gaps of the reference, packed into passes with `apart_h` between two of one pass."""
    with (FOLDER / "gaps.csv").open() as lines:
        starts = [
            np.datetime64(row["first_missing"])
            for row in csv.DictReader(lines)
            if (row["variable"], int(row["length_h"])) == (variable, length_h)
        ]
    first = np.sort(np.array([(one - START) / np.timedelta64(STEP_S, "s") for one in starts]))
    first = first.astype(np.int64)
    stop = first + length_h * 3600 // STEP_S
    last: list[int] = []
    in_pass = np.zeros(first.size, dtype=np.int64)
    for number, (one, end) in enumerate(zip(first.tolist(), stop.tolist(), strict=True)):
        room = [k for k, before in enumerate(last) if one - before >= apart_h * 3600 / STEP_S]
        if not room:
            last.append(0)
            room = [len(last) - 1]
        in_pass[number] = room[0]
        last[room[0]] = end
    return HiddenGaps(first, stop, in_pass, np.ones(first.size, dtype=bool))


def replay_scores() -> dict[tuple[str, int], dict[str, float]]:
    """What the reference measured, by variable and length."""
    with (FOLDER / "scores.csv").open() as lines:
        return {
            (row["variable"], int(row["length_h"])): {
                key: float(text) for key, text in row.items() if key not in {"variable", "length_h"}
            }
            for row in csv.DictReader(lines)
        }
