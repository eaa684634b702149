"""Incidents begin once, end once, and come back as new ones."""

import pytest

from halocline.pipeline.incidents import (
    KINDS,
    Incident,
    changes_of,
    incidents_of,
    record_changes,
)
from halocline.pipeline.validation.finding import Finding
from tests.stores_fixtures import folder_bucket

STALE = Incident("stale-platform", "argo", "freshness: 1")


@pytest.fixture
def store(tmp_path):
    return folder_bucket(tmp_path)


def red(indicator, **changes):
    return Finding(**{"indicator": indicator, "network": "argo", "state": "red"} | changes)


def test_findings_of_one_kind_are_one_incident():
    found = incidents_of([
        red("freshness", detail="1; 2"), red("freshness", platform="1"),
        red("kpi2_platforms_per_day", detail="on 2025"),
        red("coverage_late", variable="TEMP", detail="50 of 100"),
        red("empty_slices"), red("quarantine_share", state="green"),
    ])  # fmt: skip
    assert {one.name for one in found} == {"argo/stale-platform", "argo/coverage-lost"}
    stale = next(one for one in found if one.kind == "stale-platform")
    assert stale.detail == "freshness: 1; 2; kpi2_platforms_per_day: on 2025"


def test_a_check_that_could_not_run_is_an_incident_of_its_own():
    found = incidents_of([red("flag_jumps", detail="could not run: KeyError: x")])
    assert [one.kind for one in found] == ["data-lost"]
    assert KINDS["data-lost"].urgency == "urgent"


def test_it_is_told_once_until_it_is_over(store):
    def look(now, at):
        changes = changes_of(store, now, networks=["argo"])
        record_changes(store, changes, at=at, run=at)
        return [one.name for one in changes.opened], [one.name for one in changes.closed]

    assert look([STALE], "1") == ([STALE.name], [])
    assert look([STALE], "2") == ([], [])
    assert look([], "3") == ([], [STALE.name])
    assert look([], "4") == ([], [])
    assert look([STALE], "5") == ([STALE.name], [])


def test_another_network_ends_nothing(store):
    record_changes(store, changes_of(store, [STALE], networks=["argo"]), at="1", run="1")
    assert changes_of(store, [], networks=["coasthf"]).closed == ()
    assert changes_of(store, [], networks=["argo", "coasthf"]).closed == (STALE,)
