"""The Prefect server: password, version, workers, retention."""

from collections.abc import Iterator
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from infra.doctor.finding import Finding, verdict
from infra.prefect_worker import POOL

PATIENCE_S: Final = 15.0
HERE: Final = {"127.0.0.1", "localhost", "::1"}
AREA: Final = "Prefect"


def api(url: str, auth: str | None) -> httpx.Client:
    """Client of the API at `url`; `auth` is "name:password"."""
    return httpx.Client(base_url=f"{url}/", auth=_pair(auth), timeout=PATIENCE_S)


def access(url: str, *, auth: str | None) -> Iterator[Finding]:
    """Whether our password opens the API, and whether it opens without one."""
    with api(url, auth) as client:
        status = client.get("admin/version").status_code
    yield from verdict(
        AREA, "access", good=status == HTTPStatus.OK, seen=f"{url} answers {status}",
        mend="set PREFECT_API_AUTH_STRING to the server's PREFECT_SERVER_API_AUTH_STRING"
        if status == HTTPStatus.UNAUTHORIZED else "read the server's log, see the ops card",
    )  # fmt: skip
    with api(url, None) as stranger:
        opened = stranger.get("admin/version").status_code == HTTPStatus.OK
    here = urlsplit(url).hostname in HERE
    seen = "none is asked for" if opened else "asked for"
    yield from verdict(
        AREA, "password", good=not opened or here,
        seen=f"{seen}, and only this machine reaches it" if opened and here else seen,
        mend="start the server with PREFECT_SERVER_API_AUTH_STRING=name:password: whoever reaches "
        "the API can run code on the workers",
    )  # fmt: skip


def server(url: str, *, auth: str | None) -> Iterator[Finding]:
    """Version, database and retention of the server."""
    with api(url, auth) as client:
        theirs = str(_json(client.get("admin/version")))
        told = _json(client.get("admin/settings"))
    ours = version("prefect")
    yield from verdict(
        AREA, "version", good=_minor(theirs) == _minor(ours), seen=f"server {theirs}, here {ours}",
        mend="install the same minor version on server, workers and here (constraints.txt); "
        "upgrade the server first",
    )  # fmt: skip
    vacuum = told.get("server", {}).get("services", {}).get("db_vacuum", {}).get("enabled")
    kept = {str(one) for one in vacuum} if isinstance(vacuum, list) else set()
    yield from verdict(
        AREA, "retention", good=kept >= {"events", "flow_runs"} or vacuum is True,
        seen=f"old rows are removed of: {', '.join(sorted(kept)) or vacuum or 'nothing'}",
        mend="start the server's services with "
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED=events,flow_runs; its database grows for ever",
    )  # fmt: skip


def workers(url: str, *, auth: str | None) -> Iterator[Finding]:
    """Whether somebody takes the runs of each work pool."""
    with api(url, auth) as client:
        pools = _json(client.post("work_pools/filter", json={}))
        for pool in pools:
            path = f"work_pools/{pool['name']}/workers/filter"
            online = [
                one["name"]
                for one in _json(client.post(path, json={}))
                if one.get("status") == "ONLINE"
            ]
            yield from verdict(
                AREA, f"pool {pool['name']}", good=bool(online) and not pool.get("is_paused"),
                seen=f"{'paused; ' if pool.get('is_paused') else ''}online: "
                f"{', '.join(sorted(online)) or 'nobody'}",
                mend=f"prefect work-pool resume {pool['name']}" if pool.get("is_paused")
                else f"prefect worker start --pool {pool['name']}, or `halocline up`",
            )  # fmt: skip
    if not pools:
        yield Finding(
            AREA, f"pool {POOL}", "ill", "there is no work pool", mend="halocline up, or deploy"
        )


def _json(answer: httpx.Response) -> Any:
    answer.raise_for_status()
    return answer.json()


def _pair(auth: str | None) -> tuple[str, str] | None:
    if not auth:
        return None
    name, _, password = auth.partition(":")
    return name, password


def _minor(version_text: str) -> tuple[str, ...]:
    return tuple(version_text.split(".")[:2])
