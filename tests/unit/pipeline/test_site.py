"""The site as made from a store: whole, linked, in two languages, and only what changed anew."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, normpath

import numpy as np
import pytest

from halocline.pipeline import site
from halocline.pipeline.site import make_platform, plan_site, write_front
from halocline.pipeline.site_data import cadence_s, rounded, thinned
from halocline.site.card import load_cards
from halocline.site.words import LANGUAGES, WORDS
from halocline.stores.bucket import Bucket
from halocline.stores.probe import CHECKS, Finding
from halocline.stores.schemas import rows_of
from halocline.stores.tables import Tables
from halocline.stores.verdict import judge, write_verdict
from tests.samples.site import published_float, published_station, recorded_run
from tests.stores_fixtures import folder_bucket

NOW = 1_795_000_000
VOID = {"meta", "link", "img", "input", "br", "hr"}


class Page(HTMLParser):
    """What a page holds, and whether its elements close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.elements if found == tag]


def made(bucket: Bucket) -> list[str]:
    """Make the site; names of the platforms whose pages were made."""
    plan = plan_site(bucket)
    cards = [make_platform(job, bucket=bucket) or job.before for job in plan.jobs]
    write_front(bucket, [*plan.standing, *(one for one in cards if one)], now=NOW)
    return [job.platform for job in plan.jobs]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Bucket:
    bucket = Bucket(f"file://{tmp_path_factory.mktemp('site')}")
    published_float(bucket)
    published_station(bucket)
    recorded_run(bucket)
    made(bucket)
    return bucket


def pages(bucket: Bucket) -> dict[str, str]:
    return {key: bucket.get(key).decode() for key in bucket.list("site/") if key.endswith(".html")}


def test_every_platform_has_a_page_in_every_language(shown: Bucket) -> None:
    names = ["index.html", "argo/6901929.html", "coasthf/6200443.html"]
    wanted = {f"site/{language}/{name}" for language in LANGUAGES for name in names}
    assert set(pages(shown)) == wanted | {"site/index.html"}


def test_every_page_is_well_formed_and_says_its_language(shown: Bucket) -> None:
    for key, text in pages(shown).items():
        page = Page(text)
        assert page.faults == [], key
        assert page.open == [], key
        language = page.all("html")[0]["lang"]
        assert language == (key.split("/")[1] if key.count("/") > 1 else "en")
        assert len(page.all("h1")) == 1
        ids = [one["id"] for _tag, one in page.elements if one.get("id")]
        assert len(ids) == len(set(ids)), key


def test_every_link_leads_somewhere_and_none_leaves_the_bucket(shown: Bucket) -> None:
    for key, text in pages(shown).items():
        for tag, name in (("a", "href"), ("link", "href"), ("script", "src"), ("img", "src")):
            for one in Page(text).all(tag):
                target = one.get(name)
                if target is None or target.startswith(("#", "data:")):
                    continue
                assert "//" not in target, f"{key}: {target} leaves the bucket"
                assert shown.exists(normpath(f"{dirname(key)}/{target}")), f"{key}: {target}"


def test_every_picture_and_control_has_words(shown: Bucket) -> None:
    for key, text in pages(shown).items():
        page = Page(text)
        assert all(one.get("alt") for one in page.all("img")), key
        assert all(one.get("aria-label") for one in page.all("canvas")), key
        assert all(one.get("aria-label") for one in page.all("button")), key
        labelled = {one.get("for") for one in page.all("label")}
        assert {one["id"] for one in page.all("select")} <= labelled, key
        for one in page.all("svg"):
            assert one.get("aria-label") or one.get("aria-hidden") == "true", key


def test_each_language_links_the_same_page_in_the_other(shown: Bucket) -> None:
    for language, other in zip(LANGUAGES, reversed(LANGUAGES), strict=True):
        links = Page(pages(shown)[f"site/{language}/argo/6901929.html"]).all("a")
        assert [one["href"] for one in links if one.get("hreflang") == other] == [
            f"../../{other}/argo/6901929.html"
        ]


def test_the_words_are_the_same_in_every_language() -> None:
    first, *others = (WORDS[language] for language in LANGUAGES)
    for words in others:
        assert set(words) == set(first)
        for key in first:
            fields = [re.findall(r"\{\w+\}", one[key]) for one in (first, words)]
            assert sorted(fields[0]) == sorted(fields[1]), key


def test_what_came_from_outside_is_escaped(shown: Bucket) -> None:
    text = pages(shown)["site/en/index.html"]
    assert "operate &lt;france&gt;" in text
    assert "operate <france>" not in text


