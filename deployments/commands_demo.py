"""`halocline demo`: the main job once, on a twin ocean, on local mirrors or live."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.commands_stack import say

if TYPE_CHECKING:
    from halocline.networks import Network
    from halocline.settings import Settings

NETWORKS = Path(__file__).with_name("networks")
SEED = 7
"""Of the twin ocean: the demo shows everybody the same one."""

Folder = Annotated[Path | None, typer.Option(file_okay=False, exists=True)]


def register(app: typer.Typer) -> None:
    """Add the word `demo`."""
    app.command()(demo)


def demo(
    *,
    archive: Annotated[
        Path | None,
        typer.Option(
            help="Folder with argo/gdac and coasthf/coriolis_cotier_csv.",
            file_okay=False, exists=True,
        ),
    ] = None,
    argo: Annotated[
        Path | None, typer.Option(help="A GDAC tree: holds dac/.", file_okay=False, exists=True)
    ] = None,
    coasthf: Annotated[
        Path | None,
        typer.Option(help="A folder of Coriolis-côtier CSV files.", file_okay=False, exists=True),
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Public servers, as networks/france.yaml names them.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Make every product again, even when up to date.")
    ] = False,
) -> None:  # fmt: skip
    """Start the embedded stack, pull, check, fill and publish; show what was made and where."""
    from halocline.networks import dump_network  # noqa: PLC0415
    from halocline.settings import export, load  # noqa: PLC0415
    from infra import stack  # noqa: PLC0415

    started = time.monotonic()
    stack.up(load(with_stack=False), tell=say)
    settings = load()
    export(settings)
    network = _network(settings, archive=archive, argo=argo, coasthf=coasthf, live=live)
    path = settings.home / "networks" / f"{network.name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dump_network(network), encoding="utf-8")
    say(f"{_since(started)} the stack is up; pulling and processing network {network.name}")

    # prefect reads the environment as it loads
    from prefect import tags  # noqa: PLC0415

    from deployments.demo_report import report  # noqa: PLC0415
    from flows.operate import operate  # noqa: PLC0415

    with tags("halocline", network.name):
        summary = operate(path, force=force)
    report(summary, settings=settings, network=path, seconds=time.monotonic() - started)


def _network(
    settings: "Settings", *, archive: Path | None, argo: Path | None, coasthf: Path | None,
    live: bool,
) -> "Network":  # fmt: skip
    from halocline.model.errors import ConfigInvalid  # noqa: PLC0415
    from halocline.networks import load_network  # noqa: PLC0415

    if live:
        return load_network(NETWORKS / "france.yaml")
    twin = load_network(NETWORKS / "demo.yaml")
    if archive is not None:
        argo = argo or _part(archive / "argo" / "gdac")
        coasthf = coasthf or _part(archive / "coasthf" / "coriolis_cotier_csv")
        if argo is None and coasthf is None:
            raise ConfigInvalid(
                f"{archive} holds neither argo/gdac nor coasthf/coriolis_cotier_csv"
            )
    if argo is None and coasthf is None:
        address = _twin(settings)
        return twin.at(
            argo=(f"{address}/argo/gdac",), coasthf=(f"{address}/coasthf/coriolis_cotier_csv",)
        )
    local = twin.model_copy(update={"name": "mirror", "title": "Local mirrors"})
    return local.at(
        argo=(str(argo.resolve()),) if argo else (),
        coasthf=(str(coasthf.resolve()),) if coasthf else (),
    )


def _part(folder: Path) -> Path | None:
    return folder if folder.is_dir() else None


def _twin(settings: "Settings") -> str:
    """Address of the twin ocean's archive, written at the first demo."""
    from halocline.simulate.archive import write_archive  # noqa: PLC0415
    from infra import stack  # noqa: PLC0415

    folder = settings.home / "archive"
    if not (folder / "complete").exists():
        say("writing the twin ocean's archive")
        write_archive(folder, seed=SEED)
        (folder / "complete").touch()
    return stack.serve_archive(settings.home, folder=folder, tell=say)


def _since(started: float) -> str:
    return f"[{time.monotonic() - started:3.0f} s]"
