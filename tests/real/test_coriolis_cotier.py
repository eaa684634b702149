"""The 23 real Coriolis-côtier files: counts of the reference, re-deliveries."""

from pathlib import Path

import numpy as np
import pytest

from halocline.model.gridding import NOWHERE, to_grid
from halocline.model.series import Series
from halocline.sources.coriolis_cotier import merge, read_file
from halocline.sources.coriolis_cotier.decode import Decoded
from halocline.sources.coriolis_cotier.names import parse_name

pytestmark = pytest.mark.real
RECEIVED = np.datetime64("2025-03-01T00:00:00")


@pytest.fixture(scope="module")
def decoded(shared_data: Path) -> dict[str, Decoded]:
    folder = shared_data / "coasthf" / "coriolis_cotier_csv"
    return {
        path.name: read_file(path.read_bytes(), file=path.name, received=RECEIVED)
        for path in sorted(folder.glob("*.csv"))
    }


def station(decoded: dict[str, Decoded], code: str) -> Series:
    return merge([d.series for d in decoded.values() if d.series.platform == code])[0]


def test_every_row_of_every_file_is_read(decoded: dict[str, Decoded]) -> None:
    assert len(decoded) == 23
    assert sum(d.count.rows for d in decoded.values()) == 46_003
    assert [d.quarantined for d in decoded.values() if d.quarantined] == []
    assert sum(d.count.flag_disagreements + d.count.duplicates for d in decoded.values()) == 0


@pytest.mark.parametrize(
    ("code", "stamps"),
    [("6200443", 9703), ("6200450", 11569), ("EXIN0002", 5229), ("6200021", 4371),
     ("6200310", 5299), ("EXIN0003", 4230), ("EXIN0004", 693), ("EXIN0005", 6)],
)  # fmt: skip
def test_stations_hold_the_stamps_the_reference_counted(
    decoded: dict[str, Decoded], code: str, stamps: int
) -> None:
    assert station(decoded, code).time.size == stamps


@pytest.mark.parametrize(
    ("kind", "code", "shared", "changed", "new"),
    [("MA", "6200450", 2039, 1, 466), ("MO", "EXIN0002", 1143, 0, 230),
     ("MA", "6200443", 1721, 0, 368)],
)  # fmt: skip
def test_a_real_redelivery_changes_what_the_reference_measured(
    decoded: dict[str, Decoded], kind: str, code: str, shared: int, changed: int, new: int
) -> None:
    names = [f"OC_{period}_TS_{kind}_{code}.csv" for period in ("202411", "202412")]
    files = [decoded[name].series for name in names]
    latest = decoded[f"OC_LATEST_TS_{kind}_{code}_20241218.csv"].series
    merged, count = merge([latest, *files])
    last = count.deliveries[-1]
    assert last.file == latest.attributes["source_file"]
    assert (last.changed + last.unchanged, last.changed, last.new) == (shared, changed, new)
    assert last.values_replaced == 0
    again, recount = merge([merged, latest])
    assert (recount.deliveries[-1].new, recount.deliveries[-1].changed) == (0, 0)
    assert again.time.size == merged.time.size


def test_values_are_those_of_the_text(shared_data: Path, decoded: dict[str, Decoded]) -> None:
    for name, found in decoded.items():
        lines = (shared_data / "coasthf" / "coriolis_cotier_csv" / name).read_text().splitlines()
        header = lines[0].split(",")
        wanted = "TEMP LEVEL1 (degree_Celsius)"
        place = header.index(wanted) if wanted in header else -1
        if place < 0:
            continue
        cells = [line.split(",")[place] for line in lines[1:]]
        expected = [float(c) if c and c != "-1" else float("nan") for c in cells]
        np.testing.assert_array_equal(found.series.variables["TEMP"].value, expected)


def test_fills_are_those_the_reference_lists(decoded: dict[str, Decoded]) -> None:
    smile = decoded["OC_LATEST_TS_MA_6200310.csv"].series
    for name in ("TEMP", "PSAL", "DOX1", "MASS_DOXY", "OSAT", "FLU3", "TUR4", "PHPH"):
        assert np.isfinite(smile.variables[name].value).sum() == 2122 - 377, name
    hidden = np.isnan(smile.variables["DEPH"].value) & (smile.variables["DEPH"].flag_source == 1)
    assert hidden.sum() == 376


def test_every_platform_is_the_one_of_its_name(decoded: dict[str, Decoded]) -> None:
    for name, found in decoded.items():
        parsed = parse_name(name)
        assert parsed is not None
        assert found.series.platform == parsed.platform


@pytest.mark.parametrize(
    ("code", "name", "step_s"),
    [("6200443", "TEMP", 1200), ("6200450", "PSAL", 1200), ("EXIN0002", "TEMP", 1800),
     ("6200021", "TEMP", 1800), ("6200021", "DRYT_LEVELM1", 3600), ("6200310", "TEMP", 1200),
     ("EXIN0003", "TEMP", 600), ("EXIN0004", "TEMP", 3600)],
)  # fmt: skip
def test_values_find_their_grid_point(
    decoded: dict[str, Decoded], code: str, name: str, step_s: int
) -> None:
    series = station(decoded, code)
    held = np.isfinite(series.variables[name].value)
    found = to_grid(series, name, np.ones(series.time.size, dtype=bool))
    assert found is not None
    assert found.grid.step_s == step_s
    assert (found.index[held] != NOWHERE).mean() > 0.995
    assert np.isfinite(found.grid.value).sum() > 0.995 * held.sum()
