"""Logan River: what technicians labelled, beside three tools with the same thresholds."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from halocline.model.series import Series, SeriesVariable
from halocline.qc.series import SeriesSuite, check
from tests.bench._tables import Table, percent

SITES = ("MainStreet", "WaterLab")
STEP_S = 900
LIMITS = {  # lowest, highest, smallest spike, fastest change an hour, longest constant in hours
    "temp": (-1, 40, 0.6, 4, 24), "cond": (10, 2000, 60, 200, 24), "ph": (4, 11, 0.3, 1.5, 72),
    "do": (0.5, 20, 0.7, 6, 24), "turb": (0, 1500, 60, 2000, 24), "stage": (1, 400, 6, 60, 24),
}  # fmt: skip


def logan_river(folder: Path) -> Iterator[Table]:
    rows = []
    for site in SITES:
        table = pd.read_csv(folder / f"{site}2019.csv.gz")
        time = pd.to_datetime(table["datetime"]).to_numpy().astype("datetime64[s]")
        keep = np.concatenate(([True], np.diff(time) > np.timedelta64(0, "s")))
        table, time = table[keep], time[keep]
        found = {"halocline": _ours(table, time), "ioos_qc": _ioos(table, time),
                 "saqc": _saqc(table, time)}  # fmt: skip
        for name in LIMITS:
            truth = table[f"{name}_qual"].notna().to_numpy()
            for tool, flags in found.items():
                if flags is not None:
                    rows.append([site, name, str(int(truth.sum())), str(len(_runs(truth))), tool,
                                 *_scores(truth, flags[name])])  # fmt: skip
    note = (
        "Two sites of 2019 at 15 min, raw values, labels of any code; ranges, smallest spikes, "
        "rates and longest constants written down once from sensors' ranges and the coastal suite, "
        "the same for all tools, none fitted to the labels. ioos_qc 3.0: gross range, spike, rate "
        "of change, flat line (flags 3, 4). saqc 2.9: range, constants, offset, univariate LOF. "
        "An event is a run of labels or of flags; precision by event: flagged runs that touch a "
        "label. Labels hold drift corrections and ice no threshold can see: 84 % of the labelled "
        "oxygen and 83 % of the labelled stage of Main Street carry one such code."
    )
    head = ["site", "variable", "labelled", "events", "tool", "precision %", "recall %",
            "event precision %", "event recall %"]  # fmt: skip
    yield Table("Technicians' labels, Logan River", note, head, rows)


def _ours(table: pd.DataFrame, time: np.ndarray) -> dict[str, np.ndarray]:
    near = {"noise_h": 24, "max_gap_h": 2}
    blocks = {
        name: {
            "gross_range": {"sensor": [low, high]},
            "spike": {"floor": spike, "noise_factor": 8, "reference_step_s": STEP_S, **near},
            "rate_of_change": {"per_hour": rate, "shortest_s": 600, "max_gap_h": 2},
            "offset": {"jump": 2 * spike, "noise_factor": 15, "mismatch": 0.3, "longest_h": 12,
                       **near},
            "stuck_value": {"bad_h": stuck, "min_values": 12, "max_gap_h": 6},
        }
        for name, (low, high, spike, rate, stuck) in LIMITS.items()
    }  # fmt: skip
    suite = SeriesSuite.model_validate({"suite": "series", "parameters": blocks})
    variables = {
        name: SeriesVariable(table[name].to_numpy(float), np.ones(len(table), np.uint8), name, 1)
        for name in LIMITS
    }
    nowhere = np.full(len(table), np.nan)
    checked = check(Series("R", time, nowhere, nowhere, variables), suite)
    return {name: np.isin(one.flag, (3, 4)) for name, one in checked.items()}


def _ioos(table: pd.DataFrame, time: np.ndarray) -> dict[str, np.ndarray] | None:
    try:
        from ioos_qc import qartod  # noqa: PLC0415
    except ImportError:
        return None
    found = {}
    for name, (low, high, spike, rate, stuck) in LIMITS.items():
        value = table[name].to_numpy(float)
        flags = [
            qartod.gross_range_test(inp=value, fail_span=(low, high)),
            qartod.spike_test(inp=value, suspect_threshold=spike, fail_threshold=2 * spike),
            qartod.rate_of_change_test(inp=value, tinp=time, threshold=rate / 3600),
            qartod.flat_line_test(inp=value, tinp=time, suspect_threshold=stuck * 3600,
                                  fail_threshold=stuck * 3600, tolerance=1e-9),
        ]  # fmt: skip
        found[name] = np.any([np.isin(np.ma.filled(one, 2), (3, 4)) for one in flags], axis=0)
    return found


def _saqc(table: pd.DataFrame, time: np.ndarray) -> dict[str, np.ndarray] | None:
    try:
        import saqc  # noqa: PLC0415
    except ImportError:
        return None
    data = table[list(LIMITS)].set_index(pd.DatetimeIndex(time))
    judged = saqc.SaQC(data)
    for name, (low, high, spike, _, stuck) in LIMITS.items():
        judged = judged.flagRange(name, min=low, max=high)
        judged = judged.flagConstants(name, thresh=0.0, window=f"{stuck}h")
        judged = judged.flagOffset(name, tolerance=0.3 * spike, thresh=spike, window="12h")
        judged = judged.flagUniLOF(name)
    return {name: (judged.flags[name] > 0).to_numpy() for name in LIMITS}


def _runs(mask: np.ndarray) -> list[slice]:
    edge = np.diff(np.concatenate(([False], mask, [False])).astype(int))
    return [slice(a, b) for a, b in zip(np.flatnonzero(edge == 1), np.flatnonzero(edge == -1),
                                        strict=True)]  # fmt: skip


def _scores(truth: np.ndarray, flagged: np.ndarray) -> list[str]:
    hits = int((truth & flagged).sum())
    events, alarms = _runs(truth), _runs(flagged)
    met = np.mean([flagged[one].any() for one in events]) if events else np.nan
    right = np.mean([truth[one].any() for one in alarms]) if alarms else np.nan
    precision = hits / flagged.sum() if flagged.any() else np.nan
    recall = hits / truth.sum() if truth.any() else np.nan
    return [percent(one) for one in (precision, recall, right, met)]
