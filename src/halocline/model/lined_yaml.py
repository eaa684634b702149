"""YAML text to a checked model; a fault names file, line and key."""

from collections.abc import Hashable, Sequence
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from halocline.model.errors import ConfigInvalid
from halocline.model.nearest import did_you_mean

M = TypeVar("M", bound=BaseModel)
Path = tuple[Hashable, ...]
A_LIST: Final = "wanted a list: [one, another]"
KEYS: Final = "wanted keys with values: {key: value}"
WANTED: Final = {
    **dict.fromkeys(("tuple_type", "list_type", "set_type", "frozen_set_type"), A_LIST),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), KEYS),
    "string_type": "wanted text, in quotes where it looks like a number",
}
"""Kind of fault → what was wanted, where pydantic says it in words of Python."""
LONGEST_FOUND: Final = 60
"""Letters of a value that a message still shows."""


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
    errors = fault.errors(include_url=False, include_context=False)
    told = []
    for error in errors:
        if error["type"] == "too_short" and _is_above_another(error["loc"], errors):
            continue  # a list is short of the very items that are refused
        where = tuple(part if isinstance(part, int) else str(part) for part in error["loc"])
        while where not in lines:  # pydantic names parts of a union that no key of the file has
            where = where[:-1]
        reason = _reason(error, key=str(where[-1]) if where else "", known=known)
        told.append(f"{source}:{lines[where]}: {_dotted(where) or 'file'}: {reason}")
    return "\n".join(dict.fromkeys(told))


def _is_above_another(place: tuple[int | str, ...], errors: Sequence[ErrorDetails]) -> bool:
    return any(one["loc"][: len(place)] == place != one["loc"] for one in errors)


def _reason(error: ErrorDetails, *, key: str, known: set[str]) -> str:
    """What was wanted and what was found, in words of the file and not of this code."""
    if error["type"] == "extra_forbidden":
        return "unknown key" + did_you_mean(key, known)
    if error["type"] == "missing":
        return f"{error['loc'][-1]} is missing"
    said = error["msg"].removeprefix("Value error, ").replace("Input should be", "wanted", 1)
    wanted = WANTED.get(error["type"], said)
    return wanted + _found(error["input"], said=wanted)


def _found(value: Any, *, said: str) -> str:
    """The value itself, where it fits into a line and the reason does not name it yet."""
    text = repr(value)
    is_short = isinstance(value, str | int | float) and len(text) <= LONGEST_FOUND
    return f"; found {text}" if is_short and str(value) not in said else ""


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
