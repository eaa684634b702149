"""Digests of suites: every shipped one has one, an infinite limit included."""

import pytest

from halocline.suites import load_suite, shipped_suite, suite_digest


@pytest.mark.parametrize("name", ["argo", "coasthf"])
def test_every_shipped_suite_has_a_digest_that_does_not_change(name):
    first, second = (suite_digest(load_suite(shipped_suite(name))) for _ in range(2))
    assert first == second
    assert len(first) == 64
