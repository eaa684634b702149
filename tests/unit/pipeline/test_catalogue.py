import json

from halocline.pipeline.catalogue import published, versions, winners
from halocline.stores.publication import publish
from halocline.stores.tables import Tables
from tests.stores_fixtures import folder_bucket


def gate(method: str, reason: str, ratio: float | None) -> dict:
    return {
        "gap_class": "≤72 h",
        "method": method,
        "reason": reason,
        "calibrated": True,
        "scores": {method: {"rmse_over_linear": ratio}},
    }


def event(bucket, platform: str, row: dict, *, status: str = "current") -> dict:
    path = f"products/coasthf/{platform}/2024/{platform}"
    bucket.put(f"{path}/product.nc", b"x")
    return {
        "network": "coasthf", "platform": platform, "year": 2024, "version": platform,
        "recipe": f"{platform}{status}", "reference_time": "2026-11-24T00:00:00Z", "path": path,
        "status": status, "inputs": 1, "n_profiles": 0, "n_values": 10, "n_flagged": 1,
        "n_filled": 2,
        "summary": json.dumps({"TEMP": {"values": 10, "flags": {}, "origins": {}, "gate": [row]}}),
    }  # fmt: skip


def test_winners_are_counted_over_products_and_the_best_ratio_is_of_a_method_that_won(tmp_path):
    bucket = folder_bucket(tmp_path)
    events = [
        event(bucket, "1", gate("kalman", "won", 0.6)),
        event(bucket, "2", gate("kalman", "won", 0.5)),
        event(bucket, "3", gate("linear", "not beaten", 1.0)),
        event(bucket, "4", gate("linear", "not judged", None)),
    ]
    publish(Tables(bucket), events, run="a")
    (cell,) = winners(published(bucket))
    assert cell.methods == {"kalman": 2, "linear": 2}
    assert cell.judged == 3
    assert (cell.best_ratio, cell.best_of) == (0.5, "2 2024")


def test_a_product_taken_back_is_not_published(tmp_path):
    bucket = folder_bucket(tmp_path)
    row = gate("linear", "not judged", None)
    publish(Tables(bucket), [event(bucket, "1", row)], run="a")
    publish(Tables(bucket), [event(bucket, "1", row, status="withdrawn")], run="b")
    assert published(bucket) == []


def test_every_version_of_a_product_is_told_with_its_run_oldest_first(tmp_path):
    bucket = folder_bucket(tmp_path)
    row = gate("linear", "not judged", None)
    first, other = event(bucket, "1", row), event(bucket, "2", row)
    publish(Tables(bucket), [first, other], run="a")
    late = {**first, "version": "late", "recipe": "late", "reference_time": "2026-11-25T00:00:00Z"}
    publish(Tables(bucket), [late], run="b")
    told = [(one["version"], one["run"]) for one in versions(bucket, platform="1", year=2024)]
    assert told == [("1", "a"), ("late", "b")]
    assert versions(bucket, platform="1", year=2023) == []
    assert [one["run"] for one in versions(bucket, platform="2")] == ["a"]


def test_nothing_is_published_in_an_empty_store(tmp_path):
    assert published(folder_bucket(tmp_path)) == []
    assert winners([]) == []
