# ruff: noqa: E501 — the sentences of a page
"""Argo QC beside the truth at hand: the data centres' masks, the experts' flags, other packages.

`python -m tests.bench argo_truth` prints the tables and writes docs/reference/argo-qc-truth.md.
Needs the real files; figures of a package appear where it is installed (group `bench`).
"""

import os
from collections import Counter
from pathlib import Path

import numpy as np

from halocline.qc.argo import check, manual, test_names
from halocline.sources.argo_gdac.kinds import platform_named
from halocline.suites import load_suite, shipped_suite
from tests.bench import _argo_peers as peers
from tests.bench._argo_attempts import attempts, by_suite, only
from tests.bench._argo_blame import blamed
from tests.bench._argo_causes import told
from tests.bench._argo_experts import (
    NOW,
    UNFAIR,
    Score,
    alarm_rows,
    interval,
    load,
    macro,
    score_all,
    total,
)
from tests.bench._argo_history import LAST_TEST, Compared, compare

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "argo-qc-truth.md"
PLAIN = ("global_range", "spike", "digit_rollover", "density_inversion")

WHY = {
    2: "JMA (4902252) fails a profile without a position; here it is not judged. In two files of "
    "1900857 the mask 6 is a row of step CODM (objective analysis), not of the real-time tests.",
    5: "5900446: cycle 202 lies 21 and 22 km from the fixes before and after it, 9.6 days away each; none "
    "of the float's 215 fixes asks for more than 0.09 m/s. JULD_QC is 8, an estimated date: whatever the "
    "centre compared in August 2009, it is not in the file as it stands.",
    6: "Every one fails in a B parameter of the same cycle: Coriolis writes one mask a cycle.",
    8: "4901079: in each of the seven files one pressure is flagged 4 that lies within 0.2–7 dbar of the "
    "next regular one in a profile spaced by 10 or 50 dbar: a level received out of order and put in "
    "its place since. 1900857: 110 levels, each deeper than the one before. 2901780: two levels go back "
    "by 195 dbar; the centre does not name the test, yet the file's flags call what it finds bad.",
    9: "3902131 as for 6. 4900882, 4900782: masks of 2007 and 2008; the values have been replaced since.",
    12: "2901780, 2902696: MEDD runs before it. 4900882 as for 9. 4901079: a step of 9.4 °C, under the "
    "manual's 10.",
    13: "1900857: profiles 73 to 107, without three, failed by the program COAR 1.0 in December 2010. "
    "No profile of them spans less than 6.3 °C and 0.52 of salinity. The expert calls 30 good throughout; "
    "of the other four he doubts 1, 6 and 11 levels of temperature and salinity, and one whole salinity.",
    14: "4901079: cycles 175 and 178–184 end in a salinity of 7.2 to 0, 150, 158 hold one of 36.2 or 42.8: "
    "test 6 or 9 takes it first. Its cycles 1–5 and 64 are those of test 8: the inversion went with the "
    "order. 5906072: in all 13 the centre flags temperature and salinity of the last of the 2-dbar bins, "
    "at 977–980 dbar, where the spot samples begin; no inversion is there. 4902481 001D: a first, "
    "descending profile whose uppermost levels are flagged by hand. 5900446 167: a salinity too low by 2 "
    "at 15 dbar, which its centre flagged by another test. 4901079 112: an inversion of 0.051 kg/m³ at "
    "269–279 dbar that its centre let pass.",
    15: "6904117 is listed for its nitrate, which is in a B file that is not at hand. 6901929: the "
    "profile is of the very day on which the list's row begins.",
    16: "ISDM alone fails this test (4901079, 4902481). The mean of the deepest 100 dbar never changes by "
    "more than 0.1 °C or 0.05 in these files. Nor is another layer meant: the change of the surface, of "
    "the uppermost 100 dbar, of the whole profile, or at 500, 1000 or 1500 dbar is in each case larger in "
    "some profile that passed than in some that failed. In 4902481 the run of five begins with one "
    "cycle and ends with another, as if compared with one bad reference. 4900590: the expert calls the "
    "whole salinity bad.",
    18: "4900590: as for 16.",
    25: "Each of the 51 is a dive to 4,000 dbar in whose B file the centre (chain 4.6, August "
    "2020) condemned TEMP_DOXY from some level between 3,130 and 3,670 dbar down to the last, 14 to 35 "
    "levels without a gap, which is a slope it does not allow and no spike; 40 of the 51 have no bad "
    "level of temperature or salinity at all. None of the 54 profiles it passed has such a block. "
    "Later versions of that chain (6.5) leave TEMP_DOXY out of the test, as we do. Of the 58 that both "
    "fail, 52 have the block too, beside spikes of temperature or salinity.",
}
"""What looking at the cases tells beyond the counts by cause, which are measured."""


