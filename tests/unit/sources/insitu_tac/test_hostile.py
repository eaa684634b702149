"""Broken In Situ TAC files of every generation: read or refused with a reason, and no crash."""

from collections import Counter

import numpy as np
import pytest

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.insitu_tac import read_file
from halocline.sources.netcdf import trial
from tests.samples.insitu_tac import GENERATIONS, tac_file
from tests.samples.mutate import mutated

FILE = "monthly/MO/202003/IR_TS_MO_6200069_202003.nc"
RECEIVED = np.datetime64("2020-05-01T00:00:00")
COPIES = {"1.1": 120, "2018": 120, "2020": 10}
"""Of the HDF5 generation fewer: each copy is first opened by a process of its own."""


def fate_of(content: bytes) -> str:
    """What becomes of a file; anything but a reason from the list is a fault of ours."""
    try:
        decoded = read_file(content, file=FILE, received=RECEIVED)
    except BadUpstreamData as fault:
        return Reason(fault.reason).value
    for one in decoded.series.variables.values():
        assert one.value.shape == decoded.series.time.shape == one.flag_source.shape
        assert not np.isinf(one.value).any()
    return "read"


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_broken_file_is_read_or_refused_with_a_reason(generation: str) -> None:
    rng = np.random.default_rng(20261125)
    values = [[float(k), 30 + k / 8] for k in range(40)]
    sound = tac_file({"TEMP": values, "PSAL": values}, generation=generation)
    fates = Counter(fate_of(mutated(sound, rng)) for _ in range(COPIES[generation]))
    assert fates.total() == COPIES[generation]
    assert len(fates) >= 2
    assert fate_of(sound) == "read"


@pytest.mark.parametrize(
    ("program", "words"),
    [("import os; os.abort()", "ended its process"), ("while True: pass", "did not come back")],
)
def test_a_file_that_ends_the_library_or_sends_it_round_is_refused(
    monkeypatch: pytest.MonkeyPatch, program: str, words: str
) -> None:
    monkeypatch.setattr(trial, "_known", {})
    monkeypatch.setattr(trial, "TRY", program)
    monkeypatch.setattr(trial.fault_of, "__kwdefaults__", {"patience_s": 2.0})
    with pytest.raises(BadUpstreamData, match=words) as told:
        read_file(tac_file({"TEMP": [[1.0]]}), file=FILE, received=RECEIVED)
    assert told.value.reason is Reason.UNREADABLE
