"""Where the suites of thresholds are that come with halocline."""

from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from halocline.model.errors import ConfigInvalid


def shipped_suite(name: Literal["argo", "argo-refined", "coasthf"]) -> Path:
    """The suite that comes with halocline, beside the command line.

    Raises:
        ConfigInvalid: the package `deployments` is not installed — name a suite instead.
    """
    found = find_spec("deployments")
    folders = list(found.submodule_search_locations or []) if found else []
    if not folders:
        raise ConfigInvalid("the shipped suites come with the package `deployments`: name a file")
    return Path(folders[0]) / "suites" / f"{name}.yaml"
