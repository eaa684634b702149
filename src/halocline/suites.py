"""Suites of thresholds: YAML files, checked by the frozen models of the tests they configure."""

import math
import re
from pathlib import Path
from typing import Any, Final

from halocline.model.digest import digest_of
from halocline.model.errors import ConfigInvalid
from halocline.model.lined_yaml import read_model
from halocline.model.shipped import shipped_suite
from halocline.qc.argo import ArgoSuite, manual
from halocline.qc.series import SeriesSuite

__all__ = ["Suite", "load_suite", "named_suite", "shipped_suite", "suite_digest"]

Suite = ArgoSuite | SeriesSuite

_KIND: Final = re.compile(r"^suite:\s*argo\s*(#.*)?$", re.MULTILINE)


def load_suite(path: Path) -> Suite:
    """Suite that a file describes.

    Raises:
        ConfigInvalid: the file is missing or faulty — the operator's; the message names file, line
            and key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigInvalid(f"suite {path} cannot be read: {fault}") from fault
    model: type[Suite] = ArgoSuite if _KIND.search(text) else SeriesSuite
    found = read_model(text, model=model, source=str(path))
    if not found.based_on:
        return found
    if isinstance(found, ArgoSuite):
        return found.over(manual())
    base = load_suite(shipped_suite(found.based_on))
    assert isinstance(base, SeriesSuite)
    return found.over(base)


def named_suite(path: Path) -> Path:
    """The file that is meant: the path itself, or the shipped suite of that name."""
    shipped = shipped_suite("argo").with_name(f"{path.name}.yaml")
    return shipped if not path.exists() and shipped.is_file() else path


def suite_digest(suite: Suite) -> str:
    """Digest of every threshold: part of a product's recipe."""
    return digest_of(_without_infinity(suite.model_dump(mode="json")))


def _without_infinity(value: Any) -> Any:
    """A limit that is no limit as text: canonical JSON has no word for it."""
    if isinstance(value, dict):
        return {name: _without_infinity(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_infinity(one) for one in value]
    return str(value) if isinstance(value, float) and math.isinf(value) else value
