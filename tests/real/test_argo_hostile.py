"""Broken real files: judged or set aside with a reason, and nobody else's matter."""

import numpy as np
import pytest

from halocline.qc.argo import manual
from tests.bench._argo_hostile import judge_broken, real_files, sound_ones

pytestmark = pytest.mark.real


def test_a_broken_file_is_judged_or_set_aside_and_takes_no_other_along(shared_data, tmp_path):
    files = real_files(shared_data / "argo")
    fate = judge_broken(
        files, tmp_path, suite=manual(), rng=np.random.default_rng(20261125),
        sound=sound_ones(files)[5],
    )  # fmt: skip
    assert fate.sound_lost == []
    assert fate.processed + fate.reasons.total() >= 250
    assert fate.processed > 20
    assert len(fate.reasons) >= 4
