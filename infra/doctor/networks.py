"""The networks that are deployed: whether a platform is one network's, and a name anybody's."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from halocline.pipeline.contested import contested, readable
from halocline.pipeline.strange_names import held_of, strange_names
from halocline.stores.bucket import Bucket
from infra.doctor.finding import Finding
from infra.doctor.prefect_api import api

AREA: Final = "networks"
MOST: Final = 200


def deployed(url: str, *, auth: str | None, bucket: Bucket, folder: Path) -> Iterator[Finding]:
    """One finding a network, one for whatever two would make in turn, and for each strange name.

    `folder`: where networks of a bare name are.
    """
    configs, unread = readable(_words(url, auth), folder=folder)
    for fault in unread:
        yield Finding(AREA, "file", "notice", f"of a deployment, not readable here: {fault}")
    found = contested(configs, bucket=bucket)
    for name in configs:
        if not any(one.concerns(name) for one in found):
            yield Finding(AREA, name, "well", "no other network makes its platforms otherwise")
    for name, config in configs.items():
        for said in strange_names(config, held_of(config, bucket)):
            yield Finding(AREA, f"{name}: a name", "notice", said)
    for one in found:
        yield Finding(
            AREA, " and ".join(one.networks), "ill", str(one),
            mend="leave each platform to one network file, or give both the same choices, and "
            "deploy again",
        )  # fmt: skip


def _words(url: str, auth: str | None) -> list[str]:
    """Names or files of the networks that deployments make."""
    asked: dict[str, Any] = {
        "flows": {"name": {"any_": ["process"]}},
        "deployments": {"tags": {"all_": ["halocline"]}},
        "limit": MOST,
    }
    with api(url, auth) as client:
        answer = client.post("deployments/filter", json=asked)
    answer.raise_for_status()
    given = [one["parameters"].get("network") for one in answer.json()]
    return sorted({str(one) for one in given if one})
