"""The reference pages say what the code does, and pages name only commands that exist."""

import re
from functools import cache
from pathlib import Path

import pytest
import typer

from deployments.cli import build
from deployments.reference_pages import FOLDER, pages, words_of
from halocline.pipeline.incidents import KINDS

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
ANCHORS = tuple(sorted({kind.anchor.removeprefix("#") for kind in KINDS.values()}))


@cache
def known_words() -> set[str]:
    return {words[1] for words, _ in words_of(typer.main.get_command(build()), ("halocline",))}


@cache
def made_pages() -> dict[str, str]:
    return pages()


@pytest.mark.parametrize("name", ["commands.md", "flows.md", "settings.md", "tables.md"])
def test_a_page_is_what_the_code_says(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == made_pages()[name], (
        "write the pages anew: python -m deployments.reference_pages"
    )


def test_a_page_is_written_for_every_word_flow_setting_and_table() -> None:
    made = made_pages()
    assert "## `halocline maintain restore`" in made["commands.md"]
    assert "## `maintain`" in made["flows.md"]
    assert "`HALOCLINE_STORE`" in made["settings.md"]
    assert "## `raw_files`" in made["tables.md"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_name_commands_that_exist(path: Path) -> None:
    known = known_words()
    used = re.findall(r"(?:^\$ |`)halocline ([a-z]+)\b", path.read_text(encoding="utf-8"), re.M)
    assert set(used) <= known


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[\w-]+)?\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_ops_card_has_every_anchor_that_alerts_link_to() -> None:
    text = (ROOT / "docs/how-to/ops-card.md").read_text(encoding="utf-8")
    for anchor in ANCHORS:
        assert f'<a id="{anchor}"></a>\n## ' in text, f"{anchor}: no heading of the card"
        assert f"(#{anchor})" in text
    used = {
        found
        for room in ("deployments", "tasks", "flows", "infra", "src")
        for source in (ROOT / room).rglob("*.py")
        for found in re.findall(r"ops-card\.md#([\w-]+)", source.read_text(encoding="utf-8"))
    }
    assert used <= set(ANCHORS)
