"""Make the status site: pages of the platforms whose products changed, and the front page.

What the front page needs of the others is kept in `site/cards.json`. Two runs at once may lose one
another's cards there; a card that is missing or of another version is made at the next run.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any, Final

import numpy as np

from halocline.pipeline.catalogue import Listed, published
from halocline.pipeline.code_digest import code_digest
from halocline.pipeline.product_bytes import ProductDamaged, product_bytes
from halocline.pipeline.read import decode
from halocline.pipeline.site_data import Seen, cadence_s, counts_of, seen_in
from halocline.site.card import Card, Part, dump_cards, load_cards
from halocline.site.front import Front, Indicator, front_page
from halocline.site.html import iso, landing, seconds_of
from halocline.site.platform import Counts, data_script, platform_page
from halocline.site.words import LANGUAGES
from halocline.stores.bucket import Bucket, NoSuchKey
from halocline.stores.schemas import KPI, RUNS
from halocline.stores.tables import Tables
from halocline.stores.verdict import read_verdict

log = logging.getLogger(__name__)
GREEN: Final = "green"
"""State of an indicator that asks for nothing; one that could not be evaluated is red too."""
CARDS: Final = "site/cards.json"
ASSETS: Final = ("site.css", "plot.js", "platform.js", "status.js")


@dataclass(frozen=True)
class SiteJob:
    """A platform whose pages are to be made, with its current products."""

    network: str
    platform: str
    products: tuple[Listed, ...]
    before: Card | None = None
    """What the front page said of it last; None for a platform that is new to the site."""

    @property
    def name(self) -> str:
        """Platform as the run's log names it."""
        return self.platform

    @property
    def weight(self) -> int:
        """What it costs: values to read."""
        return sum(one.n_values for one in self.products)


@dataclass(frozen=True)
class SitePlan:
    """Pages to make, and the cards of the platforms whose pages stand."""

    jobs: tuple[SiteJob, ...]
    standing: tuple[Card, ...]


def plan_site(bucket: Bucket) -> SitePlan:
    """What to make: platforms whose card is not of their current products and of this code.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    current: dict[tuple[str, str], list[Listed]] = defaultdict(list)
    for one in published(bucket):
        current[one.network, one.platform].append(one)
    known = _known_cards(bucket)
    jobs, standing = [], []
    for (network, platform), products in sorted(current.items()):
        card = known.get(f"{network}/{platform}")
        wanted = {one.version for one in products}
        if card and card.edition == code_digest() and {one.version for one in card.parts} == wanted:
            standing.append(card)
        else:
            jobs.append(SiteJob(network, platform, tuple(products), before=card))
    return SitePlan(jobs=tuple(jobs), standing=tuple(standing))


def make_platform(job: SiteJob, *, bucket: Bucket) -> Card | None:
    """The platform's pages are in the bucket, in both languages; its card for the front page.

    A product that the store lost or damaged is left out of them, which the log tells; its version
    is not on the card, so that the next run tries again. Where none is whole, the pages stay as
    they were, and there is no new card.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    whole = _whole(job, bucket)
    if not whole:
        return None
    job, seen = replace(job, products=tuple(one for one, _ in whole)), [one for _, one in whole]
    card = _card(job, seen)
    data = {"network": job.network, "parts": [one.part for one in seen]}
    bucket.put(f"site/data/{card.name}.js", data_script(data))
    made = seconds_of(max(one.reference_time for one in job.products))
    for language in LANGUAGES:
        content = platform_page(card, _counts(job, seen), language=language, made=made)
        bucket.put(f"site/{language}/{card.name}.html", content)
    return card


def _whole(job: SiteJob, bucket: Bucket) -> list[tuple[Listed, Seen]]:
    """Products whose bytes are those that were published, and what is to be shown of each."""
    found = []
    for one in job.products:
        try:
            content = product_bytes(
                one.path, version=one.version, platform=one.platform, bucket=bucket
            )
        except ProductDamaged as fault:
            log.error("left out of the site: %s", fault)  # noqa: TRY400
            continue
        found.append((one, seen_in(decode(content), name=one.name, network=job.network)))
    return found


