"""A platform's page: plots of its products, counts, pictures, downloads, a code block."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from halocline.site.card import Card, Part
from halocline.site.html import grouped, page, seconds_of, table
from halocline.site.words import WORDS

FLAGS: Final = ("1", "2", "3", "4", "0", "5", "7", "8", "9")


@dataclass(frozen=True)
class Counts:
    """How many values of a variable of one product have each flag, and how many were filled."""

    part: str
    variable: str
    units: str
    flags: Mapping[str, int]
    filled: int


def data_script(data: Mapping[str, Any]) -> bytes:
    """The plots' data as a script: it loads from a file and from a bucket alike."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    return f"window.halocline={text};\n".encode()


def platform_page(card: Card, counts: Sequence[Counts], *, language: str, made: int) -> bytes:
    """The page of one platform in one language; `made` is of its newest inputs."""
    words = WORDS[language]
    title = f"{words[card.network]} {card.platform}"
    plots = _float_plots(language) if card.network == "argo" else _series_plots(language)
    body = f"""<h1>{escape(title)} <span class="quiet">{escape(card.title)}</span></h1>
{_head(card, language)}
<h2>{words["plots"]}</h2>
<noscript><p class="notice">{words["no_script"]}</p></noscript>
{plots}
<p class="quiet">{words["keys"]} {words["thinned"]}</p>
<h2>{words["counts"]}</h2>
{_counts(counts, language)}
{_downloads(card, language)}
<h2>{words["code"]}</h2>
<pre><code>{escape(code_of(card))}</code></pre>
<script type="application/json" id="words">{_script_words(language)}</script>"""
    return page(
        language=language, title=f"{title} · halocline", body=body, here=f"{card.name}.html",
        made=made,
        scripts=(
            "assets/plot.js", f"data/{card.name}.js", "assets/platform.js", "assets/status.js",
        ),
    )  # fmt: skip


def code_of(card: Card) -> str:
    """What a scientist pastes into a notebook."""
    year = f", year={card.parts[-1].year}" if card.parts[-1].year else ""
    return (
        "import halocline\n\n"
        f'ds = halocline.open_product("{card.platform}"{year})  # xarray.Dataset\n'
        "name = next(one for one in ds if one.endswith(\"_FILLED\")).removesuffix(\"_FILLED\")\n"
        "measured = ds[name].where(ds[f\"{name}_QC\"].isin([1, 2]))  # what the sensor said\n"
        "estimated = ds[f\"{name}_FILLED\"].where(ds[f\"{name}_ORIGIN\"].isin([2, 3]))\n"
        "band = ds[f\"{name}_LOWER\"], ds[f\"{name}_UPPER\"]  # 90 % interval of the estimates\n"
    )  # fmt: skip


def _head(card: Card, language: str) -> str:
    words = WORDS[language]
    last = seconds_of(card.last) if card.last else None
    attributes = f'data-last="{"" if last is None else last}" data-limit="{card.limit_s}"'
    states = "".join(
        f'<span class="state s-{state}">{words[state]}</span>'
        for state in ("fresh", "late", "silent", "unknown")
    )
    age = f' · <span data-age-of="{last}"></span>' if last is not None else ""
    place = "" if card.latitude is None else f"{card.latitude:.3f}, {card.longitude:.3f}"
    items = [
        (words["state"], f'<span class="unknown" {attributes}>{states}</span>'),
        (words["last"], f"{card.last or '?'}{age}"),
        (words["position"], place),
        (words["values"], grouped(sum(one.n_values for one in card.parts))),
        (words["flagged"], grouped(sum(one.n_flagged for one in card.parts))),
        (words["filled"], grouped(sum(one.n_filled for one in card.parts))),
    ]
    rows = "\n".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in items)
    return f'<dl class="figures">\n{rows}\n</dl>'


def _choosers(language: str) -> str:
    words = WORDS[language]
    return (
        f'<div class="tools"><label for="part">{words["part"]}</label>\n'
        '<select id="part"></select>\n'
        f'<label for="variable">{words["variable"]}</label> <select id="variable"></select></div>'
    )


