"""Whom experts blame for a density inversion, and what tells one case from the other."""

from collections.abc import Mapping

import numpy as np
from scipy.stats import rankdata

from halocline.model.profiles import Profiles
from halocline.predict.argo_features import NAMES, features
from halocline.qc.argo import ArgoSuite, check
from tests.bench._argo_attempts import only
from tests.bench._argo_experts import NOW, WHOLE

MOST = "6901613"
LOOKED_AT = {
    "disturbed_share": "share of disturbed profiles among this and the last five",
    "inversions_before": "mean number of inversions in the last five profiles",
    "inversions": "inversions in the profile",
    "inversions_near": "inversions within 50 dbar",
    "between_inversions": "dbar between the inversions around (few)",
    "own_noise": "noise of temperature: median departure from the running median",
    "other_noise": "noise of salinity (little)",
    "blame_departure": "departure of salinity over that of temperature, in density (little)",
    "blame_second": "second difference of salinity over that of temperature, in density (little)",
    "own_from_history": "temperature against the last five profiles, either way",
    "other_from_history": "salinity against the last five profiles, either way (little)",
    "worst_inversion": "the worst inversion of the profile (small)",
}
"""Columns of the temperature model; *(little)*: less of it speaks against temperature."""
LESS = ("between_inversions", "other_noise", "blame_departure", "blame_second",
        "other_from_history", "worst_inversion")  # fmt: skip
EITHER_WAY = ("own_from_history", "other_from_history")


def blamed(floats: Mapping[str, Profiles], manual: ArgoSuite) -> list[str]:
    """The section of the page: counts, and a row for each thing looked at."""
    columns, both, where, counts = _inversions(floats, manual)
    some = where != MOST
    lines = [*HEAD.format(**counts).splitlines(), "", f"| told by | all | without {MOST} |",
             "|---|---:|---:|"]  # fmt: skip
    for name, words in LOOKED_AT.items():
        value = columns[:, NAMES.index(name)]
        value = np.abs(value) if name in EITHER_WAY else value
        value = -value if name in LESS else value
        cells = [f"{_area(value[k], both[k]):.2f}" for k in (slice(None), some)]
        lines.append(f"| {words} | {cells[0]} | {cells[1]} |")
    found = columns[:, -1]
    lines.append("| MEDD alone finds temperature at fault there | "
                 f"{_area(found, both):.2f} | {_area(found[some], both[some]):.2f} |")  # fmt: skip
    return [*lines, *READING.splitlines()]


HEAD = """
## Whom an inversion is to be blamed on

Levels of the fair set that test 14 fails when run alone, mode D: experts call temperature and
salinity bad at {both:,}, salinity alone at {psal:,}, temperature alone at {temp:,}, neither at
{neither:,}. Of the {both:,}, {most:,} are of float {wmo}. What tells the first from the second, as
the probability that a level of the first has more of it than one of the second (0.5: nothing):"""
READING = """
With that float the past tells most (0.84). Without it nothing tells much: how far temperature
itself lies from the past (0.67), the past still (0.64), whose departure weighs more (0.62), MEDD's
own verdict (0.61), noise (0.60). Many inversions in one profile then speak the other way (0.12): a
conductivity cell that fails, and salinity alone. Test 50 blames temperature by the past, in floats
disturbed over and over; that rule rests on one float, and is worth what one float is worth."""


def _inversions(floats, manual):
    """Columns and MEDD's word at levels where salinity is blamed; whether temperature is too."""
    columns, both, where = [], [], []
    counts = {"both": 0, "psal": 0, "temp": 0, "neither": 0, "most": 0, "wmo": MOST}
    for wmo, profiles in floats.items():
        if "PSAL" not in profiles.variables:
            continue
        temp, psal = (_word(profiles, name) for name in ("TEMP", "PSAL"))
        place = _failed(profiles, only(manual, "density_inversion"), "TEMP", 14)
        place &= _partly(profiles) & (temp >= 0) & (psal >= 0)
        spike = _failed(profiles, only(manual, "medd"), "TEMP", 25)
        t, s = temp[place] == 1, psal[place] == 1
        for word, mask in (
            ("both", t & s),
            ("psal", s & ~t),
            ("temp", t & ~s),
            ("neither", ~t & ~s),
        ):
            counts[word] += int(mask.sum())
        counts["most"] += int((t & s).sum()) if wmo == MOST else 0
        found = np.column_stack([features(profiles)["TEMP"][place], spike[place]])
        columns.append(found[s])
        both.append(t[s])
        where.append(np.full(int(s.sum()), wmo))
    return np.concatenate(columns), np.concatenate(both), np.concatenate(where), counts


def _word(profiles: Profiles, name: str) -> np.ndarray:
    """1 where the expert calls a value bad, 0 good, -1 where nothing is said."""
    flag = profiles.variables[name].flag_source
    return np.where(flag == 4, 1, np.where(np.isin(flag, (1, 2)), 0, -1))


def _failed(profiles: Profiles, suite: ArgoSuite, name: str, number: int) -> np.ndarray:
    failed = check(profiles, suite, NOW).variables[name].failed
    return (failed >> np.uint64(number) & np.uint64(1)) == 1


def _partly(profiles: Profiles) -> np.ndarray:
    variable = profiles.variables["TEMP"]
    present = np.isfinite(variable.value)
    bad = (present & (variable.flag_source == 4)).sum(axis=1)
    rows = (variable.mode == "D") & (bad < WHOLE * np.maximum(present.sum(axis=1), 1))
    return rows[:, None]


def _area(value: np.ndarray, first: np.ndarray) -> float:
    """Probability that one of `first` has the larger value, ties half; unknown ones left out."""
    known = np.isfinite(value)
    value, first = value[known], first[known]
    n, m = int(first.sum()), int((~first).sum())
    if not n or not m:
        return float("nan")
    return float((rankdata(value)[first].sum() - n * (n + 1) / 2) / (n * m))
