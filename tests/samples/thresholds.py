"""Thresholds nobody means: what a slip of the hand writes into a suite."""

from collections.abc import Iterator


def twisted(threshold: object) -> Iterator[object]:
    """The same threshold, or one of those in it, as a slip of the hand might write it."""
    if isinstance(threshold, dict):
        for key, one in threshold.items():
            yield from ({**threshold, key: other} for other in twisted(one))
    elif isinstance(threshold, (tuple, list)) and isinstance(threshold[0], (int, float)):
        yield from (threshold[::-1], [0] * len(threshold))
    elif isinstance(threshold, (int, float)) and not isinstance(threshold, bool):
        yield from (0, -1, 2, -0.5)
