"""Pages and products are served, tables and raw files are not."""

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from halocline.stores.bucket import Bucket
from infra.site_server import SiteServer
from tests.unit.deployments.test_cli import run


@pytest.fixture
def served(tmp_path: Path) -> Iterator[httpx.Client]:
    bucket = Bucket(f"file://{tmp_path}/store")
    bucket.put("site/index.html", b"<!doctype html>")
    bucket.put("site/data/argo/1.js", b"window.halocline={}")
    bucket.put("products/argo/1/v/product.nc", b"\x89HDF")
    bucket.put("tables/products/x.parquet", b"secret")
    (tmp_path / "outside").write_text("secret")
    with SiteServer(bucket, port=0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}") as client:
            yield client
        server.shutdown()
        thread.join()


def test_pages_and_products_are_served_with_their_kind(served: httpx.Client) -> None:
    assert served.get("/").headers["location"] == "/site/index.html"
    page = served.get("/site/index.html")
    assert (page.content, page.headers["content-type"]) == (
        b"<!doctype html>", "text/html; charset=utf-8",
    )  # fmt: skip
    assert "javascript" in served.get("/site/data/argo/1.js").headers["content-type"]
    product = served.get("/products/argo/1/v/product.nc?download=1")
    assert product.content == b"\x89HDF"
    assert served.head("/site/index.html").content == b""


@pytest.mark.parametrize(
    "path",
    ["/tables/products/x.parquet", "/site/../tables/products/x.parquet", "/site/none.html",
     "/site/%2e%2e/%2e%2e/outside", "/store.json"],
)  # fmt: skip
def test_nothing_else_is(served: httpx.Client, path: str) -> None:
    answer = served.get(path)
    assert answer.status_code == 404
    assert b"secret" not in answer.content


def test_serving_a_store_without_a_site_says_what_makes_one(tmp_path: Path) -> None:
    done = run("serve", home=tmp_path, HALOCLINE_STORE=f"file://{tmp_path}/store")
    assert done.returncode == 2
    assert "halocline demo" in done.stderr