def main() -> None:
    argo = shared() / "argo"
    if not (argo / "truth").is_dir():
        print(f"no real files at {argo}: nothing measured")
        return
    parts = [HEAD, *history(argo), *experts(argo)]
    PAGE.write_text("\n".join(parts) + "\n", encoding="utf-8")
    print("\n".join(parts))


def shared() -> Path:
    return Path(os.environ.get("HALOCLINE_SHARED", ROOT.parent / "shared" / "data"))


HEAD = """# Argo quality control beside the truth at hand

Written by `python -m tests.bench argo_truth` on the real files in the data folder; nothing here is
typed by hand but the explanations."""


def history(argo: Path) -> list[str]:
    """Per-test truth: what the centres say their tests did."""
    found, read, masked = compare(argo, manual())
    words = test_names()
    lines = [
        "",
        "## Test by test: the data centres' masks",
        "",
        "`HISTORY_QCTEST` of core files says which tests the centre performed (`QCP$`) and which "
        "failed (`QCF$`); ours ran on the same float's files without looking at any flag. "
        f"{read:,} files, {masked:,} with a usable mask; left out: incois (one float, mass pressure "
        f"failure), masks with a bit above {LAST_TEST} (kma writes decimal digits). A mask covers a "
        "cycle: *elsewhere* counts failures that are ours too, in another profile or a B parameter of "
        "that cycle. Files of mode D may have been edited since.",
        "",
        "| test | both pass | both fail | elsewhere | missed | extra | not judged | agreement |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [_history_row(n, words[n], one) for n, one in found.items() if _spoken(one)]
    lines += ["", PARTED, ""]
    for number, one in found.items():
        if one.missed or one.extra or one.elsewhere:
            counted = " ".join(filter(None, (_missed(one), _extra(one))))
            lines.append(f"- **{number} {words[number]}** ({_floats(one)}). {counted} "
                         f"{WHY.get(number, '')}".rstrip())  # fmt: skip
    return lines


PARTED = """Where the two part, and why. Each missed file was looked at on its own: our test was run
alone on it, what the test looks at was computed a second time without its code
(`tests/bench/_argo_causes.py`), and the file's own flags were asked; causes are counted in files. *Not judged* are
test 7 outside its two boxes and test 11, which is of oxygen, in core files that hold none; elsewhere
files without a value or of one or two levels (2903996, 6901929), without a position (14), a float's first
profile at hand or one that ends in other water (5, 16, 18), and floats without a metadata file (19)."""


def _missed(one: Compared) -> str:
    return f"Missed, by cause: {told(one.causes)}." if one.missed else ""


def _extra(one: Compared) -> str:
    if not one.extra:
        return ""
    return (f"Extra: of the values failed, the files' flags call {one.doubted} bad "
            f"and {one.trusted} good.")  # fmt: skip


def _spoken(one: Compared) -> int:
    return (one.agree_pass + one.agree_fail + len(one.missed) + len(one.extra)
            + len(one.elsewhere) + one.not_run)  # fmt: skip


def _history_row(number: int, name: str, one: Compared) -> str:
    judged = _spoken(one) - one.not_run
    agreed = one.agree_pass + one.agree_fail + len(one.elsewhere)
    share = f"{100 * agreed / judged:.1f} %" if judged else "–"
    return (
        f"| {number} {name} | {one.agree_pass:,} | {one.agree_fail:,} | {len(one.elsewhere):,} "
        f"| {len(one.missed):,} | {len(one.extra):,} | {one.not_run:,} | {share} |"
    )


def _floats(one: Compared) -> str:
    def told(word: str, files: list[str]) -> str:
        counted = Counter(platform_named(name) for name in files)
        return f"{word} " + ", ".join(f"{wmo} {n}" for wmo, n in counted.most_common(4))

    groups = (("missed", one.missed), ("extra", one.extra), ("elsewhere", one.elsewhere))
    return "; ".join(told(word, files) for word, files in groups if files)


def experts(argo: Path) -> list[str]:
    """Level flags beside the delayed-mode operators'."""
    floats = load(argo)
    refined = load_suite(shipped_suite("argo-refined"))
    methods = {
        "plain 6 + 9 + 12 + 14": by_suite(only(manual(), *PLAIN)),
        "the manual's suite": by_suite(manual()),
        "**refined suite**": by_suite(refined),
    }
    if peers.works("ioos_qc.qartod"):
        methods["ioos_qc 3.0.0"] = peers.ioos
    if peers.works("cotede.qc"):
        methods["CoTeDe 0.23.9"] = peers.cotede
    scores = {name: score_all(floats, method) for name, method in methods.items()}
    lines = [*_expert_head(floats), *_expert_table(scores)]
    lines += _per_float(scores["the manual's suite"], scores["**refined suite**"])
    lines += _left_out(argo, {"the manual's": manual(), "refined": refined})
    lines += _drift(argo, {"the manual's": manual(), "refined": refined})
    lines += blamed(floats, manual())
    lines += _attempted(floats, refined)
    return lines


def _expert_head(floats: dict) -> list[str]:
    salty = [one for one in floats.values() if "PSAL" in one.variables]
    profiles = sum(int((one.variables["PSAL"].mode == "D").sum()) for one in salty)
    return [
        "",
        "## Level by level: the experts' flags",
        "",
        "Delayed-mode files: raw flag 4 is bad, 1 or 2 good, 3 left out; our flags 3 and 4 are an "
        "alarm. Scored on the fair set: "
        f"{len(salty)} floats with salinity, {profiles:,} profiles of mode D; left out "
        + ", ".join(f"{wmo} ({why})" for wmo, why in UNFAIR.items())
        + ". A profile at least 90 % bad is drift or a dead sensor, which no level test finds: its "
        "levels are counted apart (*whole*). Intervals: 90 %, floats drawn with replacement "
        "(2,000 draws); *floats* is the mean over floats that have any. No metadata and no grey "
        "list were given: tests 15 and 19 do not run.",
    ]


def _expert_table(scores: dict[str, dict[str, dict[str, Score]]]) -> list[str]:
    lines = []
    for name in ("TEMP", "PSAL", "PRES"):
        lines += ["", f"| {name} | found | false | precision (90 %) | recall (90 %) "
                  "| floats: precision, recall | whole: found of bad |",
                  "|---|---:|---:|---:|---:|---:|---:|"]  # fmt: skip
        for method, by_name in scores.items():
            floats = by_name[name]
            if not floats:
                continue
            one, (precision, recall), each = total(floats), interval(floats), macro(floats)
            lines.append(
                f"| {method} | {one.tp:,} | {one.fp:,} | {_number(one.precision)} {_span(precision)} "
                f"| {_number(one.recall)} {_span(recall)} "
                f"| {_number(each[0])}, {_number(each[1])} "
                f"| {one.whole_tp:,} of {one.whole_bad:,} |"
            )
    return lines


def _number(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "–"


def _span(ends: tuple[float, float]) -> str:
    return f"({ends[0]:.2f}–{ends[1]:.2f})" if np.isfinite(ends).all() else ""


def _per_float(
    before: dict[str, dict[str, Score]], after: dict[str, dict[str, Score]]
) -> list[str]:
    lines = [
        "",
        "Float by float, found + false of the bad levels of partly bad profiles: the manual's suite → "
        "the refined one. Floats without a bad level or an alarm are left out.",
        "",
        "| float | TEMP | PSAL |",
        "|---|---|---|",
    ]
    for wmo in sorted(before["TEMP"]):
        cells = []
        for name in ("TEMP", "PSAL"):
            old, new = before[name][wmo], after[name][wmo]
            quiet = not (old.bad + old.tp + old.fp + new.fp)
            cells.append(
                "–" if quiet else f"{old.tp} + {old.fp} → {new.tp} + {new.fp} of {old.bad}"
            )
        if set(cells) != {"–"}:
            lines.append(f"| {wmo} | {cells[0]} | {cells[1]} |")
    most = "6901613"
    rest = {name: total({w: s for w, s in after[name].items() if w != most})
            for name in ("TEMP", "PSAL")}  # fmt: skip
    words = ", ".join(f"{name} precision {one.precision:.2f}, recall {one.recall:.2f}"
                      for name, one in rest.items())  # fmt: skip
    return [*lines, "", f"Without {most}, which holds most bad levels, the refined suite: {words}."]


LEFT_OUT = """
The floats left out of the fair set, on which nothing was tuned, found + false of the bad levels in partly bad
profiles of mode D. In 3902131 the salinity sensor died and the expert kept every temperature; in 6901613 a
cell failed in the same way, with inversions as many, as large and as noisy, and its expert called
temperature bad with it. Test 50 follows the second and so fails good temperatures of the first: no number
tells the two apart, only whose rule is followed. A suite with `recurring` above `window` never blames temperature."""


def _left_out(argo: Path, suites: dict) -> list[str]:
    """What the suites say of floats nobody tuned them on."""
    floats = {wmo: one for wmo, one in load(argo, unfair={}).items() if wmo in UNFAIR}
    lines = [*LEFT_OUT.splitlines(), "", "| float | parameter | " + " | ".join(
        f"{words} suite" for words in suites) + " | bad |", "|---|---|---:|---:|---:|"]  # fmt: skip
    scores = [score_all(floats, by_suite(one)) for one in suites.values()]
    return lines + alarm_rows(scores, floats)


DRIFT = """
On the partly bad profiles above test 16 raises no alarm at all. On every float and row at hand, whatever its
mode: profiles it fails, and of how many the file's own flags call most failed values good.
39016, whose thermistor fails now and then, is compared with a profile of which only the good levels were
averaged. 2901746 rises from 190–340 dbar on the slope of the East Sea, where the deepest 100 dbar are
thermocline: by the manual's letter it fails, and the refined suite asks for 500 dbar."""


def _drift(argo: Path, suites: dict) -> list[str]:
    """What test 16 says of good data."""
    floats = load(argo, unfair={})
    lines = [*DRIFT.splitlines(), "", "| float | parameter | " + " | ".join(
        f"{words} suite: failed, good" for words in suites) + " |", "|---|---|---:|---:|"]  # fmt: skip
    for wmo, profiles in floats.items():
        flags = [check(profiles, one, NOW).variables for one in suites.values()]
        for name in ("TEMP", "PSAL"):
            if name not in profiles.variables:
                continue
            counts = [_failed_good(one[name], profiles.variables[name], 16) for one in flags]
            if any(failed for failed, _ in counts):
                cells = " | ".join(f"{failed}, {good}" for failed, good in counts)
                lines.append(f"| {wmo} | {name} | {cells} |")
    return lines


def _failed_good(checked, variable, number: int) -> tuple[int, int]:
    """Profiles with a level that the test fails, and those of which most such levels are good."""
    failed = (checked.failed >> np.uint64(number) & np.uint64(1)) == 1
    good = failed & np.isin(variable.flag_source, (1, 2))
    mostly = good.sum(axis=1) > failed.sum(axis=1) / 2
    return int(failed.any(axis=1).sum()), int(mostly.sum())


REFINED = """
## What the refined suite does otherwise

`halocline qc PATH --out DIR --suite argo-refined`: the manual's tests, and four of our own (bits 48–51
of the masks, which the manual does not use), in `deployments/suites/argo-refined.yaml`.

- **48 stuck_pressure, 49 pressure_spike** come before test 8. A pressure that stands still for four
  levels has values at no known depth; in 6900901 it does so below its spikes of 6,550 dbar, whose own
  level test 8 finds too.
- **50 inversion_culprit** in place of 14. Test 14 accuses temperature and salinity alike; experts blame
  salinity alone for most inversions. An inversion accuses salinity; a crowd of them in one profile, all
  salinity between them; temperature only where the float does it over and over (4 of its last 6
  profiles), when it is the pumped stream that is not trusted. Weighing whose departure from a running
  median is larger tells the two apart worse than the float's history does: see below.
- **51 bottom_salinity**: the deepest sample, taken before the pump has flushed the cell.
- **16 gross_sensor_drift** judges profiles that reach 500 dbar: above is no deep water (see above).
- **12 digit_rollover** is left out: it condemns the rest of a profile after a steep step, and steep
  steps of coarse profiles are water.

## Every attempt

Thresholds were chosen on these floats, so a float kept apart will do worse. So was the rule by which one
spike of pressure falls alone in test 8; with that test as the Coriolis chain has it the manual's suite
scores 0.244, 0.417, 0.506, 0.296. All that was tried, on the same levels (P precision, R recall):"""


def _attempted(floats: dict, refined) -> list[str]:
    lines = [
        REFINED,
        "",
        "| tried | TEMP P | TEMP R | PSAL P | PSAL R |",
        "|---|---:|---:|---:|---:|",
    ]
    for words, make in attempts(manual(), refined):
        scores = score_all(floats, make())
        cells = [
            f"{value:.3f}" if np.isfinite(value) else "–"
            for name in ("TEMP", "PSAL")
            for value in (total(scores[name]).precision, total(scores[name]).recall)
        ]
        lines.append(f"| {words} | {' | '.join(cells)} |")
    return lines


if __name__ == "__main__":
    main()
