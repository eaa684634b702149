"""Spikes of gauges that sample a tide seldom: the crest is no spike, a spike on it is."""

import numpy as np
import pytest

from halocline.qc.series._api import Column
from halocline.qc.series.spike import SpikeParams, spike

GAUGE = SpikeParams(floor=0.6, noise_factor=8, reference_step_s=3600, noise_h=72, max_gap_h=3)


def tide(step_s: int, *, range_m: float = 11.0) -> Column:
    """Thirty days of a level of Saint-Malo's range: M2, S2, a little M4, 1 cm of noise."""
    time_s = np.arange(0, 30 * 86400, step_s)
    turn = 2 * np.pi * time_s / 3600
    level = np.sin(turn / 12.4206) + 0.35 * np.sin(turn / 12) + 0.05 * np.sin(turn / 6.2103)
    noise = np.random.default_rng(1).normal(size=time_s.size)
    return Column(6 + range_m / 2.8 * level + 0.01 * noise, time_s)


@pytest.mark.parametrize("step_s", [300, 600, 1200, 1800, 3600])
def test_high_and_low_water_are_no_spikes_whatever_the_step(step_s: int) -> None:
    assert not (spike(tide(step_s), GAUGE) == 4).any()


@pytest.mark.parametrize("width", [1, 2])
def test_what_stands_on_high_water_is_a_spike(width: int) -> None:
    column = tide(3600)
    top = int(np.argmax(column.value[100:200])) + 100
    column.value[top : top + width] += 3
    assert (spike(column, GAUGE)[top : top + width] == 4).all()


def test_a_crest_with_a_value_missing_beside_it_is_no_spike() -> None:
    column = tide(3600)
    top = int(np.argmax(column.value[100:200])) + 100
    for gone in ([top - 1], [top + 1], [top + 2], [top + 3]):
        kept = np.delete(np.arange(column.value.size), gone)
        flag = spike(Column(column.value[kept], column.time_s[kept]), GAUGE)
        assert not (flag == 4).any(), gone


def test_the_end_of_the_record_and_a_silence_leave_the_curve_its_other_neighbours() -> None:
    column = tide(3600)
    for top in np.flatnonzero(np.diff(np.sign(np.diff(column.value))) < 0)[1:] + 1:
        short = Column(column.value[: top + 3], column.time_s[: top + 3])
        assert not (spike(short, GAUGE) == 4).any(), top
        silence = column.time_s + np.where(np.arange(column.value.size) > top + 2, 86400, 0)
        assert not (spike(Column(column.value, silence), GAUGE) == 4).any(), top
