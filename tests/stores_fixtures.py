"""Stores to test against: a folder, and a real S3 server started once a session."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from halocline.model.errors import ConfigInvalid, SourceUnavailable
from halocline.stores.bucket import Bucket, StoreOptions
from halocline.stores.verdict import StoreVerdict, write_verdict
from infra import seaweed

PATIENCE_S = 60


@dataclass(frozen=True)
class S3Server:
    """A running server: where it is and the key it knows."""

    endpoint: str
    options: StoreOptions


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """SeaweedFS on random loopback ports, data in a temporary folder, ended with the session."""
    home = tmp_path_factory.mktemp("seaweed")
    start = seaweed.launch(home=home, ports=free_ports(list(seaweed.PORTS)))
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "WEED_"))}
    with (home / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            start.argv,
            env={**inherited, **start.environment},
            cwd=home,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        key = seaweed.keys(home)
        options = StoreOptions(endpoint=start.address, key=key["key"], secret=key["secret"])
        wait_until_ready(Bucket(f"s3://{seaweed.BUCKET}", options), process, log=home / "log.txt")
        yield S3Server(endpoint=start.address, options=options)
    finally:
        process.kill()  # nothing in it is wanted again, and SIGTERM takes it 2 s
        process.wait(timeout=20)


@pytest.fixture(params=["file", pytest.param("s3", marks=pytest.mark.stack)])
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Bucket:
    """An empty store: a folder, and a prefix of its own on the S3 server."""
    if request.param == "file":
        return folder_bucket(tmp_path)
    return s3_bucket(request.getfixturevalue("s3_server"), tmp_path)


def folder_bucket(folder: Path) -> Bucket:
    """An empty store in a folder."""
    made = Bucket(f"file://{folder}/store")
    made.ensure()
    return made


def copied(bucket: Bucket, folder: Path) -> Bucket:
    """A bucket in a folder of its own that holds the same objects."""
    copy = folder_bucket(folder)
    for key in bucket.list():
        copy.put(key, bucket.get(key))
    return copy


def s3_bucket(server: S3Server, folder: Path) -> Bucket:
    """An empty prefix of the server's bucket, named after the test's own folder."""
    return Bucket(f"s3://{seaweed.BUCKET}/{folder.parent.name}-{folder.name}", server.options)


def known_fit(bucket: Bucket) -> Bucket:
    """The store says that it was probed: a first run of flows on it need not, for some seconds."""
    verdict = StoreVerdict(
        single_writer=False, unfit=False, broken=(), checked="2026-01-01T00:00:00Z"
    )
    write_verdict(bucket, verdict)
    return bucket


def free_ports(uses: list[str]) -> dict[str, int]:
    """A port for each use that nobody listens on; all held until all are found."""
    with ExitStack() as held:
        sockets = {use: held.enter_context(socket.socket()) for use in uses}
        for one in sockets.values():
            one.bind(("127.0.0.1", 0))
        return {use: one.getsockname()[1] for use, one in sockets.items()}


def wait_until_ready(bucket: Bucket, process: subprocess.Popen[bytes], *, log: Path) -> None:
    """The server takes a write signed with our key."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            bucket.ensure()
            bucket.put("ready", b"yes")
        except (SourceUnavailable, ConfigInvalid):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the S3 server did not come up:\n{log.read_text()[-2000:]}")
            time.sleep(0.05)
        else:
            return
