"""The manifest: canonical, complete, checkable."""

import dataclasses
import json
import math

from halocline.model.digest import sha256_of
from halocline.products import manifest
from halocline.products.scores import gate_attributes, gate_summary
from halocline.products.statistics import statistics_of_profiles
from tests.samples.products import gates, small_float


def made():
    sample = small_float()
    counts = statistics_of_profiles(
        profiles=sample.profiles, flags=sample.flags, filled=sample.filled, fill_method="pchip"
    )
    return sample, manifest.encode(
        product=b"product", preview=b"preview", statistics=counts, provenance=sample.provenance
    )


def test_every_file_and_input_can_be_checked():
    sample, content = made()
    found = json.loads(content)
    assert found["version"] == sha256_of(b"product")
    assert found["files"]["product.nc"] == {"sha256": sha256_of(b"product"), "size": 7}
    assert found["files"]["preview.png"]["size"] == 7
    assert found["path"] == f"products/argo/6901929/{sha256_of(b'product')}"
    assert [(one["file"], one["sha256"]) for one in found["inputs"]] == list(
        sample.provenance.inputs
    )


def test_the_same_arguments_give_the_same_bytes_with_sorted_keys():
    first, second = made()[1], made()[1]
    assert first == second
    found = json.loads(first)
    assert list(found) == sorted(found)
    assert first.endswith(b"}\n")


def test_counts_and_provenance_are_in_it():
    sample, content = made()
    found = json.loads(content)
    assert found["counts"]["n_profiles"] == sample.profiles.n_prof
    assert set(found["variables"]) == {"PRES", "TEMP", "PSAL"}
    assert found["processing"]["recipe"] == sample.provenance.recipe
    assert "10.17882/42182" in found["citation"]


def test_a_score_nobody_could_compute_is_null_not_nan():
    row = gates("TEMP")[0]
    unknown = dataclasses.replace(row.scores["linear"], rmse=math.nan, ratio=math.nan)
    summary = gate_summary(dataclasses.replace(row, scores={"linear": unknown}))
    assert summary["scores"]["linear"]["rmse"] is None
    json.dumps(summary, allow_nan=False)


def test_scores_are_kept_to_six_digits():
    row = gates("TEMP")[0]
    precise = dataclasses.replace(row.scores["linear"], rmse=0.123456789)
    summary = gate_summary(dataclasses.replace(row, scores={"linear": precise}))
    assert summary["scores"]["linear"]["rmse"] == 0.123457


def test_a_mixture_is_told_with_its_shares():
    row = dataclasses.replace(gates("TEMP")[0], weights={"linear": 0.2, "kalman": 0.8, "dtw": 0.0})
    assert gate_summary(row)["weights"] == {"dtw": 0.0, "kalman": 0.8, "linear": 0.2}
    told = gate_attributes([row, gates("TEMP")[2]])
    assert told["fill_mixture"] == "kalman 0.80 + linear 0.20, linear"
    assert "fill_mixture" not in gate_attributes(gates("TEMP"))
