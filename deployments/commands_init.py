"""`halocline init`: write a network file to start from."""

from pathlib import Path
from typing import Annotated

import typer

FOLDER = Path(__file__).with_name("networks")
"""The network files that come with halocline."""


def register(app: typer.Typer) -> None:
    """Add the word `init`."""
    app.command()(init)


def init(
    path: Annotated[Path, typer.Argument(help="File to write.")] = Path("network.yaml"),
    *,
    network: Annotated[
        str, typer.Option(help="Shipped network to start from: france (live), demo.")
    ] = "france",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a network file: which floats and stations to follow, and where they come from."""
    from halocline.model.errors import ConfigInvalid  # noqa: PLC0415
    from halocline.networks import load_network  # noqa: PLC0415

    shipped = {file.stem: file for file in sorted(FOLDER.glob("*.yaml"))}
    if network not in shipped:
        raise ConfigInvalid(f"no network is called {network!r}; known: {', '.join(shipped)}")
    if path.exists() and not force:
        raise ConfigInvalid(f"{path} is there already: choose another name, or --force")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(shipped[network].read_text(encoding="utf-8"), encoding="utf-8")
    found = load_network(path)
    typer.echo(f"wrote {path}: {found.title}; edit it, then run it by its name")
