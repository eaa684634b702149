"""What is mixed in a comparison is what `fill` mixes in that mode and length."""

import numpy as np
import pytest

from halocline.learn.blend import MIXED, NAME
from halocline.learn.compare_blend import learn_blend, with_blend
from halocline.learn.members import BLENDED, LEARNED
from halocline.learn.trial import Trial

N = 60
GAP = np.repeat(np.arange(N // 3), 3)
RNG = np.random.default_rng(3)
TRUTH = RNG.normal(size=N)


def trials(*names: str) -> dict[str, Trial]:
    one = np.ones(N)
    return {
        name: Trial(GAP, np.arange(N), 0.5 * one, 3 * one, TRUTH,
                    TRUTH + RNG.normal(size=N), one, one)
        for name in names
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "length_h", "known", "mixed"),
    [
        ("sensor", 6.0, (*LEARNED, "dtw"), LEARNED),
        ("sensor", 7.0, (*LEARNED, "dtw"), BLENDED),
        ("station", 6.0, (*LEARNED, "dtw"), BLENDED),
        ("station", 6.0, (*MIXED, "tidal_day"), MIXED),
    ],
)
def test_members_are_those_of_the_mode_and_length(mode, length_h, known, mixed) -> None:
    seen = trials(*known)
    learned, weights = learn_blend(seen, np.arange(N // 3) % 2, mode=mode, length_h=length_h)
    assert tuple(sorted(weights)) == tuple(sorted(mixed))
    assert set(learned) == {*known, NAME}
    said = with_blend(seen, weights)[NAME]
    told = sum(weight * seen[name].value for name, weight in weights.items())
    np.testing.assert_allclose(said.value, told, rtol=1e-12)
