"""Folders and servers, those that answer and those that do not."""

import gzip
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from halocline.model.errors import BadUpstreamData, SourceUnavailable
from halocline.model.quarantine import Reason
from halocline.sources import _http, address
from halocline.sources.address import Address, Addresses, Entry, safe_path
from halocline.sources.coriolis_cotier.listing import list_files
from tests.unit.sources import servers
from tests.unit.sources.servers import Failing

NOBODY = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(_http, "PAUSE_S", 0.001)
    monkeypatch.setattr(address, "_ASKED_LAST", {})
    yield
    _http.forget_connections()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "OC_202409_TS_MA_6200443.csv").write_bytes(b"a;b\n")
    (tmp_path / "csv" / "a b.txt").write_bytes(b"x")
    (tmp_path / "csv" / "inner").mkdir()
    return tmp_path


@pytest.fixture
def server(tree: Path) -> Iterator[str]:
    yield from servers.offering(tree)


@pytest.fixture
def failing() -> Iterator[str]:
    yield from servers.failing()


@pytest.fixture(params=["folder", "file", "http"])
def place(request: pytest.FixtureRequest, tree: Path) -> Address:
    if request.param == "http":
        return Address(request.getfixturevalue("server") + "/")
    return Address(f"file://{tree}" if request.param == "file" else str(tree))


def test_a_file_is_read_and_a_missing_one_is_none(place: Address) -> None:
    assert place.read("csv/a b.txt") == b"x"
    assert place.read("csv/none.txt") is None
    assert place.read("csv/a b.txt/deeper") is None


def test_a_folder_is_listed(place: Address) -> None:
    (found,) = place.list("csv", "*.csv")
    assert found.path == "csv/OC_202409_TS_MA_6200443.csv"
    assert [one.path for one in place.list("csv/", "*")] == [found.path, "csv/a b.txt"]
    assert place.folders("csv") == ["csv/inner"]
    assert place.folders("") == ["csv"]
    assert place.list("none", "*") == []


def test_a_local_entry_says_when_and_how_large(tree: Path) -> None:
    (found,) = Address(str(tree)).list("csv", "*.csv")
    assert found.size == 4
    assert found.modified.endswith("Z")
    assert len(found.modified) == 27


def test_sources_find_their_files_in_it(place: Address) -> None:
    assert [one.platform for one in list_files(place, folder="csv")] == ["6200443"]


def test_addresses_survive_the_trip_to_a_worker(tree: Path) -> None:
    assert pickle.loads(pickle.dumps(Addresses((str(tree),)))).read("csv/a b.txt") == b"x"


@pytest.mark.parametrize(
    "path",
    ["../x", "a/../../x", "/etc/passwd", "a\\b", "..", "http://elsewhere/x", "a\nb", "a\0b"],
)
def test_paths_that_leave_the_tree_are_refused(place: Address, path: str) -> None:
    for ask in (place.read, place.folders, safe_path):
        with pytest.raises(BadUpstreamData) as caught:
            ask(path)
        assert caught.value.reason == Reason.OUTSIDE_TREE


def test_a_link_out_of_the_tree_is_refused(tree: Path, tmp_path_factory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret"
    outside.write_bytes(b"s")
    (tree / "link").symlink_to(outside)
    with pytest.raises(BadUpstreamData):
        Address(str(tree)).read("link")


def test_a_folder_that_is_not_mounted_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="mounted"):
        Address(str(tmp_path / "none")).read("x")
    with pytest.raises(SourceUnavailable, match="mounted"):
        Address(str(tmp_path / "none")).list("", "*")


@pytest.mark.parametrize(
    ("path", "attempts"), [("500", 4), ("503", 4), ("403", 1), ("401", 1), ("short", 4)]
)
def test_a_server_that_fails_is_unavailable(failing: str, path: str, attempts: int) -> None:
    with pytest.raises(SourceUnavailable, match=path):
        Address(failing).read(path)
    assert Failing.asked.count(f"/{path}") == attempts


def test_what_passes_is_tried_again(failing: str) -> None:
    assert Address(failing).read("third") == b"whole"
    assert len(Failing.asked) == 3


@pytest.mark.parametrize("status", ["404", "410"])
def test_not_found_is_an_answer(failing: str, status: str) -> None:
    assert Address(failing).read(status) is None


def test_nobody_there_is_unavailable() -> None:
    with pytest.raises(SourceUnavailable, match="ConnectError"):
        Address(NOBODY).read("x")


def test_the_next_address_is_used_and_the_silent_one_is_asked_last(
    failing: str, tree: Path
) -> None:
    addresses = Addresses((failing, str(tree)))
    assert addresses.read("500") is None
    assert len(Failing.asked) == 4
    assert addresses.read("csv/a b.txt") == b"x"
    assert len(Failing.asked) == 4
    assert [one.path for one in addresses.list("csv", "*.csv")] == [
        "csv/OC_202409_TS_MA_6200443.csv"
    ]


def test_a_file_one_mirror_lacks_comes_from_the_next(failing: str, tree: Path) -> None:
    assert Addresses((str(tree), failing)).read("anything") == b"whole"
    assert Addresses((failing, str(tree))).read("404") is None


def test_when_no_address_answers_each_is_named(failing: str, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"500.*none"):
        Addresses((failing, str(tmp_path / "none"))).read("500")


def test_index_pages_of_other_servers() -> None:
    apache = (
        '<tr><td><a href="?C=N;O=D">Name</a></td></tr>\n<tr><td><a href="/argo/">Parent</a></td>'
        '</tr>\n<tr><td valign="top"></td><td><a href="OC_1.csv">OC_1.csv</a></td>'
        '<td align="right">2026-01-31 12:34  </td><td align="right"> 12M</td></tr>\n'
        '<tr><td><a href="sub/">sub/</a></td><td align="right">2026-01-31 12:34  </td></tr>\n'
    )
    assert _http.entries_of(apache) == [
        Entry("OC_1.csv", "2026-01-31T12:34:00Z", None), Entry("sub/", "2026-01-31T12:34:00Z", None)
    ]  # fmt: skip
    nginx = (
        '<a href="../">../</a>\n<a href="a%20b.csv">a b.csv</a>      31-Jan-2026 12:34      1234\n'
        '<a href="http://elsewhere/x.csv">x</a>\n<a href="..%2fx.csv">x</a>\n'
    )
    assert _http.entries_of(nginx) == [Entry("a b.csv", "2026-01-31T12:34:00Z", 1234)]


def test_a_body_is_kept_as_the_file_is_stored() -> None:
    packed = gzip.compress(b"text")
    assert _http._as_stored("http://x/a.csv", packed, "gzip") == b"text"
    assert _http._as_stored("http://x/a.txt.gz", packed, "x-gzip") == packed
    assert _http._as_stored("http://x/a.csv", b"text", "") == b"text"
    with pytest.raises(SourceUnavailable):
        _http._as_stored("http://x/a.csv", b"text", "gzip")
