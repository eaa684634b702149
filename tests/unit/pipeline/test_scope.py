"""Which products a reprocessing is about."""

from datetime import date

import pytest
from pydantic import ValidationError

from halocline.pipeline.scope import Scope

MANIFEST = {"code_digest": "c0de1", "suite_digest": "5u17e", "models": {"canyon_b": "v2abc"}}


def test_an_empty_scope_is_everything() -> None:
    scope = Scope()
    assert scope.names(network="argo", platform="6903247")
    assert scope.overlaps(first="", last="")
    assert scope.touches(west=0, east=1, south=0, north=1)
    assert not scope.asks_manifests


def test_platforms_by_name_and_pattern_of_one_network() -> None:
    scope = Scope(products="argo", platforms=("6903247", "39019*"))
    assert scope.names(network="argo", platform="6903247")
    assert scope.names(network="argo", platform="3901987")
    assert not scope.names(network="argo", platform="6903248")
    assert not scope.names(network="coasthf", platform="6903247")


@pytest.mark.parametrize(
    ("first", "last", "inside"),
    [
        ("2024-01-01T00:00:00Z", "2024-03-31T23:59:59Z", True),
        ("2024-01-01T00:00:00Z", "2024-02-28T00:00:00Z", False),
        ("2024-05-01T00:00:00Z", "2024-06-01T00:00:00Z", False),
        ("2024-04-30T23:00:00Z", "2024-06-01T00:00:00Z", True),
        ("", "", True),
    ],
)
def test_the_period_holds_both_its_days(first: str, last: str, *, inside: bool) -> None:
    scope = Scope(since=date(2024, 3, 31), until=date(2024, 4, 30))
    assert scope.overlaps(first=first, last=last) is inside


def test_a_box_may_cross_the_date_line() -> None:
    scope = Scope.model_validate({"box": {"west": 170, "east": -170, "south": -10, "north": 10}})
    assert scope.touches(west=175, east=176, south=0, north=1)
    assert scope.touches(west=-180, east=-175, south=0, north=1)
    assert scope.touches(west=160, east=-160, south=0, north=1)
    assert not scope.touches(west=0, east=10, south=0, north=1)
    assert not scope.touches(west=175, east=176, south=11, north=12)


def test_what_made_a_product_is_matched_by_its_first_digits() -> None:
    assert Scope(made_by_code="c0d", made_with_suite="5u").made_by(MANIFEST)
    assert not Scope(made_by_code="dead").made_by(MANIFEST)
    assert Scope(made_with_model="canyon_b").made_by(MANIFEST)
    assert Scope(made_with_model="canyon_b:v2").made_by(MANIFEST)
    assert not Scope(made_with_model="canyon_b:v3").made_by(MANIFEST)
    assert not Scope(made_with_model="other").made_by(MANIFEST)


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValidationError, match="is after until"):
        Scope(since=date(2024, 2, 1), until=date(2024, 1, 1))
    with pytest.raises(ValidationError, match="platform"):
        Scope.model_validate({"platform": ["6903247"]})
