"""Digests that name things by their content."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | float | bool | None


def sha256_of(content: bytes) -> str:
    """Hexadecimal sha256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def digest_of(value: Json) -> str:
    """Hexadecimal sha256 of a value's canonical JSON (sorted keys, no spaces, NaN refused)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return sha256_of(text.encode())


def digests_of(paths: Iterable[Path]) -> list[tuple[str, str]]:
    """(name, sha256) of each file."""
    return [(path.name, sha256_of(path.read_bytes())) for path in paths]
