"""Reference pages written from the code: `python -m deployments.reference_pages` writes them anew.

Commands, flows with their parameters, settings, tables. A test holds the pages to the code.
"""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import typer

import flows
from deployments.cli import build
from halocline import settings
from halocline.stores import schemas

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "reference"
TABLES_NOTE: Final = (
    "Delta Lake, append-only, below `tables/` in the bucket. The current state of an item is its "
    "row with the highest `seq`, the table's version that brought it; `run` is the Prefect run. "
    "Nothing is an empty text or -1, never null."
)
NOTE: Final = "Written from the code by `python -m deployments.reference_pages`."


def pages() -> dict[str, str]:
    """Name of each page and what it must hold."""
    return {
        "commands.md": commands_page(),
        "flows.md": flows_page(),
        "settings.md": settings_page(),
        "tables.md": tables_page(),
    }


def commands_page() -> str:
    """Every word of the command line with its arguments and options."""
    lines = ["# Commands", "", NOTE, "", "Exit code 0: done. 1: something failed, or is not well. "
             "2: the configuration or the command cannot be used; nothing was done."]  # fmt: skip
    for words, command in words_of(typer.main.get_command(build()), ("halocline",)):
        lines += ["", f"## `{' '.join(words)}`", "", _plain(command.help)]
        rows = [_parameter(one) for one in command.params if one.name != "help"]
        if rows:
            lines += ["", "| argument or option | default | what |", "|---|---|---|", *rows]
    return "\n".join(lines) + "\n"


def flows_page() -> str:
    """Every flow with the parameters of its form."""
    lines = ["# Flows", "", NOTE, "", "What a run is asked for in Prefect's form; deployments and "
             "schedules are in `deployments/prefect.yaml`."]  # fmt: skip
    for name, flow in sorted(_flows().items()):
        lines += ["", f"## `{name}`", "", _plain(flow.description)]
        schema = flow.parameters.model_dump()
        lines += ["", "| parameter | default | what |", "|---|---|---|"]
        for parameter, told in schema["properties"].items():
            required = parameter in (schema.get("required") or ())
            default = "required" if required else f"`{told.get('default')}`"
            lines.append(
                f"| `{parameter}` | {default} | {_cell(_plain(told.get('description')))} |"
            )
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    """Every setting with its variable, its key in the settings file and its type."""
    lines = ["# Settings", "", NOTE, "", "Read from the environment, then from `settings.yaml` in "
             "the home folder, then from the running embedded stack: see "
             "[how](../how-to/run-the-stack.md).", "", "| variable | key | default | secret |",
             "|---|---|---|---|"]  # fmt: skip
    for name, variable in settings.VARIABLES.items():
        field = settings.Settings.model_fields[name]
        default = "the user's data folder" if field.is_required() else f"`{field.default}`"
        key = "" if name == "home" else f"`{name}`"
        lines.append(
            f"| `{variable}` | {key} | {default} | {'yes' if name in settings.SECRETS else ''} |"
        )
    lines.append(f"| `{settings.SETTINGS_FILE}` | | `settings.yaml` in the home folder | |")
    return "\n".join(lines) + "\n"


def tables_page() -> str:
    """Every table of the bucket with its columns."""
    lines = ["# Tables", "", NOTE, "", TABLES_NOTE]
    told = _said_below(Path(schemas.__file__))
    for name, spec in schemas.TABLES.items():
        key = ", ".join(f"`{one}`" for one in spec.key)
        lines += ["", f"## `{name}`", "", f"{told.get(name, '')} An item is named by {key}.", "",
                  "| column | type |", "|---|---|"]  # fmt: skip
        lines += [f"| `{field.name}` | {field.type} |" for field in spec.schema]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def words_of(command: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command below `command` with its words; typer brings a click of its own."""
    group: dict[str, Any] = getattr(command, "commands", None) or {}
    if not group or getattr(command, "invoke_without_command", False):
        yield words, command
    for name in sorted(group):
        yield from words_of(group[name], (*words, name))


def _parameter(one: Any) -> str:
    is_option = one.param_type_name == "option"
    names = ", ".join(f"`{name}`" for name in one.opts) if is_option else f"`{one.name}`".upper()
    shown = one.default if isinstance(one.default, str | int | float) else None
    default = "required" if one.required else "" if shown in (None, False, "") else f"`{shown}`"
    return f"| {names} | {default} | {_cell(_plain(getattr(one, 'help', None)))} |"


def _flows() -> dict[str, Any]:
    from prefect import Flow  # noqa: PLC0415

    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(flows.__path__):
        loaded = importlib.import_module(f"flows.{module.name}")
        for one in vars(loaded).values():
            if isinstance(one, Flow) and one.fn.__module__ == loaded.__name__:
                found[one.name] = one
    return found


def _said_below(path: Path) -> dict[str, str]:
    """What is written below each table's description in the code, by the table's name."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    told = {}
    for before, after in pairwise(body):
        said = ast.get_docstring(ast.Module([after], [])) if isinstance(after, ast.Expr) else None
        if said and isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name):
            told[before.target.id.lower()] = _plain(said)
    return told


def _plain(text: str | None) -> str:
    return " ".join(inspect.cleandoc(text or "").split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    main()
