"""The page of the series' tests is what the registry says."""

from tests.bench._series_qc_page import MEASURED, PAGE, WHOSE, registered, registry_part


def test_the_page_is_made_from_the_registry():
    text = PAGE.read_text(encoding="utf-8")
    assert text.startswith(registry_part()), "run python -m tests.bench series_qc"
    assert MEASURED in text


def test_every_test_says_whose_it_is_and_why():
    assert set(WHOSE) == {one.name for one in registered()}
