"""Who a product is about, and what made it."""

import dataclasses

from tests.samples.products import provenance


def test_a_float_and_a_station_have_names_of_their_own():
    assert provenance().identity == "argo/6901929"
    assert provenance("coasthf", "EXIN0002", 2024).identity == "coasthf/EXIN0002/2024"


def test_models_are_listed_in_order_of_name():
    one = dataclasses.replace(provenance(), models={"b": "2", "a": "1"})
    assert one.attributes()["processing_models"] == "a:1 b:2"
    assert provenance().attributes()["processing_models"] == "none"
