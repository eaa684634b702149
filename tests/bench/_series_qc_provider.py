"""Our flags beside the provider's on the Coriolis-côtier files."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from halocline.model.checked import Checked
from halocline.model.series import SeriesVariable
from halocline.qc.series import SeriesSuite, check, test_names
from halocline.sources.series_file import read_series
from tests.bench._tables import Table, percent

FEWEST = 200
WORTH = 0.01
"""Share of the values of a variable beyond which a difference is systematic."""


BECAUSE = {
    ("6200021", "FLU3_LEVEL3"): "their range ends at 10; winter flood, 10 to 23",
    ("6200021", "PSAL"): "their range ends at 20; the Vilaine in flood reads 7 to 20",
    ("6200021", "PSAL_LEVEL3"): "the same; ours: fronts of the flood under the surface",
    ("6200021", "TUR4_LEVEL3"): "they doubt 0.0 NTU, seven values",
    ("6200310", "PHPH"): "pH 9.2 to 9.5 all through: no seawater",
    ("6200443", "CNDC"): "the way into the dry station",
    ("6200443", "DEPH"): "frozen at 28.357 m",
    ("6200443", "DOX1"): "ours: dry station, an empty cell at 0.04 ml/l, and water that "
                         "stands in the cell, from 5 ml/l to 0 until 16 September and 6 October, "
                         "from 6 to 1 until 2 December; theirs: a "
                         "fortnight of January at 6.2 to 6.9 ml/l, which nothing of ours doubts",
    ("6200443", "MASS_DOXY"): "as DOX1",
    ("6200443", "OSAT"): "as DOX1",
    ("6200443", "FLU3"): "ours: dry station; theirs: zeros shorter than 20 h",
    ("6200443", "TEMP"): "dry station: they flag its temperature good",
    ("6200443", "TUR4"): "ours: dry station, spikes; theirs: zeros",
    ("6200450", "DEPH"): "at 25.681 m for nine days, broken by nominal depths alone",
    ("6200450", "FLU3"): "under 2 for days, 15 from a visit on (6 September), and spikes",
    ("6200450", "TUR4"): "up to 22 until that visit, 4 from it on",
    ("EXIN0003", "PSAL"): "one decimal: a constant of 33 h is the sea",
    ("EXIN0004", "CPHL"): "ours: chlorophyll of 100 to 1,973 mg/m3; they have no opinion (flag 0)",
}  # fmt: skip
"""Why the two differ, where they do systematically; looked up by hand."""


def agreement(folder: Path, suite: SeriesSuite) -> Iterator[Table]:
    codes = sorted({path.stem.split("_")[4] for path in folder.glob("*.csv")})
    now = np.datetime64("2026-01-01T00:00:00")
    rows = []
    for code in codes:
        series = read_series(sorted(folder.glob(f"*_{code}*.csv")), received=now).series
        checked = check(series, suite)
        for name, variable in series.variables.items():
            if np.isfinite(variable.value).sum() >= FEWEST and name in checked:
                rows += _row(code, name, variable, checked[name])
    note = (
        "All files of eight stations, September 2024 to February 2025; values as decoded, so "
        "numbers that stand for nothing are gone from both sides. Bad: flag 3 or 4. Variables "
        "whose "
        f"flags differ in less than {WORTH:.0%} of the values are left out. Ours: the tests that "
        "fired where the provider's flag is not bad, with their share of those values."
    )
    head = ["station", "variable", "values", "agree %", "bad for both %", "ours alone %", "by",
            "theirs alone %", "why"]  # fmt: skip
    yield Table("Provider's flags", note, head, rows)


def _row(code: str, name: str, variable: SeriesVariable, checked: Checked) -> list[list[str]]:
    held = np.isfinite(variable.value)
    ours = np.isin(checked.flag[held], (3, 4))
    theirs = np.isin(variable.flag_source[held], (3, 4))
    alone, missed = ours & ~theirs, theirs & ~ours
    if max(alone.mean(), missed.mean()) < WORTH:
        return []
    fired = {
        test: (checked.failed[held][alone] >> np.uint64(bit) & np.uint64(1)).mean()
        for bit, test in test_names().items()
    } if alone.any() else {}  # fmt: skip
    words = [f"{test} {100 * share:.0f}" for test, share in
             sorted(fired.items(), key=lambda one: -one[1]) if share >= 0.05]  # fmt: skip
    return [[code, name, f"{held.sum():,}", percent(np.mean(ours == theirs)),
             percent(np.mean(ours & theirs)), percent(alone.mean()), ", ".join(words) or "–",
             percent(missed.mean()), BECAUSE.get((code, name), "not looked into")]]  # fmt: skip
