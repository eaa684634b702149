"""A file from which the netCDF library does not come back costs its own process only."""

import netCDF4
import numpy as np
import pytest

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.netcdf import trial
from halocline.sources.netcdf.container import open_raw


@pytest.fixture
def content(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A small HDF5 file, tried by nobody yet."""
    monkeypatch.setattr(trial, "_known", {})
    made = netCDF4.Dataset("small.nc", "w", memory=10_000)
    made.createDimension("N", 3)
    made.createVariable("PRES", "f4", ("N",))[:] = np.arange(3)
    return bytes(made.close())


def test_a_sound_file_is_opened(content: bytes) -> None:
    assert open_raw(content).read("PRES").tolist() == [0.0, 1.0, 2.0]


def test_a_file_is_tried_once(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    open_raw(content)
    monkeypatch.setattr(trial, "TRY", "raise SystemExit(1)")

    open_raw(content)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("while True: pass", "did not come back"),
        ("import os; os.abort()", "ended its process"),
        ("raise OSError('a broken heap')", "a broken heap"),
    ],
)
def test_what_happens_there_is_a_reason_here(
    content: bytes, monkeypatch: pytest.MonkeyPatch, program: str, words: str
) -> None:
    monkeypatch.setattr(trial, "TRY", program)
    monkeypatch.setattr(trial.fault_of, "__kwdefaults__", {"patience_s": 2.0})

    with pytest.raises(BadUpstreamData, match=words) as told:
        open_raw(content)

    assert told.value.reason is Reason.UNREADABLE