def test_the_front_page_counts_what_is_published(shown: Bucket) -> None:
    text = pages(shown)["site/en/index.html"]
    assert text.count("<tr class=") == 2
    assert 'data-count="silent">2<' in text, "the samples end years before NOW"
    assert WORDS["en"]["kpi_none"] in text


def test_the_map_holds_every_platform_as_a_link(shown: Bucket) -> None:
    links = [
        one for one in Page(pages(shown)["site/fr/index.html"]).all("a") if "data-limit" in one
    ]
    assert [one["href"] for one in links] == ["argo/6901929.html", "coasthf/6200443.html"]
    assert all(one["aria-label"] for one in links)


def data_of(bucket: Bucket, name: str) -> dict:
    text = bucket.get(f"site/data/{name}.js").decode()
    assert text.startswith("window.halocline=")
    return json.loads(text.removeprefix("window.halocline=").rstrip(";\n"))


def test_the_plots_hold_what_the_product_holds(shown: Bucket) -> None:
    part = data_of(shown, "coasthf/6200443")["parts"][0]
    product = site.decode(shown.get(shown.list("products/coasthf/")[-1]))
    one, there = part["variables"]["TEMP"], np.isfinite(product["TEMP"].values)
    assert one["v"] == np.round(product["TEMP"].values[there], 4).tolist()
    assert one["q"] == product["TEMP_QC"].values[there].tolist()
    estimated = np.isin(product["TEMP_ORIGIN"].values, [2, 3])
    shown_estimates = {t for t, lo, hi in zip(one["ft"], one["lower"], one["upper"], strict=True)
                       if t is not None and lo != hi}  # fmt: skip
    times = product["TIME"].values.astype("datetime64[s]").astype(int)
    assert shown_estimates == set(times[estimated].tolist())
    assert one["units"] == "°C"


def test_a_float_shows_its_casts_with_flags_and_estimates(shown: Bucket) -> None:
    part = data_of(shown, "argo/6901929")["parts"][0]
    moments = [one["t"] for one in part["profiles"]]
    assert moments == sorted(set(moments))
    one = part["variables"]["TEMP"]
    assert {len(one[key]) for key in "vqfelh"} == {len(moments)}
    flags = {flag for row in one["q"] for flag in row}
    assert 4 in flags
    for value, low, high in ((e, lo, hi) for rows in zip(one["e"], one["l"], one["h"], strict=True)
                             for e, lo, hi in zip(*rows, strict=True)):  # fmt: skip
        assert value is None or low <= value <= high


def test_only_what_changed_is_made_again(tmp_path: Path) -> None:
    bucket = Bucket(f"file://{tmp_path}")
    published_float(bucket)
    published_station(bucket)
    assert made(bucket) == ["6901929", "6200443"]
    stands = bucket.get("site/en/coasthf/6200443.html")
    assert made(bucket) == []
    published_float(bucket, seed=4, time="2026-11-21T04:05:06Z")
    bucket.put("site/en/coasthf/6200443.html", b"untouched")
    assert made(bucket) == ["6901929"]
    assert bucket.get("site/en/coasthf/6200443.html") == b"untouched"
    assert bucket.get("site/en/index.html").decode().count("<tr class=") == 2
    bucket.delete("site/cards.json")
    assert made(bucket) == ["6901929", "6200443"], "lost cards are made again"
    assert bucket.get("site/en/coasthf/6200443.html") == stands, "the same inputs, the same bytes"


def test_cards_nobody_understands_are_made_again(tmp_path: Path) -> None:
    bucket = Bucket(f"file://{tmp_path}")
    published_float(bucket)
    made(bucket)
    for content in (b"{", b'[{"network": 1}]', b'{"a": 1}', b'[{"parts": [{"x": 1}]}]'):
        bucket.put("site/cards.json", content)
        assert made(bucket) == ["6901929"], content


def test_a_damaged_product_is_left_out_and_comes_back(tmp_path: Path, caplog) -> None:
    bucket = folder_bucket(tmp_path)
    published_station(bucket)
    first = published_float(bucket, seed=3)
    made(bucket)
    other = bucket.get(f"products/argo/6901929/{first}/product.nc")
    second = published_float(bucket, seed=4, time="2026-11-21T04:05:06Z")
    page = bucket.get("site/en/argo/6901929.html")
    key = f"products/argo/6901929/{second}/product.nc"
    whole = bucket.get(key)
    for content in (whole[:1000], other, None):
        bucket.delete(key)
        if content is not None:
            bucket.put(key, content)
        assert made(bucket) == ["6901929"], "tried again by each run"
        assert bucket.url_of(key) in caplog.messages[-1]
        assert "left out of the site" in caplog.messages[-1]
        assert bucket.get("site/en/argo/6901929.html") == page, "what was shown before"
        assert bucket.get("site/en/index.html").decode().count("<tr class=") == 2
    bucket.put(key, whole)
    assert made(bucket) == ["6901929"]
    assert bucket.get("site/en/argo/6901929.html") != page
    assert made(bucket) == []


