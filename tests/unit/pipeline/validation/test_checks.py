"""Checks: what each calls red, and that none of them is ever silent."""

import math
from dataclasses import replace

import pytest

from halocline.pipeline.validation.checks import CHECKS, judge
from halocline.pipeline.validation.facts import Late, ProductFacts, ProductRef
from halocline.pipeline.validation.indicators import delay
from halocline.pipeline.validation.limits import Limits
from halocline.pipeline.validation.snapshot import Snapshot

NOW = "2025-03-31T12:00:00Z"


def ref(platform="1", network="argo", **changes):
    base = ProductRef(network, platform, 0, f"v{platform}", f"products/{network}/{platform}/v")
    return replace(base, **changes)


def facts(platform="1", **changes):
    days = tuple(f"2025-03-{day:02d}" for day in range(2, 31))
    base = ProductFacts(
        ref(platform), last="2025-03-31T06:00:00Z", cadence_h=24.0, days=days, in_window=30
    )
    return replace(base, **changes)


def counts(**flags):
    return {"TEMP": {"values": sum(flags.values()), "flags": {k[1:]: v for k, v in flags.items()}}}


def received(file="a.nc", **changes):
    return {
        "source": "argo_gdac", "file": file, "platform": "1", "status": "current", "seq": 1,
        "received": "2025-03-31T08:00:00Z", "first": "", "last": "2025-03-31T06:00:00Z",
    } | changes  # fmt: skip


@pytest.fixture
def healthy():
    products = [ref(str(number)) for number in range(1, 5)]
    return Snapshot(
        now=NOW,
        since="2025-03-01T12:00:00Z",
        limits=Limits(),
        products=products,
        summaries={one.path: (counts(f1=98, f4=2), counts(f1=99, f4=1)) for one in products},
        raw=[received()],
        missing=[],
        facts=[facts(one.platform) for one in products],
    )


def found(snapshot, indicator, **criteria):
    return [
        one
        for one in judge(snapshot)
        if one.indicator == indicator
        and all(getattr(one, name) == value for name, value in criteria.items())
    ]


def whole(snapshot, indicator):
    (one,) = found(snapshot, indicator, platform="", variable="")
    return one


def test_a_healthy_network_is_green_but_for_what_nobody_could_know(healthy):
    states = {(one.indicator, one.state) for one in judge(healthy)}
    assert ("coverage_late", "not_evaluated") in states
    assert {state for name, state in states if name != "coverage_late"} == {"green"}


def test_a_check_that_cannot_run_is_red(healthy):
    def broken(_snapshot, _network):
        raise KeyError("no such column")

    (one,) = judge(healthy, checks={"kpi1_delay": broken})
    assert one.state == "red"
    assert "could not run: KeyError" in one.detail
    assert one.indicator == "kpi1_delay"


def test_where_nothing_is_published_nothing_is_green(healthy):
    empty = replace(healthy, products=[], summaries={}, facts=[], raw=[])
    for name in ("kpi1_delay", "kpi2_platforms_per_day", "kpi4b_good", "freshness", "completeness"):
        assert {one.state for one in judge(empty) if one.indicator == name} == {"red"}, name


def test_delay_is_of_the_first_receipt_and_of_recent_observations(healthy):
    rows = [
        received(last="2025-03-30T08:00:00Z", received="2025-03-30T18:00:00Z"),
        received(last="2025-03-30T08:00:00Z", received="2025-03-31T11:00:00Z"),
        received("old.nc", last="2019-01-01T00:00:00Z"),
    ]
    one = whole(replace(healthy, raw=rows), "kpi1_delay")
    assert (one.value, one.state) == (pytest.approx(10.0), "green")
    late = [received(last="2025-03-20T08:00:00Z")]
    assert whole(replace(healthy, raw=late), "kpi1_delay").state == "red"


def test_a_river_is_nobodys_delay(healthy):
    mine = received(source="coriolis_cotier", received="2025-03-31T07:00:00Z")
    river = received("SEINE/a.csv", source="outside", last="2025-03-20T00:00:00Z")
    (one,) = delay(replace(healthy, raw=[mine, river]), "coasthf")
    assert one.value == pytest.approx(1.0)


def test_a_day_on_which_most_platforms_are_silent_is_red(healthy):
    quiet = [replace(one, days=one.days[:-1]) for one in healthy.facts[1:]]
    one = whole(replace(healthy, facts=[healthy.facts[0], *quiet]), "kpi2_platforms_per_day")
    assert (one.value, one.limit, one.state) == (1.0, 2.0, "red")


