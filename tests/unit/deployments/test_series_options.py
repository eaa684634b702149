"""What a caller says of a table, and what of it means nothing."""

import pytest

from deployments.series_options import csv_options
from halocline.model.errors import ConfigInvalid


def test_what_is_said_of_a_table_is_kept() -> None:
    how = csv_options(separator="tab", rename="a=TEMP, b=PSAL", missing="-999,-1", zone="UTC-3:30")
    assert (how.separator, how.rename, how.missing, how.zone) == (
        "\t", {"a": "TEMP", "b": "PSAL"}, (-999.0, -1.0), "UTC-3:30")  # fmt: skip


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"zone": "Europe/Paris"}, r"--zone: zone 'Europe/Paris': wanted a fixed distance"),
        ({"day_order": "ymd"}, "--day-order 'ymd': wanted dmy or mdy"),
        ({"rename": "a"}, "--rename 'a': wanted column=PARAMETER"),
        ({"missing": "none"}, "--missing 'none': wanted numbers"),
    ],
)
def test_what_means_nothing_is_refused_with_what_is_wanted(said: dict, message: str) -> None:
    with pytest.raises(ConfigInvalid, match=message):
        csv_options(**said)
