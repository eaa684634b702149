"""The frame of every page, and the few words of HTML that all of them use."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Final

from halocline.site.words import LANGUAGES, WORDS

STALE_AFTER_S: Final = 36 * 3600
"""A daily run that is 12 hours late has failed; the same figure is in the sentence."""


def seconds_of(moment: str) -> int:
    """Seconds since 1970 of an ISO time."""
    return int(datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp())


def iso(seconds: int) -> str:
    """ISO UTC of seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def page(
    *,
    language: str,
    title: str,
    body: str,
    here: str,
    made: int,
    scripts: Iterable[str] = (),
    grows_stale: bool = False,
    single_writer: bool = False,
) -> bytes:
    """A whole page. `here` is its place below the language's folder: "argo/6901929.html".

    `made`: seconds since 1970. A page that `grows_stale` says so when nobody has made it anew.
    """
    words = WORDS[language]
    up = "../" * here.count("/")
    root = f"{up}../"
    other = "\n".join(
        f'<a href="{root}{each}/{escape(here)}" hreflang="{each}" lang="{each}">'
        f"{WORDS[each]['language']}</a>"
        for each in LANGUAGES
        if each != language
    )
    loaded = "\n".join(f'<script src="{root}{one}"></script>' for one in scripts)
    notice = f'<p class="notice">{words["one_writer"]}</p>' if single_writer else ""
    if grows_stale:
        notice += (
            f'<p class="notice" data-made="{made}" data-stale-after="{STALE_AFTER_S}" hidden>'
            f"{words['stale']}</p>"
        )
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{root}assets/site.css">
</head>
<body>
<a class="skip" href="#content">{words["skip"]}</a>
<header>
<a class="home" href="{up}index.html">{words["site"]}</a>
<nav aria-label="{words["language"]}">
{other}
</nav>
</header>
<main id="content">
{notice}
{body}
</main>
<footer><p>{words["footer"]} {words["made"]}: <time datetime="{iso(made)}">{iso(made)}</time>.</p>
</footer>
{loaded}
</body>
</html>
""".encode()


def landing() -> bytes:
    """The page at the root of the site: it goes to the reader's language."""
    links = "\n".join(
        f'<p><a href="{each}/index.html" lang="{each}">{WORDS[each]["front"]}</a></p>'
        for each in LANGUAGES
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>halocline</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/site.css">
<script>
location.replace((navigator.language || "").startsWith("fr") ? "fr/index.html" : "en/index.html");
</script>
</head>
<body>
<main>
<h1>halocline</h1>
{links}
</main>
</body>
</html>
""".encode()


def table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: frozenset[int], label: str
) -> str:
    """A table that scrolls by itself on a small screen; cells are HTML already."""
    heads = "".join(
        f'<th scope="col"{_number(at, numbers)}>{name}</th>' for at, name in enumerate(headings)
    )
    lines = "\n".join(
        "<tr>"
        + "".join(f"<td{_number(at, numbers)}>{cell}</td>" for at, cell in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(label)}">\n'
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table>\n</div>"
    )


def grouped(number: int) -> str:
    """Digits in threes, with thin spaces: read the same in both languages."""
    return f"{number:,}".replace(",", "\u202f")


def _number(at: int, numbers: frozenset[int]) -> str:
    return ' class="number"' if at in numbers else ""
