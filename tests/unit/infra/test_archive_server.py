"""The archive server offers one folder, and nothing beside it."""

import gzip
import http.client
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime

import pytest

from infra.archive_server import ArchiveServer

CONTENT = b"\x89HDF" + bytes(range(256)) * 40
WRITTEN = 1_700_000_000


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    outside = tmp_path_factory.mktemp("archive")
    (outside / "secret.txt").write_text("secret")
    folder = outside / "public"
    (folder / "argo" / "dac").mkdir(parents=True)
    (folder / "argo" / "file.nc").write_bytes(CONTENT)
    os.utime(folder / "argo" / "file.nc", (WRITTEN, WRITTEN))
    (folder / "argo" / "index.txt.gz").write_bytes(gzip.compress(b"rows"))
    (folder / "link").symlink_to(outside / "secret.txt")
    with ArchiveServer(folder, port=0) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running.server_address
        running.shutdown()
        thread.join()


def ask(server, path, method="GET"):
    connection = http.client.HTTPConnection(*server, timeout=10)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_a_file_comes_whole_with_its_length_and_date(server):
    status, headers, body = ask(server, "/argo/file.nc")
    assert (status, body) == (200, CONTENT)
    assert headers["Content-Length"] == str(len(CONTENT))
    assert parsedate_to_datetime(headers["Last-Modified"]).timestamp() == WRITTEN


def test_head_tells_the_same_without_the_content(server):
    status, headers, body = ask(server, "/argo/file.nc", "HEAD")
    assert (status, body) == (200, b"")
    assert headers["Content-Length"] == str(len(CONTENT))


def test_a_folder_is_a_page_of_links(server):
    status, _headers, body = ask(server, "/argo/")
    assert status == 200
    assert b'href="file.nc"' in body
    assert b'href="dac/"' in body


def test_a_compressed_file_is_sent_as_it_is(server):
    _status, headers, body = ask(server, "/argo/index.txt.gz")
    assert "Content-Encoding" not in headers
    assert gzip.decompress(body) == b"rows"


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/argo/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt",
     "/argo/%2e%2e/%2e%2e/secret.txt", "//secret.txt", "/link", "/no/such/file"],
)  # fmt: skip
def test_nothing_outside_the_folder_is_offered(server, path):
    status, _headers, body = ask(server, path)
    assert status == 404
    assert b"secret" not in body.replace(b"secret.txt", b"")


def test_it_listens_on_the_loopback_address_only(server):
    assert server[0] == "127.0.0.1"


def test_many_at_once_all_get_the_same(server):
    with ThreadPoolExecutor(16) as pool:
        bodies = list(pool.map(lambda _n: ask(server, "/argo/file.nc")[2], range(64)))
    assert set(bodies) == {CONTENT}
