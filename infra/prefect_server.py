"""The embedded Prefect server: API, UI and schedules over one SQLite file."""

import sys
from pathlib import Path
from typing import Final

from infra.health import is_ok
from infra.launch import PATIENCE_S, Launch
from infra.ports import LOOPBACK

NAME: Final = "prefect_server"
PORTS: Final = {"Prefect": 4200}


def launch(*, home: Path, ports: dict[str, int]) -> Launch:
    """How to start the server on its port, its database in `home/prefect`."""
    port = ports["Prefect"]
    folder = home / "prefect"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    site = f"http://{LOOPBACK}:{port}"
    return Launch(
        name=NAME,
        title="Prefect server",
        argv=(
            *(sys.executable, "-m", "prefect", "server", "start"),
            *("--host", LOOPBACK, "--port", str(port)),
        ),
        environment={
            "PREFECT_API_URL": f"{site}/api",
            # The API takes orders without a password: no page of another site may give any.
            "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"{site},http://localhost:{port}",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
            "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        },
        address=f"{site}/api",
        ports=ports,
        patience_s=PATIENCE_S,
        slow=""
        if (folder / "prefect.db").exists()
        else "makes its database (first start, about 10 s)",
    )


def is_healthy(*, home: Path, ports: dict[str, int]) -> bool:
    """Whether the API answers."""
    return is_ok(f"http://{LOOPBACK}:{ports['Prefect']}/api/health")