def write_front(bucket: Bucket, cards: Iterable[Card], *, now: int) -> None:
    """Front pages, landing page, style and scripts, and the cards for the next run.

    `now`: seconds since 1970. Raises SourceUnavailable as any call of the store.
    """
    ordered = sorted(cards, key=lambda one: one.name)
    verdict = read_verdict(bucket)
    front = Front(
        cards=ordered,
        runs=newest_runs(bucket),
        indicators=indicators(bucket),
        made=now,
        single_writer=verdict is not None and verdict.single_writer,
    )
    for name in ASSETS:
        bucket.put(f"site/assets/{name}", asset(name))
    for language in LANGUAGES:
        bucket.put(f"site/{language}/index.html", front_page(front, language=language))
    bucket.put("site/index.html", landing())
    bucket.put(CARDS, dump_cards(ordered))


def asset(name: str) -> bytes:
    """A file that comes with the site."""
    return files("halocline.site").joinpath(f"assets/{name}").read_bytes()


def newest_runs(bucket: Bucket) -> list[dict[str, object]]:
    """Rows of the table `runs`, newest first; a run that was told twice has its last row."""
    columns = ["flow", "name", "status", "started", "finished", "published", "set_aside", "run",
               "seq"]  # fmt: skip
    rows = Tables(bucket).read(RUNS.name, columns=columns).sort_by("seq").to_pylist()
    last = {row["run"]: row for row in rows}
    return sorted(last.values(), key=lambda row: str(row["started"]), reverse=True)


def indicators(bucket: Bucket) -> Sequence[Indicator]:
    """Key indicators of whole networks over time, from the table `kpi`; none before a validation.

    A row is (at, indicator, network, platform, variable, state, value, limit, unit, detail); those
    of single platforms and variables are left to the run's page.
    """
    rows = Tables(bucket).read(KPI.name, filters=[("platform", "=", ""), ("variable", "=", "")])
    series: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows.to_pylist(), key=lambda row: (str(row["at"]), row["seq"])):
        series[f"{row['indicator']} {row['network']}".strip()].append(row)
    return [
        Indicator(
            name=name,
            unit=str(found[-1]["unit"]),
            days=[(row["at"], row["value"]) for row in found if np.isfinite(row["value"])],
            is_red=found[-1]["state"] != GREEN,
            note=str(found[-1]["detail"]),
        )
        for name, found in sorted(series.items())
    ]


def _known_cards(bucket: Bucket) -> dict[str, Card]:
    try:
        return load_cards(bucket.get(CARDS))
    except NoSuchKey:
        return {}


def _card(job: SiteJob, seen: Sequence[Seen]) -> Card:
    times = np.concatenate([one.times for one in seen]).astype(np.int64)
    times = np.unique(times[times >= 0])
    newest = seen[-1]
    return Card(
        network=job.network,
        platform=job.platform,
        title=newest.title,
        latitude=newest.latitude,
        longitude=newest.longitude,
        last=iso(int(times[-1])) if times.size else "",
        cadence_s=cadence_s(times),
        parts=tuple(
            Part(**{name: getattr(one, name) for name in Part.__dataclass_fields__})
            for one in job.products
        ),
        edition=code_digest(),
    )


def _counts(job: SiteJob, seen: Sequence[Seen]) -> list[Counts]:
    found = []
    for product, shown in zip(job.products, seen, strict=True):
        for variable, data in shown.part["variables"].items():
            flags, filled = counts_of(product.summary, variable)
            found.append(
                Counts(
                    part=product.name,
                    variable=variable,
                    units=data["units"],
                    flags=flags,
                    filled=filled,
                )
            )
    return found
