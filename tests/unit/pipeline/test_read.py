"""`open_product`: what is found, and what a person is told when it is not."""

import numpy as np
import pytest

from halocline.model.digest import sha256_of
from halocline.pipeline.product_bytes import ProductDamaged
from halocline.pipeline.read import NoSuchProduct, open_product
from halocline.products import argo_profiles, coasthf_series
from halocline.products.paths import product_folder
from halocline.stores.bucket import Bucket
from halocline.stores.publication import publish
from halocline.stores.tables import Tables
from tests.samples.products import small_float, small_station


def put(bucket, content, *, network, platform, year=0, reference_time="2026-11-20T00:00:00Z"):
    version = sha256_of(content)
    path = product_folder(network=network, platform=platform, year=year, version=version)
    bucket.put_new(f"{path}/product.nc", content)
    event = {
        "network": network,
        "platform": platform,
        "year": year,
        "version": version,
        "recipe": sha256_of(f"{version}{reference_time}".encode()),
        "reference_time": reference_time,
        "path": path,
        "status": "current",
        "inputs": 1,
        "n_profiles": 1,
        "n_values": 1,
        "n_flagged": 0,
        "n_filled": 0,
        "summary": "{}",
    }
    assert publish(Tables(bucket), [event], run="test").published == 1
    return version


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A folder with a float in two versions and a station in two years."""
    bucket = Bucket(f"file://{tmp_path_factory.mktemp('bucket')}")
    first = argo_profiles.encode(**small_float(seed=1).arguments())
    second = argo_profiles.encode(**small_float(seed=2).arguments())
    name = {"network": "argo", "platform": "6901929"}
    old = put(bucket, first, **name, reference_time="2026-11-19T00:00:00Z")
    put(bucket, second, **name)
    station = coasthf_series.encode(**small_station().arguments())
    for year in (2024, 2025):
        put(bucket, station, network="coasthf", platform="6200443", year=year)
    return bucket, old


def test_the_current_version_is_opened_with_values_and_text(shelf):
    opened = open_product("6901929", store=shelf[0])
    sample = small_float(seed=2).profiles
    value = sample.variables["TEMP"].value
    assert np.array_equal(opened.TEMP.values, value, equal_nan=True)
    assert opened.TEMP.dtype == np.float32
    assert opened.VERTICAL_SAMPLING_SCHEME.values[0] == sample.scheme[0]
    assert opened.PLATFORM_NUMBER.item() == "6901929"


def test_a_store_can_be_named_by_its_address_and_a_float_by_a_number(shelf):
    opened = open_product(6901929, store=shelf[0].url)
    assert opened.attrs["platform_code"] == "6901929"


def test_a_superseded_version_is_opened_by_its_first_digits(shelf):
    bucket, old = shelf
    opened = open_product("6901929", store=bucket, version=old[:10])
    value = small_float(seed=1).profiles.variables["TEMP"].value
    assert np.array_equal(opened.TEMP.values, value, equal_nan=True)


def test_a_year_of_a_station_is_opened(shelf):
    opened = open_product("6200443", year=2024, store=shelf[0])
    assert str(opened.TIME.values[0])[:4] == "2024"


def test_a_station_with_several_years_asks_which(shelf):
    with pytest.raises(NoSuchProduct, match=r"2024, 2025: say which with year="):
        open_product("6200443", store=shelf[0])


def test_a_year_that_is_not_there_lists_those_that_are(shelf):
    with pytest.raises(NoSuchProduct, match=r"no product of 2019; there are 2024, 2025"):
        open_product("6200443", year=2019, store=shelf[0])


def test_an_unknown_platform_lists_near_names(shelf):
    with pytest.raises(NoSuchProduct, match=r"near it: 6901929"):
        open_product("6901928", store=shelf[0])


def test_a_name_near_to_nothing_lists_what_is_known(shelf):
    with pytest.raises(NoSuchProduct, match=r"known: 6200443, 6901929"):
        open_product("xyz", store=shelf[0])


def test_a_version_that_was_never_published_lists_those_that_were(shelf):
    with pytest.raises(NoSuchProduct, match="published were"):
        open_product("6901929", store=shelf[0], version="zz")


def test_an_empty_store_says_that_nothing_is_published(tmp_path):
    with pytest.raises(NoSuchProduct, match="nothing is published"):
        open_product("6901929", store=f"file://{tmp_path}")


def test_bytes_that_are_not_those_published_are_refused(tmp_path):
    bucket = Bucket(f"file://{tmp_path}")
    content = argo_profiles.encode(**small_float().arguments())
    version = put(bucket, content, network="argo", platform="6901929")
    bucket.put(f"products/argo/6901929/{version}/product.nc", content[:-1] + b"x")
    with pytest.raises(ProductDamaged, match="not hold the bytes") as damaged:
        open_product("6901929", store=bucket)
    bucket.delete(f"products/argo/6901929/{version}/product.nc")
    with pytest.raises(ProductDamaged, match="is not in the store any more") as lost:
        open_product("6901929", store=bucket)
    for told in (str(damaged.value), str(lost.value)):
        assert told.startswith(bucket.url_of(f"products/argo/6901929/{version}/product.nc"))
        assert "`halocline reprocess --platform 6901929 --force` makes a current" in told
    assert version[:12] in str(damaged.value)
