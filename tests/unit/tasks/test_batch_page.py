"""What a batch leaves on its run's page: a failing platform comes first, with its reason."""

from halocline.model.quarantine import Quarantined, Reason
from halocline.pipeline.outcome import Outcome
from halocline.stores.bucket import Bucket
from tasks.batch_page import batch_rows, flagged_share, picture_of
from tasks.context import StoreContext

HERE = StoreContext(run="r", bucket=Bucket("s3://b"))
SEEN = StoreContext(run="r", bucket=Bucket("s3://b"), browse_url="http://127.0.0.1:8000")


def made(platform, *, flagged=0, year=0):
    event = {"path": f"products/argo/{platform}/v", "n_values": 100, "n_flagged": flagged,
             "n_filled": 7}  # fmt: skip
    return Outcome("argo", platform, year, "made", event)


ASIDE = Outcome(
    "argo", "3", 0, "set_aside", None,
    (Quarantined("3", Reason.NO_DATA, "nothing in it", "3"),),
)  # fmt: skip


def test_what_was_set_aside_comes_first_with_its_reason_then_the_slowest():
    rows = batch_rows([(made("1"), 1.0), (made("2"), 9.04), (ASIDE, 0.1)], context=HERE)
    assert [row["platform"] for row in rows] == ["3", "2", "1"]
    assert rows[0]["status"] == "set aside"
    assert rows[0]["reason"] == "no_data: nothing in it"
    assert rows[0]["picture"] == ""
    assert (rows[1]["seconds"], rows[1]["values"], rows[1]["filled"]) == (9.0, 100, 7)


def test_a_picture_is_a_link_where_a_browser_can_open_it():
    assert picture_of(made("1"), context=HERE) == "s3://b/products/argo/1/v/preview.png"
    assert picture_of(made("1"), context=SEEN) == (
        "http://127.0.0.1:8000/products/argo/1/v/preview.png"
    )


def test_the_flagged_share_needs_a_product():
    assert flagged_share(made("1", flagged=25)) == 0.25
    assert flagged_share(ASIDE) == 0
