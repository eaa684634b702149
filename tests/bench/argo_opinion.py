# ruff: noqa: E501 — the sentences of a page
"""The learned second opinion on Argo levels beside the rules, on floats it has not seen.

`python -m tests.bench argo_opinion` prints the tables and writes
docs/reference/argo-second-opinion.md. Needs the real files and LightGBM.
"""

from itertools import pairwise

import numpy as np

from halocline.learn.argo_opinion import FOLDS, Unseen, average_precision, calibration, train
from halocline.qc.argo import manual
from halocline.suites import load_suite, shipped_suite
from tests.bench._argo_attempts import by_suite
from tests.bench._argo_experts import load, score_all, total
from tests.bench.argo_truth import ROOT, shared

PAGE = ROOT / "docs" / "reference" / "argo-second-opinion.md"
SEED = 20261125
AT = (0.95, 0.9, 0.8, 0.7, 0.5)
HEAD = """# A learned second opinion on Argo levels

Written by `python -m tests.bench argo_opinion` on the real delayed-mode files.

LightGBM trees on 32 columns a level (`predict/argo_features.py`: what the tests compute, the neighbours,
inversions around, the float's own last five profiles), one model for temperature and one for salinity.
They learn what experts flagged and say how probable it is that one would flag a level. It is a second
opinion: it stands in `<P>_QC_PROBABILITY` and never changes `<P>_QC`.

```console
$ pip install 'halocline[learn]'
$ halocline qc-learn truth/ --out opinion          # delayed-mode files, yours
$ halocline qc profiles/ --out checked --opinion opinion
```

The model is LightGBM's text and a JSON with the calibration, the features and the floats it was trained
on; a folder whose trees are not those the JSON speaks of is refused.
"""


def main() -> None:
    argo = shared() / "argo"
    if not (argo / "truth").is_dir():
        print(f"no real files at {argo}: nothing measured")
        return
    floats = {w: one for w, one in load(argo).items() if "PSAL" in one.variables}
    opinion, unseen = train(floats, seed=SEED)
    rules = {
        "the manual's suite": score_all(floats, by_suite(manual())),
        "refined suite": score_all(floats, by_suite(load_suite(shipped_suite("argo-refined")))),
    }
    lines = [HEAD, "## Beside the rules", "", _how(floats), *_table(unseen, rules)]
    lines += ["", "## Is 0.3 three in ten?", "", *_reliability(opinion, unseen)]
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def _how(floats: dict) -> str:
    return (
        f"{len(floats)} floats of the fair set with salinity, partly bad profiles of mode D, as in "
        "[the truth at hand](argo-qc-truth.md). Each float is scored by trees that saw nothing of it "
        f"({FOLDS} folds by WMO number). *Recall at 0.80* is the largest share of bad levels found with "
        "at most one false alarm in five. Nothing here is untouched: the refined suite's thresholds, and "
        "the trees' few settings (leaves, rounds, weights of floats, in `learn/argo_opinion.py`), were "
        "both chosen with an eye on scores of these floats. A float kept apart will do worse by both."
    )


def _table(unseen: dict[str, Unseen], rules: dict) -> list[str]:
    lines = ["", "| | average precision | " + " | ".join(f"recall at {p:.2f}" for p in AT) + " |",
             "|---|---:|" + "---:|" * len(AT)]  # fmt: skip
    for name, one in unseen.items():
        cells = " | ".join(f"{_recall_at(one, p):.2f}" for p in AT)
        lines.append(f"| learned, {name} | {_ap(one):.2f} | {cells} |")
    lines += ["", "| rules | precision | recall | learned: recall at that precision | precision at that recall |",
              "|---|---:|---:|---:|---:|"]  # fmt: skip
    for words, scores in rules.items():
        for name, one in unseen.items():
            rule = total(scores[name])
            lines.append(
                f"| {words}, {name} | {rule.precision:.2f} | {rule.recall:.2f} "
                f"| {_recall_at(one, rule.precision):.2f} | {_precision_at(one, rule.recall):.2f} |"
            )
    return lines


def _curve(one: Unseen) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(-one.score, kind="stable")
    found = np.cumsum(one.levels.bad[order])
    return found / np.arange(1, found.size + 1), found / max(found[-1], 1)


def _ap(one: Unseen) -> float:
    return average_precision(one.score, one.levels.bad)


def _recall_at(one: Unseen, precision: float) -> float:
    reached, recall = _curve(one)
    enough = reached >= precision
    return float(recall[enough].max()) if enough.any() else 0.0


def _precision_at(one: Unseen, recall: float) -> float:
    reached, found = _curve(one)
    enough = found >= recall
    return float(reached[enough].max()) if enough.any() else 0.0


def _reliability(opinion, unseen: dict[str, Unseen]) -> list[str]:
    """Calibration on half of the floats, looked at on the other half."""
    lines = ["Curve from score to probability fitted on every other float, looked at on the rest:", "",
             "| said | TEMP: levels | share bad | PSAL: levels | share bad |", "|---|---:|---:|---:|---:|"]  # fmt: skip
    edges = (0, 0.01, 0.05, 0.2, 0.5, 1.0)
    cells: dict[str, list[str]] = {}
    for name, one in unseen.items():
        _, place = np.unique(one.levels.platform, return_inverse=True)
        even = (place % 2).astype(bool)
        said = np.empty(one.score.shape)
        for half in (even, ~even):
            curve = calibration(one.score[half], one.levels.bad[half])
            said[~half] = np.interp(one.score[~half], *curve)
        cells[name] = []
        for low, high in pairwise(edges):
            inside = (said >= low) & ((said < high) | (high == 1.0))
            share = one.levels.bad[inside].mean() if inside.any() else float("nan")
            cells[name].append(f"{int(inside.sum()):,} | {share:.4f}")
    for k, (low, high) in enumerate(pairwise(edges)):
        lines.append(f"| {low:g}–{high:g} | " + " | ".join(cells[n][k] for n in unseen) + " |")
    return [*lines, "", f"Version of the model trained on all of them: `{opinion.version[:12]}`."]


if __name__ == "__main__":
    main()