def test_the_other_years_of_a_station_are_shown(tmp_path: Path) -> None:
    bucket = folder_bucket(tmp_path)
    years = [published_station(bucket, n=n, year=year) for n, year in ((400, 2024), (500, 2025))]
    bucket.delete(f"products/coasthf/6200443/2025/{years[1]}/product.nc")
    assert made(bucket) == ["6200443"]
    assert [one["name"] for one in data_of(bucket, "coasthf/6200443")["parts"]] == ["6200443 2024"]
    (card,) = load_cards(bucket.get("site/cards.json")).values()
    assert [one.version for one in card.parts] == years[:1]
    assert made(bucket) == ["6200443"], "the year that is lost is looked for again"


def test_an_empty_store_has_a_site_too(tmp_path: Path) -> None:
    bucket = Bucket(f"file://{tmp_path}")
    assert made(bucket) == []
    assert Page(bucket.get("site/fr/index.html").decode()).faults == []


def test_single_writer_mode_is_said_on_the_front_page(tmp_path: Path) -> None:
    bucket = Bucket(f"file://{tmp_path}")
    name, _check, mend = CHECKS[0]
    found = [Finding(name, passed=False, detail="", mend=mend)]
    write_verdict(bucket, judge(found, now=site_moment()))
    made(bucket)
    for language in LANGUAGES:
        page = bucket.get(f"site/{language}/index.html").decode()
        assert WORDS[language]["one_writer"] in page


def finding(at: str, *, state: str, value: float, platform: str = "") -> dict:
    return {"at": at, "indicator": "delay", "network": "argo", "platform": platform,
            "variable": "", "state": state, "value": value, "limit": 25.0, "unit": "h",
            "detail": "observation to publication"}  # fmt: skip


def test_indicators_of_networks_are_shown_with_their_history(tmp_path: Path) -> None:
    bucket = Bucket(f"file://{tmp_path}")
    found = [
        finding("2026-11-19T00:00:00Z", state="green", value=3.0),
        finding("2026-11-20T00:00:00Z", state="red", value=31.0),
        finding("2026-11-20T00:00:00Z", state="green", value=1.0, platform="6901929"),
    ]
    Tables(bucket).append("kpi", rows_of("kpi", found), run="r")
    (one,) = site.indicators(bucket)
    assert (one.name, one.unit, one.is_red) == ("delay argo", "h", True)
    assert [value for _day, value in one.days] == [3.0, 31.0]
    last = finding("2026-11-21T00:00:00Z", state="not_evaluated", value=float("nan"))
    Tables(bucket).append("kpi", rows_of("kpi", [last]), run="r")
    (one,) = site.indicators(bucket)
    assert one.is_red, "what could not be evaluated has not passed"
    assert len(one.days) == 2
    made(bucket)
    assert "✗ 31 h" in bucket.get("site/fr/index.html").decode()


def site_moment():
    from datetime import UTC, datetime  # noqa: PLC0415

    return datetime(2026, 1, 1, tzinfo=UTC)


def test_thinning_keeps_flags_and_extremes() -> None:
    rng = np.random.default_rng(1)
    value = rng.normal(size=50_000)
    value[17_000] = 99.0
    value[rng.integers(0, 50_000, 500)] = np.nan
    flag = np.where(np.isnan(value), 9, 1)
    flag[[5, 40_000]] = 4
    kept = thinned(value, flag, most=1000)
    assert kept.size <= 1000 + 2
    assert {5, 17_000, 40_000} & set(np.flatnonzero(np.isfinite(value))) <= set(kept)
    assert np.isfinite(value[kept]).all()
    assert (np.diff(kept) > 0).all()
    short = thinned(value[:100], flag[:100])
    assert short.tolist() == np.flatnonzero(np.isfinite(value[:100])).tolist()


def test_the_pace_is_the_usual_distance() -> None:
    assert cadence_s(np.array([0, 10, 20, 30, 500])) == 10
    assert cadence_s(np.array([5])) == 0
    assert cadence_s(np.array([], dtype=int)) == 0


def test_missing_numbers_are_null() -> None:
    assert rounded(np.array([1.23456, np.nan, np.inf])) == [1.2346, None, None]
