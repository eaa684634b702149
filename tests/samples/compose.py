"""compose.yaml as Docker would read it, and as processes of this machine can run it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "infra" / "compose.yaml"
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")


def read_compose(values: Mapping[str, str], *, replace: Mapping[str, str] = {}) -> dict[str, Any]:
    """The file with its variables filled in and `replace` made in every text."""
    text = COMPOSE.read_text(encoding="utf-8")

    def value_of(found: re.Match[str]) -> str:
        name, kind = found["name"], found["kind"]
        if name in values:
            return values[name]
        assert kind == "-", f"{name} has no value and no default"
        return found["rest"]

    text = VARIABLE.sub(value_of, text)
    for old, new in replace.items():
        text = text.replace(old, new)
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def env_example() -> dict[str, str]:
    """Variables that env.example asks an operator for."""
    lines = (ROOT / "infra" / "env.example").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    return dict(pairs)
