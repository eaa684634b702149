"""Facts of products, read from their bytes as a user reads them."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from halocline.pipeline.read import decode
from halocline.pipeline.validation.checks import judge
from halocline.pipeline.validation.facts import facts_of, read_facts
from halocline.pipeline.validation.limits import Limits
from halocline.pipeline.validation.record import last_findings, record_findings
from halocline.pipeline.validation.snapshot import take_snapshot
from tests.samples.archive_store import config_at, processed, pulled, written_archive
from tests.stores_fixtures import folder_bucket

END = datetime(2024, 12, 31, 23, 59, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("validation")
    written_archive(folder, floats=1, profiles=6, stations=1)
    bucket = folder_bucket(folder)
    pulled(folder, bucket=bucket)
    processed(bucket, config_at(folder), run="scheduled")
    return bucket


@pytest.fixture(scope="module")
def seen(store):
    return take_snapshot(store, now=END, limits=Limits())


def read(store, seen, network):
    (ref,) = [one for one in seen.products if one.network == network]
    return facts_of(ref, bucket=store, since=seen.since, until=seen.now)


def test_a_float_in_order(store, seen):
    found = read(store, seen, "argo")
    assert found.fault == ""
    assert found.missing == ()
    assert found.last.startswith("2024-12")
    assert 24 < found.cadence_h < 24 * 15
    assert found.in_window >= 2
    assert found.empty == ()


def test_a_station_in_order(store, seen):
    found = read(store, seen, "coasthf")
    assert found.missing == ()
    assert found.cadence_h == pytest.approx(1 / 3)
    assert len(found.days) == 30
    assert found.last >= "2024-12-31"


def test_other_bytes_and_no_bytes_are_faults(store, seen):
    ref = seen.products[0]
    window = {"since": seen.since, "until": seen.now}
    other = facts_of(replace(ref, version="0" * 64), bucket=store, **window)
    assert "not those that were published" in other.fault
    gone = facts_of(replace(ref, path="products/argo/none"), bucket=store, **window)
    assert "not in the bucket" in gone.fault


def test_a_sensor_that_died_yesterday_is_an_empty_slice(store, seen):
    (ref,) = [one for one in seen.products if one.network == "coasthf"]
    product = decode(store.get(f"{ref.path}/product.nc"))
    dead = product["TIME"].values >= np.datetime64("2024-12-31")
    product["TEMP"].values[dead] = np.nan
    window = (np.datetime64("2024-12-01"), np.datetime64("2025-01-01"))
    found = read_facts(ref, product, before=None, window=window)
    assert "TEMP@2024-12-31" in found.empty
    assert not any(one.startswith("PSAL@2024-12-31") for one in found.empty)


def test_a_value_that_arrives_late_judges_its_interval(store, seen):
    (ref,) = [one for one in seen.products if one.network == "coasthf"]
    product = decode(store.get(f"{ref.path}/product.nc"))
    later = product.copy(deep=True)
    estimated = np.flatnonzero(
        np.isin(product["TEMP_ORIGIN"].values, [2, 3]) & np.isnan(product["TEMP"].values)
    )[:10]
    middle = product["TEMP_FILLED"].values[estimated]
    later["TEMP"].values[estimated] = middle
    later["TEMP"].values[estimated[:3]] = product["TEMP_UPPER"].values[estimated[:3]] + 5
    later["TEMP_QC"].values[estimated] = 1
    window = (np.datetime64("2024-12-01"), np.datetime64("2025-01-01"))
    late = read_facts(ref, later, before=product, window=window).late["TEMP"]
    assert (late.count, late.inside) == (10, 7)


def test_a_missing_licence_is_found(store, seen):
    (ref,) = [one for one in seen.products if one.network == "argo"]
    product = decode(store.get(f"{ref.path}/product.nc"))
    del product.attrs["license"]
    del product["TEMP"].attrs["units"]
    window = (np.datetime64("2024-12-01"), np.datetime64("2025-01-01"))
    assert read_facts(ref, product, before=None, window=window).missing == ("license", "TEMP:units")


def test_findings_are_kept_with_their_moment(store, seen):
    facts = [facts_of(one, bucket=store, since=seen.since, until=seen.now) for one in seen.products]
    found = judge(replace(seen, facts=facts))
    record_findings(store, found, at=seen.now, run="first")
    record_findings(store, found[:1], at="2024-12-30T00:00:00Z", run="earlier")
    at, rows = last_findings(store)
    assert at == seen.now
    assert len(rows) == len(found)
    red = {row["indicator"] for row in rows if row["state"] == "red"}
    assert "kpi3a_index_minus_files" not in red
    assert "freshness" not in {row["indicator"] for row in rows if row["state"] == "red"}
