"""The path law of products."""

import pytest

from halocline.products.paths import product_folder


def test_a_float_has_no_year_in_its_path():
    found = product_folder(network="argo", platform="6901929", version="ab12")
    assert found == "products/argo/6901929/ab12"


def test_a_station_has_its_year_in_its_path():
    found = product_folder(network="coasthf", platform="EXIN0002", year=2024, version="ab12")
    assert found == "products/coasthf/EXIN0002/2024/ab12"


def test_a_station_without_a_year_is_refused():
    with pytest.raises(ValueError, match="needs a year"):
        product_folder(network="coasthf", platform="EXIN0002", version="ab12")


@pytest.mark.parametrize("platform", ["", "..", "a/b"])
def test_a_platform_that_would_leave_the_tree_is_refused(platform):
    with pytest.raises(ValueError, match="not parts of a path"):
        product_folder(network="argo", platform=platform, version="ab12")
