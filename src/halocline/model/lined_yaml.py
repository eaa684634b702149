"""YAML text to a checked model; a fault names file, line and key."""

import difflib
from collections.abc import Hashable
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from halocline.model.errors import ConfigInvalid

M = TypeVar("M", bound=BaseModel)
Path = tuple[Hashable, ...]


def read_model(text: str, *, model: type[M], source: str) -> M:
    """The model that `text` describes; `source` is what messages call it.

    Raises:
        ConfigInvalid: no YAML, a key twice, an unknown key, a wrong value — the operator's. Every
            fault is listed as `source:line: key: what is wrong`.
    """
    lines: dict[Path, int] = {(): 1}
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        data = {} if node is None else loader.construct_document(node)
    except yaml.YAMLError as fault:
        raise ConfigInvalid(f"{source} cannot be read as YAML: {fault}") from fault
    twice = _mark(node, path=(), lines=lines) if node is not None else []
    if twice:
        raise ConfigInvalid(
            "\n".join(f"{source}:{line}: {key}: given twice" for line, key in twice)
        )
    try:
        return model.model_validate(data)
    except ValidationError as fault:
        raise ConfigInvalid(_message(fault, lines=lines, model=model, source=source)) from None


def _mark(node: yaml.Node, *, path: Path, lines: dict[Path, int]) -> list[tuple[int, str]]:
    """Record the line of every key and item; the keys given twice, each with its line."""
    twice: list[tuple[int, str]] = []
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            line, here = key.start_mark.line + 1, (*path, str(key.value))
            if here in lines:
                twice.append((line, _dotted(here)))
            lines[here] = line
            twice += _mark(value, path=here, lines=lines)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            here = (*path, number)
            lines[here] = value.start_mark.line + 1
            twice += _mark(value, path=here, lines=lines)
    return twice


def _message(
    fault: ValidationError, *, lines: dict[Path, int], model: type[BaseModel], source: str
) -> str:
    known = _field_names(model)
    told = []
    for error in fault.errors(include_url=False, include_context=False):
        where = tuple(part if isinstance(part, int) else str(part) for part in error["loc"])
        while where not in lines:  # pydantic names parts of a union that no key of the file has
            where = where[:-1]
        reason = error["msg"].removeprefix("Value error, ")
        if error["type"] == "extra_forbidden":
            reason = "unknown key" + _suggestion(str(where[-1]), known)
        elif error["type"] == "missing":
            reason = f"{error['loc'][-1]} is missing"
        told.append(f"{source}:{lines[where]}: {_dotted(where) or 'file'}: {reason}")
    return "\n".join(dict.fromkeys(told))


def _suggestion(key: str, known: set[str]) -> str:
    close = difflib.get_close_matches(key, sorted(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _field_names(model: type[BaseModel]) -> set[str]:
    """Every key that may occur anywhere in the model."""
    schema: dict[str, Any] = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return {name for part in parts for name in part.get("properties", {})}


def _dotted(path: Path) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