def _tools(name: str, *, language: str, layers: bool, walk: bool) -> str:
    words = WORDS[language]
    boxes = "\n".join(
        f'<label><input type="checkbox" data-layer="{key}" checked> {words[word]}</label>'
        for key, word in (("raw", "raw"), ("filled", "estimate"), ("band", "band"))
        if layers
    )
    signs = [("in", "+", "zoom_in"), ("out", "−", "zoom_out"), ("all", "⤢", "all")]
    signs += [("back", "◀", "back"), ("on", "▶", "on")] if walk else []
    buttons = "\n".join(
        f'<button type="button" data-does="{does}" aria-label="{words[word]}" '
        f'title="{words[word]}">{sign}</button>'
        for does, sign, word in signs
    )
    return f'<div class="tools" id="{name}">\n{boxes}\n{buttons}\n</div>'


def _canvas(name: str, *, language: str, tall: bool = False) -> str:
    return (
        f'<canvas class="plot{" tall" if tall else ""}" id="{name}" tabindex="0" role="img" '
        f'aria-label="{escape(WORDS[language]["plot_alt"])}"></canvas>'
    )


def _series_plots(language: str) -> str:
    return (
        f"{_choosers(language)}\n"
        f"{_tools('series-tools', language=language, layers=True, walk=True)}\n"
        f"{_canvas('series-plot', language=language)}\n"
        f'<p class="reading" id="reading" aria-live="polite"></p>\n'
        f'<p class="quiet">{WORDS[language]["marks"]}</p>'
    )


def _float_plots(language: str) -> str:
    words = WORDS[language]
    return (
        f"{_choosers(language)}\n<h3>{words['section']}</h3>\n"
        f"{_tools('section-tools', language=language, layers=False, walk=True)}\n"
        f"{_canvas('section-plot', language=language)}\n"
        '<p><span id="bar" class="swatch" style="width:8em" aria-hidden="true"></span> '
        '<span id="scale"></span></p>\n'
        '<p class="reading" id="reading" aria-live="polite"></p>\n'
        f"<h3>{words['one_profile']}</h3>\n"
        f'<p><label for="profile">{words["profile"]}</label> <select id="profile"></select></p>\n'
        f"{_tools('profile-tools', language=language, layers=True, walk=False)}\n"
        f"{_canvas('profile-plot', language=language, tall=True)}\n"
        f'<p class="reading" id="profile-reading" aria-live="polite"></p>\n'
        f'<p class="quiet">{words["marks"]}</p>'
    )


def _counts(counts: Sequence[Counts], language: str) -> str:
    words = WORDS[language]
    shown = [flag for flag in FLAGS if any(one.flags.get(flag) for one in counts)]
    headings = [words["part"], words["variable"], *(words[f"flag_{flag}"] for flag in shown),
                words["filled"]]  # fmt: skip
    rows = [
        [
            escape(one.part), f"{escape(one.variable)} ({escape(one.units)})",
            *(grouped(one.flags.get(flag, 0)) for flag in shown), grouped(one.filled),
        ]
        for one in counts
    ]  # fmt: skip
    numbers = frozenset(range(2, 3 + len(shown)))
    return table(headings, rows, numbers=numbers, label=words["counts"])


def _downloads(card: Card, language: str) -> str:
    words = WORDS[language]
    rows = [
        [
            escape(_name(card, part)), part.reference_time, f"<code>{part.version[:12]}</code>",
            f'<a href="../../../{part.path}/product.nc" download>{words["file"]}</a>',
            f'<a href="../../../{part.path}/manifest.json">{words["manifest"]}</a>',
        ]
        for part in card.parts
    ]  # fmt: skip
    headings = [words["part"], words["inputs_until"], words["version"], "", ""]
    newest = card.parts[-1]
    alt = escape(words["picture_alt"].format(name=_name(card, newest)))
    return (
        f"<h2>{words['download']}</h2>\n"
        f"{table(headings, rows, numbers=frozenset(), label=words['download'])}\n"
        f"<h2>{words['picture']}</h2>\n"
        f'<p><a href="../../../{newest.path}/preview.png">'
        f'<img src="../../../{newest.path}/preview.png" alt="{alt}" loading="lazy"></a></p>'
    )


def _name(card: Card, part: Part) -> str:
    return f"{card.platform} {part.year}" if part.year else card.platform


def _script_words(language: str) -> str:
    words = WORDS[language]
    text = {
        "flags": {flag: words[f"flag_{flag}"] for flag in FLAGS},
        "filled": words["flag_8"],
        "pressure": words["pressure"],
    }
    return json.dumps(text, ensure_ascii=False).replace("<", "\\u003c")
