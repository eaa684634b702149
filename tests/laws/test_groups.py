"""Tests of one group run on one worker: two stacks at once on two cores starve each other."""

import pytest


@pytest.mark.xdist_group("proof")
def test_a_group_is_part_of_the_name_by_which_tests_are_handed_out(request):
    if not request.config.getoption("loadgroup", default=False):
        pytest.skip("tests are not handed out by group in this run")
    assert request.node.nodeid.endswith("@proof")
