"""The S3 server of a container: the key from the settings, the objects in the home folder.

`python -m infra.seaweed_container` becomes `weed`, which then gets the container's signals. Other
containers reach it by a port that only their network sees; a request without the key is refused.
"""

import json
import os
import secrets
import sys
from collections.abc import Mapping

from halocline.model.errors import ConfigInvalid
from halocline.settings import Settings, child_environment, load
from infra import seaweed
from infra.private_files import write_private


def command(settings: Settings) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """What to run, and in which environment, for a server that other containers reach.

    Raises:
        ConfigInvalid: the key or the secret is not set — the operator's.
    """
    if settings.s3_key is None or settings.s3_secret is None:
        raise ConfigInvalid("HALOCLINE_S3_KEY and HALOCLINE_S3_SECRET say the key to ask for")
    home = settings.home
    path = home / "s3_keys.json"
    tokens = json.loads(path.read_text()) if path.exists() else {
        name: secrets.token_urlsafe(30) for name in ("volume", "volume_read")
    }  # fmt: skip
    key = {
        "key": settings.s3_key.get_secret_value(), "secret": settings.s3_secret.get_secret_value()
    }  # fmt: skip
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, json.dumps({**tokens, **key}, indent=1))
    start = seaweed.launch(home=home, ports=dict(seaweed.PORTS))
    argv = [flag for flag in start.argv if not flag.startswith("-ip.bind=")]
    return (*argv, "-ip.bind=0.0.0.0"), child_environment(settings, extra=start.environment)


def main() -> None:
    """Become the server."""
    argv, environment = command(load(with_stack=False))
    os.execve(argv[0], argv, environment)  # noqa: S606  no shell is the point


if __name__ == "__main__":
    try:
        main()
    except ConfigInvalid as fault:
        sys.exit(str(fault))
