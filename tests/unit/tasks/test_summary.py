"""What a run leaves on its page."""

from halocline.model.quarantine import Quarantined, Reason
from tasks.summary import RunSummary, as_markdown, aside_rows


def test_a_station_nobody_offers_is_on_the_page():
    assert "**No provider has a file of 6200310**" in as_markdown(
        RunSummary(not_offered=("6200310",))
    )
    assert "No provider" not in as_markdown(RunSummary())


def test_an_item_set_aside_is_named_with_what_was_found():
    one = Quarantined("OC_1.csv", Reason.BAD_ROW, "1 row dated 1970", "6200443")
    assert aside_rows([one]) == [
        {"platform": "6200443", "item": "OC_1.csv", "reason": "bad_row",
         "detail": "1 row dated 1970"}
    ]  # fmt: skip
