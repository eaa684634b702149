"""The digest of the code at work: part of every recipe, and how client and worker compare notes."""

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

PACKAGES: Final = ("flows", "halocline", "tasks")
"""What shapes a product's bytes or the order of the work. `deployments` and `infra` do not; the
thresholds and networks a run chose have digests of their own."""


def digest_of_folders(folders: dict[str, Path]) -> str:
    """Hexadecimal sha256 over the name and content of every file below the named folders.

    Caches of the interpreter and hidden files do not count; neither does the place of the
    folders, so a checkout and an installed wheel of the same code agree.
    """
    total = hashlib.sha256()
    for name in sorted(folders):
        for path in sorted(_sources(folders[name])):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            total.update(
                f"{name}/{path.relative_to(folders[name]).as_posix()} {content}\n".encode()
            )
    return total.hexdigest()


def _sources(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(
            part == "__pycache__" or part.startswith(".") for part in path.relative_to(folder).parts
        )
    ]


def source_folders() -> dict[str, Path]:
    """Folder of each package of the code at work; a package that is not installed is left out."""
    found = {name: find_spec(name) for name in PACKAGES}
    return {
        name: Path(next(iter(spec.submodule_search_locations)))
        for name, spec in found.items()
        if spec is not None and spec.submodule_search_locations
    }


@cache
def code_digest() -> str:
    """Digest of the source files at the first call in this process (about 10 ms), then that one.

    A worker calls it as it starts: later edits on disk do not change what a running process runs.
    """
    return digest_of_folders(source_folders())
