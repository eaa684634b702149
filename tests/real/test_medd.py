"""Test 25 against the reference profiles of its authors (tests/real, data outside the project)."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from halocline.qc.argo import medd as module
from halocline.qc.argo.medd import MANUAL, Medd, _curve, _outside

pytestmark = pytest.mark.real
PARAMS = Medd.model_validate(MANUAL)


def profiles(folder: Path) -> Iterator[tuple[str, float, np.ndarray]]:
    """Name, latitude and columns of each reference profile; a profile written twice counts once."""
    for path in sorted(folder.glob("*.txt")):
        parts = re.split(r"^#.*\n", path.read_text(), flags=re.MULTILINE)
        rows = np.array([line.split() for line in parts[1].splitlines() if line.strip()], float)
        found = re.search(r"_([0-9.]+)([NS])$", path.stem)
        assert found
        yield path.stem, float(found[1]) * (1 if found[2] == "N" else -1), rows


def spikes(latitude: float, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Spikes of temperature and salinity, with the density the file gives."""
    pressure, *values = (rows[:, [k]].T for k in range(4))
    deep = np.isfinite(pressure)
    held = [deep & np.isfinite(one) & module._enough(np.isfinite(one) & deep) for one in values]
    alone = PARAMS.alone_tropics if abs(latitude) < PARAMS.tropics else PARAMS.alone
    wanted = [PARAMS.TEMP, PARAMS.PSAL, PARAMS.density]
    distances = [np.array([one.distances]) for one in wanted]
    if not held[2].any():
        distances[0] = np.array([alone])
    far = [
        _outside(pressure, one, where, deep, limit, _curve(curve))
        for one, where, limit, curve in zip(values, held, distances, wanted, strict=True)
    ]
    strange = far[2] | ~held[2]
    return (far[0] & strange)[0], (far[1] & strange)[0]


def test_the_spikes_of_the_reference_profiles_and_no_others_are_found(shared_data: Path) -> None:
    found = list(profiles(shared_data / "argo" / "medd"))
    assert len(found) == 31
    counted = np.zeros(3, dtype=int)
    for name, latitude, rows in found:
        for ours, theirs in zip(spikes(latitude, rows), (rows[:, 13], rows[:, 14]), strict=True):
            np.testing.assert_array_equal(ours, theirs == 1, err_msg=name)
        counted += [len(rows), int((rows[:, 13] == 1).sum()), int((rows[:, 14] == 1).sum())]
    assert counted.tolist() == [5559, 40, 98]
