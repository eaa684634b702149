"""The second opinion: learned from some floats, useful on others, stored as text, never a flag."""

import numpy as np
import pytest

from halocline.learn.argo_opinion import (
    Levels,
    average_precision,
    calibration,
    folds_of,
    levels_of,
    train,
)
from halocline.model.errors import BadUpstreamData, ConfigInvalid
from halocline.predict.argo_opinion import CARD, read_opinion, write_opinion
from tests.samples.argo_cast import some_float


def spiky(platform: str, seed: int, *, spikes: int = 12):
    """A float whose expert calls its spikes bad."""
    profiles = some_float(seed=seed, cycles=12, platform=platform)
    rng = np.random.default_rng(seed)
    for name, size in (("TEMP", 3.0), ("PSAL", 0.8)):
        variable = profiles.variables[name]
        for _ in range(spikes):
            row, level = rng.integers(0, 12), rng.integers(2, 28)
            variable.value[row, level] += size * rng.choice([-1, 1])
            variable.flag_source[row, level] = 4
    return profiles


@pytest.fixture(scope="module")
def floats():
    return {f"690000{k}": spiky(f"690000{k}", seed=k) for k in range(6)}


@pytest.fixture(scope="module")
def trained(floats):
    return train(floats, seed=1)


def test_spikes_are_known_on_floats_never_seen(trained):
    _, unseen = trained
    for name in ("TEMP", "PSAL"):
        assert average_precision(unseen[name].score, unseen[name].levels.bad) > 0.8


def test_probabilities_are_those_of_levels_with_a_value(trained):
    opinion, _ = trained
    profiles = spiky("6900099", seed=99)
    profiles.variables["TEMP"].value[0, 0] = np.nan
    found = opinion.probabilities(profiles)["TEMP"]
    assert np.isnan(found[0, 0])
    assert np.nanmin(found) >= 0
    assert np.nanmax(found) <= 1
    bad = profiles.variables["TEMP"].flag_source == 4
    good = ~bad & np.isfinite(found)
    assert np.median(found[bad & np.isfinite(found)]) > 0.5 > np.quantile(found[good], 0.95)


def test_a_stored_model_says_the_same_and_a_changed_one_is_refused(trained, tmp_path):
    opinion, _ = trained
    write_opinion(opinion, tmp_path)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".txt", ".txt"]
    again = read_opinion(tmp_path)
    assert again.version == opinion.version
    profiles = spiky("6900099", seed=99)
    for name, one in opinion.probabilities(profiles).items():
        np.testing.assert_array_equal(one, again.probabilities(profiles)[name])
    (tmp_path / "TEMP.txt").write_text("tree\n")
    with pytest.raises(ConfigInvalid, match="is not the file"):
        read_opinion(tmp_path)
    (tmp_path / CARD).unlink()
    with pytest.raises(ConfigInvalid, match="holds no learned opinion"):
        read_opinion(tmp_path)


def test_the_same_floats_and_seed_give_the_same_model(floats, trained):
    assert train(floats, seed=1)[0].version == trained[0].version


def test_no_float_is_scored_by_a_model_that_saw_it(floats):
    levels = levels_of(floats, "TEMP")
    fold = folds_of(levels)
    for platform in floats:
        assert len(set(fold[levels.platform == platform].tolist())) == 1


def test_a_profile_that_is_bad_as_a_whole_teaches_nothing(floats):
    profiles = spiky("6900077", seed=77)
    before = levels_of({"6900077": profiles}, "TEMP").bad.size
    profiles.variables["TEMP"].flag_source[4] = 4
    profiles.variables["TEMP"].mode[5] = "R"
    after = levels_of({"6900077": profiles}, "TEMP").bad.size
    assert after == before - 60


def test_too_little_to_learn_from_is_said():
    one = {"6900001": spiky("6900001", seed=1)}
    with pytest.raises(BadUpstreamData, match="fewer than two floats"):
        train(one, seed=1)
    with pytest.raises(BadUpstreamData, match="judged in delayed mode"):
        levels_of({}, "TEMP")


def test_calibration_gives_the_share_of_bad_levels():
    rng = np.random.default_rng(1)
    truth = rng.uniform(0, 1, 20_000)
    score = np.log(truth / (1 - truth))
    knots, share = calibration(score, rng.random(20_000) < truth)
    assert (np.diff(knots) > 0).all()
    assert (np.diff(share) >= 0).all()
    assert np.interp(0.0, knots, share) == pytest.approx(0.5, abs=0.05)
    assert np.interp(2.0, knots, share) == pytest.approx(0.88, abs=0.05)


def test_average_precision_by_hand():
    levels = Levels(np.zeros((4, 1)), np.array([True, False, True, False]), np.full(4, "a"))
    # ranked: bad (1/1), good, bad (2/3), good → (1 + 2/3) / 2
    found = average_precision(np.array([4.0, 3.0, 2.0, 1.0]), levels.bad)
    assert found == pytest.approx(5 / 6)