def test_what_the_tables_name_and_the_bucket_lacks_is_red(healthy):
    lost = replace(healthy, missing=["products/argo/1/v/product.nc", "raw/argo_gdac/aa/aa", "x"])
    assert whole(lost, "kpi3a_index_minus_files").value == 2
    torn = replace(healthy, facts=[facts(fault="its bytes are not those that were published")])
    assert whole(torn, "kpi3a_index_minus_files").state == "red"


def test_metadata_and_flags(healthy):
    poor = replace(healthy, facts=[facts(missing=("license",)), facts("2")])
    assert (whole(poor, "kpi3b_metadata").value, whole(poor, "kpi3b_metadata").state) == (1, "red")
    assert whole(healthy, "kpi4b_good").value == pytest.approx(0.98)
    idle = {path: (counts(f0=60, f1=40), None) for path in healthy.summaries}
    unjudged = replace(healthy, summaries=idle)
    assert whole(unjudged, "kpi4_evaluated").state == "red"
    assert whole(unjudged, "kpi4b_good").state == "red"


def test_one_stale_platform_is_named_and_turns_its_network_red(healthy):
    stale = facts("1", last="2025-03-27T11:00:00Z")
    seen = replace(healthy, facts=[stale, *healthy.facts[1:]])
    (one,) = found(seen, "freshness", platform="1")
    assert (one.state, one.value, one.limit) == ("red", pytest.approx(97.0), 72.0)
    assert whole(seen, "freshness").detail == "1"
    slow = facts("1", last="2025-03-27T11:00:00Z", cadence_h=240.0)
    assert found(replace(healthy, facts=[slow]), "freshness", platform="1")[0].state == "green"
    none = facts("1", last="", cadence_h=math.nan)
    assert found(replace(healthy, facts=[none]), "freshness", platform="1")[0].state == "red"


def test_holes_in_the_window_count(healthy):
    gaps = [replace(one, in_window=10) for one in healthy.facts]
    one = whole(replace(healthy, facts=gaps), "completeness")
    assert (one.value, one.state) == (pytest.approx(1 / 3), "red")


def test_an_empty_slice_is_red_however_full_the_rest(healthy):
    seen = replace(healthy, facts=[facts("1", empty=("DOXY@12",)), *healthy.facts[1:]])
    assert found(seen, "empty_slices", platform="1")[0].detail == "DOXY@12"
    assert whole(seen, "empty_slices").state == "red"


def test_a_jump_of_the_flags_is_red_and_named(healthy):
    path = healthy.products[0].path
    jumped = {**healthy.summaries, path: (counts(f1=80, f4=20), counts(f1=99, f4=1))}
    seen = replace(healthy, summaries=jumped)
    (one,) = found(seen, "flag_jumps", platform="1")
    assert (one.variable, one.value) == ("TEMP", pytest.approx(0.19))


def test_late_values_judge_the_interval(healthy):
    bad = replace(healthy, facts=[facts(late={"TEMP": Late(100, 60)})])
    (one,) = found(bad, "coverage_late")
    assert (one.state, one.value, one.variable) == ("red", pytest.approx(0.6), "TEMP")
    good = replace(healthy, facts=[facts(late={"TEMP": Late(100, 91)})])
    assert found(good, "coverage_late")[0].state == "green"
    few = replace(healthy, facts=[facts(late={"TEMP": Late(10, 0)})])
    assert found(few, "coverage_late")[0].state == "not_evaluated"


def test_too_much_set_aside_is_red(healthy):
    rows = [received(str(number)) for number in range(8)]
    rows += [received("bad", status="quarantined"), received("worse", status="quarantined")]
    one = whole(replace(healthy, raw=rows), "quarantine_share")
    assert (one.value, one.state) == (pytest.approx(0.2), "red")


def test_every_check_judges_every_network(healthy):
    both = replace(
        healthy, products=[*healthy.products, ref("62", network="coasthf")],
        summaries={**healthy.summaries, "products/coasthf/62/v": (counts(f1=1), None)},
    )  # fmt: skip
    for network in ("argo", "coasthf"):
        names = {one.indicator for one in judge(both) if one.network == network}
        assert len(names) >= len(CHECKS)
