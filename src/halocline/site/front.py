"""The front page: how fresh everything is, where it is, indicators, runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from halocline.site.card import STATES, Card, state_of
from halocline.site.html import grouped, page, seconds_of, table
from halocline.site.map import legend, svg_map
from halocline.site.words import WORDS

MOST_RUNS: Final = 30
SPARK: Final = (300, 40)
SIGNS: Final = {"fresh": "●", "late": "▲", "silent": "■", "unknown": "◆"}
"""The map's shapes, beside the words."""


@dataclass(frozen=True)
class Indicator:
    """One key indicator over time."""

    name: str
    unit: str
    days: Sequence[tuple[str, float]]
    """When it was computed and its value, oldest first."""
    is_red: bool
    """Whether the last one missed its target, or could not be computed."""
    note: str = ""


@dataclass(frozen=True)
class Front:
    """Everything the front page shows."""

    cards: Sequence[Card]
    runs: Sequence[Mapping[str, Any]]
    """Rows of the table `runs`, newest first."""
    indicators: Sequence[Indicator]
    made: int
    """Seconds since 1970."""
    single_writer: bool = False


def front_page(front: Front, *, language: str) -> bytes:
    """The front page in one language."""
    words = WORDS[language]
    body = f"""<h1>{words["front"]}</h1>
<p>{words["intro"]}</p>
{_figures(front, language)}
<h2>{words["map"]}</h2>
{svg_map(front.cards, language=language, now=front.made)}
{legend(language)}
<h2>{words["platforms"]}</h2>
<p><label for="search">{words["search"]}</label>
<input id="search" type="search" autocomplete="off"></p>
{_platforms(front, language)}
<h2>{words["kpi"]}</h2>
{_indicators(front.indicators, language)}
<h2>{words["runs"]}</h2>
{_runs(front.runs, language)}"""
    return page(
        language=language, title=f"{words['front']} · halocline", body=body, here="index.html",
        made=front.made, grows_stale=True, scripts=("assets/status.js",),
        single_writer=front.single_writer,
    )  # fmt: skip


def _figures(front: Front, language: str) -> str:
    words = WORDS[language]
    states = [_state(card, front.made) for card in front.cards]
    parts = [part for card in front.cards for part in card.parts]
    figures = [(words["platforms"], f"<span>{grouped(len(front.cards))}</span>")]
    figures += [
        (
            words[state],
            f'<span class="state {state}" data-count="{state}">{states.count(state)}</span>',
        )
        for state in STATES
    ]
    figures += [
        (words["products"], grouped(len(parts))),
        (words["values"], grouped(sum(part.n_values for part in parts))),
        (words["flagged"], grouped(sum(part.n_flagged for part in parts))),
        (words["filled"], grouped(sum(part.n_filled for part in parts))),
    ]
    items = "\n".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in figures)
    return f'<dl class="figures">\n{items}\n</dl>'


def _platforms(front: Front, language: str) -> str:
    words = WORDS[language]
    heads = [words[one] for one in ("platform", "network", "state", "last", "age", "position",
                                    "values", "flagged", "filled")]  # fmt: skip
    head = "".join(
        f'<th scope="col"{" class=number" if at > 5 else ""}>{one}</th>'
        for at, one in enumerate(heads)
    )
    rows = "\n".join(_row(card, language=language, now=front.made) for card in front.cards)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{words["platforms"]}">\n'
        f'<table id="platforms">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n'
        "</table>\n</div>"
    )


def _row(card: Card, *, language: str, now: int) -> str:
    words = WORDS[language]
    last = seconds_of(card.last) if card.last else None
    states = "".join(
        f'<span class="state s-{state}">{SIGNS[state]} {words[state]}</span>' for state in STATES
    )
    age = f'<span data-age-of="{last}"></span>' if last is not None else ""
    place = "" if card.latitude is None or card.longitude is None else (
        f"{abs(card.latitude):.2f}°{'N' if card.latitude >= 0 else 'S'} "
        f"{abs(card.longitude):.2f}°{'E' if card.longitude >= 0 else 'W'}"
    )  # fmt: skip
    totals = [
        sum(getattr(part, name) for part in card.parts)
        for name in ("n_values", "n_flagged", "n_filled")
    ]
    return (
        f'<tr class="{_state(card, now)}" data-last="{"" if last is None else last}" '
        f'data-limit="{card.limit_s}">'
        f'<td><a href="{card.name}.html">{escape(card.platform)}</a> {escape(card.title)}</td>'
        f"<td>{words[card.network]}</td><td>{states}</td><td>{card.last}</td><td>{age}</td>"
        f"<td>{place}</td>"
        + "".join(f'<td class="number">{grouped(total)}</td>' for total in totals)
        + "</tr>"
    )


def _state(card: Card, now: int) -> str:
    age = now - seconds_of(card.last) if card.last else None
    return state_of(age_s=age, limit_s=card.limit_s)


def _indicators(indicators: Sequence[Indicator], language: str) -> str:
    words = WORDS[language]
    if not indicators:
        return f'<p class="quiet">{words["kpi_none"]}</p>'
    rows = []
    for one in indicators:
        value = f"{one.days[-1][1]:.4g} {one.unit}".strip() if one.days else "?"
        label = words["kpi_alt"].format(name=one.name, value=value, count=len(one.days))
        sign = "✗" if one.is_red else "✓"
        state = "silent" if one.is_red else "fresh"
        rows.append([
            escape(one.name),
            f'<span class="{state}"><span class="state">{sign} {escape(value)}</span></span>',
            _spark([each for _day, each in one.days], label=label), escape(one.note),
        ])  # fmt: skip
    headings = [words["kpi"], words["last"], "", ""]
    return table(headings, rows, numbers=frozenset(), label=words["kpi"])


def _spark(values: Sequence[float], *, label: str) -> str:
    width, height = SPARK
    lo, hi = (min(values), max(values)) if values else (0.0, 1.0)
    step = width / max(len(values) - 1, 1)
    points = " ".join(
        f"{at * step:.1f},{height - 4 - (value - lo) / ((hi - lo) or 1.0) * (height - 8):.1f}"
        for at, value in enumerate(values)
    )
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(label)}"><polyline points="{points}" fill="none" '
        'stroke="currentColor" stroke-width="2"/></svg>'
    )


def _runs(runs: Sequence[Mapping[str, Any]], language: str) -> str:
    words = WORDS[language]
    if not runs:
        return f'<p class="quiet">{words["runs_none"]}</p>'
    rows = [
        [
            escape(str(one["name"])), escape(str(one["status"])), escape(str(one["started"])),
            escape(str(one["finished"])), grouped(int(one["published"])),
            grouped(int(one["set_aside"])),
        ]
        for one in runs[:MOST_RUNS]
    ]  # fmt: skip
    headings = [words[one] for one in ("run", "status", "started", "finished", "published",
                                       "set_aside")]  # fmt: skip
    return table(headings, rows, numbers=frozenset({4, 5}), label=words["runs"])
