"""What the last validation found, in a few lines."""

from deployments.health_report import NAMED, told


def row(indicator, state, platform="", detail="d"):
    return {
        "indicator": indicator, "network": "argo", "platform": platform, "variable": "",
        "state": state, "detail": detail,
    }  # fmt: skip


def test_fresh_and_late_platforms_are_counted_and_red_is_named():
    rows = [
        row("freshness", "red", detail="1"), row("freshness", "red", "1"),
        row("freshness", "green", "2"), row("coverage_late", "not_evaluated"),
    ]  # fmt: skip
    lines = told("2025-01-01T00:00:00Z", rows)
    assert "1 platforms fresh, 1 late; 2 red findings, 1 not evaluated" in lines[0]
    assert lines[1:] == ["  red       freshness argo: 1", "  red       freshness argo 1: d"]


def test_a_long_list_is_cut_and_says_so():
    lines = told("2025-01-01T00:00:00Z", [row("freshness", "red", str(n)) for n in range(20)])
    assert lines[-1] == f"  red       and {20 - NAMED} more in the table kpi"
