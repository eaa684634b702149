"""The comparison of a reprocessing as a page: what to look at before publishing."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from typing import Final

from halocline.pipeline.candidates import Candidate
from halocline.pipeline.compare import Difference, NotCompared, VariableChange
from halocline.products.paths import PREVIEW
from halocline.stores.bucket import Bucket

STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#123}
table{border-collapse:collapse;margin:.5rem 0}td,th{padding:.2rem .8rem .2rem 0;text-align:left}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
img{width:100%;border:1px solid #ccd}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:1rem}
h2{border-top:1px solid #ccd;padding-top:1rem}.dim{color:#567}
"""
Aside = Candidate | NotCompared
"""What could not be made, and what could not be compared."""


def folder_of(run: str) -> str:
    """Prefix of a comparison's page and data."""
    return f"site/reprocess/{run}"


def write_comparison(
    found: Sequence[Difference], *, aside: Sequence[Aside], run: str, bucket: Bucket
) -> str:
    """The page and its data are in the bucket; returns the page's address.

    Pictures are named relative to the page: it works from the bucket and from a copy of it. The
    order in which `found` was found changes no byte.
    """
    folder = folder_of(run)
    named = sorted(found, key=lambda one: (one.pair.network, one.pair.platform, one.pair.year))
    content = [{**asdict(one), "name": one.pair.name} for one in named]
    data = {"run": run, "differences": content, "set_aside": [one.name for one in aside]}
    text = json.dumps(data, indent=1, sort_keys=True)
    bucket.put(f"{folder}/comparison.json", text.encode())
    bucket.put(f"{folder}/index.html", page(found, aside=aside, run=run).encode())
    return f"{bucket.url_of(folder)}/index.html"


def page(found: Sequence[Difference], *, aside: Sequence[Aside], run: str) -> str:
    """HTML of the comparison, largest changes first."""
    ordered = sorted(found, key=lambda one: (-_size(one), one.pair.name))
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8>",
        "<meta name=viewport content='width=device-width'>",
        f"<title>{escape(run)}</title><style>{STYLE}</style>",
        f"<h1>{escape(run)}</h1>",
        f"<p>{len(found)} products would change, {sum(one.is_none for one in found)} of them in "
        f"nothing a reader sees. Flags changed: {sum(one.flags_changed for one in found):,}; "
        f"values filled anew: {sum(one.filled_anew for one in found):,}.</p>",
        f"<p class=dim>To make them current: <code>halocline reprocess --publish {escape(run)}"
        f"</code>; to go back: <code>halocline reprocess --revert {escape(run)}</code></p>",
    ]
    if aside:
        lines = "".join(f"<li>{escape(one.name)}: {escape(one.detail)}</li>" for one in aside)
        parts.append(f"<h2>Set aside</h2><ul>{lines}</ul>")
    return "\n".join([*parts, *(_section(one) for one in ordered), "</html>"])


def _size(one: Difference) -> int:
    lost = sum(change.filled_lost for change in one.changes)
    return one.flags_changed + one.filled_anew + lost + one.points_added + one.points_gone


def _amount(row: VariableChange) -> str:
    """Largest difference with its units; practical salinity has none, which files write as 1."""
    units = "" if row.units == "1" else f" {escape(row.units)}"
    return f"{row.largest:.4g}{units}"


def _section(one: Difference) -> str:
    pair = one.pair
    heads = "".join(
        f"<th{'' if word in {'variable', 'where'} else ' class=n'}>{word}</th>"
        for word in ("variable", "flags changed", "to 3 or 4", "filled anew", "no longer filled",
                     "revised", "largest difference", "where")
    )  # fmt: skip
    rows = "".join(
        f"<tr><td>{escape(row.variable)}</td><td class=n>{row.flags_changed:,}</td>"
        f"<td class=n>{row.flags_worse:,}</td><td class=n>{row.filled_anew:,}</td>"
        f"<td class=n>{row.filled_lost:,}</td><td class=n>{row.revised:,}</td>"
        f"<td class=n>{_amount(row)}</td>"
        f"<td>{escape(row.where)}</td></tr>"
        for row in one.changes
    )
    table = f"<table><tr>{heads}</tr>{rows}</table>" if rows else "<p>The same numbers.</p>"
    pictures = [("now", pair.old_path, pair.old_version), ("new", pair.new_path, pair.new_version)]
    figures = "".join(
        f"<figure><figcaption>{word}, version {version[:12]}</figcaption>"
        f"<img loading=lazy alt='{escape(pair.name)}, {word}' src='../../../{path}/{PREVIEW}'>"
        "</figure>"
        for word, path, version in pictures
        if path
    )
    return (
        f"<h2 id='{pair.network}-{escape(pair.name.replace(' ', '-'))}'>{escape(pair.name)}</h2>"
        f"<p class=dim>{escape(one.extent)}</p>{table}<div class=pair>{figures}</div>"
    )
