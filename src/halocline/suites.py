"""Suites of thresholds: YAML files, checked by the frozen models of the tests they configure."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

from halocline.model.digest import digest_of
from halocline.model.errors import ConfigInvalid
from halocline.model.lined_yaml import read_model
from halocline.qc.argo import ArgoSuite
from halocline.qc.series import SeriesSuite

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
    return read_model(text, model=model, source=str(path))


def suite_digest(suite: Suite) -> str:
    """Digest of every threshold: part of a product's recipe."""
    return digest_of(suite.model_dump(mode="json"))


def shipped_suite(name: Literal["argo", "coasthf"]) -> Path:
    """The suite that comes with halocline, beside the command line.

    Raises:
        ConfigInvalid: the package `deployments` is not installed — name a suite instead.
    """
    found = find_spec("deployments")
    folders = list(found.submodule_search_locations or []) if found else []
    if not folders:
        raise ConfigInvalid("the shipped suites come with the package `deployments`: name a file")
    return Path(folders[0]) / "suites" / f"{name}.yaml"
