"""What a network names and no provider offers: misspelt, renamed, or gone."""

from halocline.networks import Network
from halocline.pipeline.providers import not_offered

BOTH = Network.model_validate(
    {
        "name": "two",
        "argo": {"addresses": ["/gdac"], "wmo": ["6901929", "6903247"]},
        "coasthf": {
            "addresses": ["/csv"],
            "insitu_tac": {"addresses": ["/tac"]},
            "stations": ["6200443", "6200310", "LaPalmaTG"],
            "outside": {"SEINE": {"addresses": ["/rivers"], "files": ["seine.csv"]}},
        },
    }
)
CSV, TAC, FLOATS = frozenset({"6200443"}), frozenset({"LaPalmaTG"}), frozenset({"6901929"})


def test_a_platform_that_no_source_has_is_named():
    offered = {"argo_gdac": FLOATS, "coriolis_cotier": CSV, "insitu_tac": TAC}
    assert not_offered(BOTH, offered) == ["6903247", "6200310"]


def test_a_source_that_did_not_answer_may_have_it():
    assert not_offered(BOTH, {"coriolis_cotier": CSV}) == []
    assert not_offered(BOTH, {"argo_gdac": FLOATS}) == ["6903247"]


def test_where_everything_is_followed_nothing_is_missed():
    everything = {"addresses": ["/csv"], "everything": True}
    network = Network.model_validate({"name": "all", "coasthf": everything})
    assert not_offered(network, {"coriolis_cotier": frozenset()}) == []
