"""docs/reference/series-qc.md: the registry, why each test is whose, what was measured."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import halocline.qc.series as package
from halocline.model.registry import load_all
from halocline.qc.series._api import COLUMN_TESTS, STATION_TESTS, ColumnTest, StationTest
from tests.bench._tables import Table

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "reference" / "series-qc.md"
MEASURED: Final = "## Measured"
OWN: Final = "own"
WHOSE: Final = {
    "gross_range": (OWN, "two comparisons; ioos_qc's gives the same flags"),
    "spike": (OWN, "ioos_qc compares with the two neighbours whatever the time between, and calls "
              "both sides of a step a spike; saqc's needs a window"),
    "rate_of_change": (OWN, "ioos_qc's is a rate per second across any silence"),
    "stuck_value": (OWN, "one pass; ioos_qc's flat line costs window times values; saqc's "
                    "flagConstants is as right, and takes a stack of dependencies into the "
                    "toolbox"),
    "dry_station": (OWN, "no peer has it"),
    "climatology": (OWN, "limits learned from the station's own good past run between months; "
                    "ioos_qc's jump from one to the next"),
    "attenuated_signal": (OWN, "exact windows in time, on uneven stamps; ioos_qc's range form"),
    "offset": (OWN, "saqc's flagOffset in its idea, here step by step and linear in the jumps"),
    "cap_value": (OWN, "no peer has it"),
    "impossible_date": (OWN, "a comparison"),
    "position": (OWN, "the mooring's own place: nearer than a mask of the land, which knows no "
                      "pier "
                 "and no estuary; a station on land by its position is far from its mooring"),
    "dependency": (OWN, "no peer knows which parameter is computed from which"),
    "saturation": (OWN, "solubility through gsw"),
    "twin_salinity": (OWN, "salinity of conductivity through gsw"),
    "high_baseline": (OWN, "no peer has it"),
    "time_gap": (OWN, "saqc's flagIsolated in its idea"),
    "drift": (OWN, "saqc's flagDriftFromReference asks for a sound twin; here the other "
                   "sensors and "
              "the season stand for it"),
    "level_shift": (OWN, "saqc's flagOffset pairs single values: tide and noise hide small steps"),
    "fouling": (OWN, "no peer has it: saqc's correctDrift wants the dates of the visits"),
}  # fmt: skip
"""Test → whose it is, and why."""


def registered() -> list[ColumnTest | StationTest]:
    load_all(package)
    found: list[ColumnTest | StationTest] = [*COLUMN_TESTS.values(), *STATION_TESTS.values()]
    return sorted(found, key=lambda one: one.bit)


def registry_part() -> str:
    """The page down to what was measured: the same wherever it is made."""
    rows = [
        [
            str(one.bit), f"`{one.name}`",
            "one variable" if isinstance(one, ColumnTest) else "the station",
            (one.function.__doc__ or "").strip().split("\n")[0],
            "yes" if one.vouches else "no", WHOSE[one.name][1], one.source,
        ]
        for one in registered()
    ]  # fmt: skip
    head = ["bit", "test", "looks at", "does", "vouches", "why ours", "source"]
    table = Table("", "", head, rows).markdown().strip()
    return (
        "# Quality control of series\n\n"
        "Thresholds per station and variable: `deployments/suites/coasthf.yaml`; a station's block "
        "replaces the network's, `null` turns a test off. Tests of one variable run first, each on "
        "the values not yet bad, then those of the station. Bit n of `<VAR>_QC_TESTS_DONE` and "
        "`_FAILED` is the test's bit, for ever. A value is good (1) when a test that vouches "
        "for it "
        "passed it, stays 0 when none could judge it. Of the provider's flags only 7 and 8 are "
        "looked at: nobody measured such a value, so no test sees it.\n\n"
        "Stamps that repeat or go back are put right and counted when a file is read; stamps later "
        "than their receipt are set aside there.\n\n"
        f"## Tests\n\n{table}\n\n"
        "Every test here is our own: `ioos_qc` and `saqc` were measured beside them (below) "
        "and are "
        "installed for that alone. Both are right where they agree with ours; each costs more "
        "time, "
        "and saqc's licence (GPL-3) and dependencies keep it out of the toolbox.\n\n"
    )


def write(tables: Sequence[Table]) -> None:
    parts = [f"### {one.title}\n\n{one.markdown()}\n" for one in tables]
    measured = "\n".join(parts)
    PAGE.write_text(
        f"{registry_part()}{MEASURED}\n\nBy `python -m tests.bench series_qc`, which writes this "
        f"page.\n\n{measured}",
        encoding="utf-8",
    )
