"""Every `halocline …` that a page shows, taken apart as a shell would."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PAGES: Final = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
BLOCK: Final = re.compile(r"^ *```(?:sh|console|text)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
SHELL: Final = re.compile(r"^\s*(?:\$ )?(?:\S+=\S+ )*(?:[\d*/ ,]+ )?(?:\S*/)?halocline (?=[a-z-])")
SPAN: Final = re.compile(r"`([^`\n]*?\bhalocline [a-z-][^`\n]*)`")


@dataclass(frozen=True)
class Shown:
    """One command of a page; `mentioned` within a sentence, where arguments may be left out."""

    page: str
    words: tuple[str, ...]
    mentioned: bool

    def __str__(self) -> str:
        return f"{self.page}{' text' if self.mentioned else ''}: {' '.join(self.words)}"


def shown_in(path: Path) -> list[Shown]:
    """Commands of a page, in order: those of blocks, then those within sentences."""
    text, name = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
    found = []
    for block in BLOCK.findall(text):
        for line in re.sub(r"\\\n\s*", "", block).splitlines():
            start = SHELL.match(line)
            if start:
                words = shlex.split(line[start.end() :], comments=True)
                found.append(Shown(name, tuple(words), mentioned=False))
    for span in SPAN.findall(BLOCK.sub("", text)):
        words = shlex.split(span.partition("halocline ")[2].split("`")[0])
        found.append(Shown(name, tuple(words), mentioned=True))
    return found
