"""`halocline serve`: the status site from the bucket, on this machine."""

from typing import Annotated

import typer

from deployments.commands_stack import say


def register(app: typer.Typer) -> None:
    """Add the word `serve`."""
    app.command()(serve)


def serve(
    *, port: Annotated[int, typer.Option(help="Port on 127.0.0.1; the next free one above.")] = 8080
) -> None:
    """Show the status site of the configured store in a browser, until Ctrl-C."""
    from halocline.model.errors import ConfigInvalid  # noqa: PLC0415
    from halocline.settings import load  # noqa: PLC0415
    from halocline.stores.bucket import Bucket, StoreOptions  # noqa: PLC0415
    from infra.ports import LOOPBACK, choose  # noqa: PLC0415
    from infra.site_server import FRONT, SiteServer  # noqa: PLC0415

    settings = load()
    bucket = Bucket(settings.require("store"), StoreOptions(**settings.s3_options()))
    if not bucket.exists(FRONT):
        raise ConfigInvalid(
            f"there is no {FRONT} in {bucket.url}: every run of `operate` makes it, "
            "`halocline demo` too"
        )
    chosen = choose({"the site": port}, avoid=set(), tell=say)["the site"]
    with SiteServer(bucket, port=chosen) as server:
        say(f"http://{LOOPBACK}:{chosen}/{FRONT}  (Ctrl-C ends)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("ended")
