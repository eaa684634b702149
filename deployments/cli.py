"""The command line: each `commands_<word>.py` beside this file adds its words.

Nothing heavy is imported before a command needs it: `halocline --help` is quick, and the toolbox
words run where Prefect, Dask and S3 clients are not installed.
"""

import importlib
import logging
import pkgutil
import sys
from typing import Annotated

import typer

import deployments
from halocline.model.errors import ConfigInvalid, HaloclineError

EXIT_FAILED = 1
EXIT_CONFIGURATION = 2


def build() -> typer.Typer:
    """The command line with the words of every `commands_*.py` that has `register(app)`."""
    app = typer.Typer(
        name="halocline",
        help="Argo and COAST-HF observations: checked, filled with calibrated uncertainty, "
        "published.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    for module in sorted(pkgutil.iter_modules(deployments.__path__), key=lambda one: one.name):
        if module.name.startswith("commands_"):
            importlib.import_module(f"deployments.{module.name}").register(app)
    return app


def _options(
    *, verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the log.")] = False
) -> None:
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )


def main() -> None:
    """Run one command; what went wrong is one message, 2 for the operator's own, 1 for the rest.

    A bug of ours that is no `HaloclineError` keeps its traceback.
    """
    try:
        build()()
    except ConfigInvalid as fault:
        sys.exit(_say(fault, code=EXIT_CONFIGURATION))
    except HaloclineError as fault:
        sys.exit(_say(fault, code=EXIT_FAILED))


def _say(fault: HaloclineError, *, code: int) -> int:
    sys.stderr.write(f"halocline: {fault}\n")
    return code


if __name__ == "__main__":
    main()
