"""The build step of prefect.yaml: what a deployment is stamped with."""

from pathlib import Path


def stamp() -> dict[str, str]:
    """Version of package and code, and the network's word and file, for `{{ stamp.… }}`.

    Raises:
        ConfigInvalid: no network file answers to HALOCLINE_NETWORK, or it or its suites are faulty
            — the operator's.
    """
    from flows.context import config_of  # noqa: PLC0415
    from halocline.networks import load_network  # noqa: PLC0415
    from halocline.settings import load  # noqa: PLC0415

    word = load().network
    network = load_network(network_file(word))
    config_of(network)  # a faulty suite is refused now, not by every run
    return {"version": version(), "network": network.name, "network_file": word}


def version() -> str:
    """Version of the package and the first digits of the digest of the code that is deployed."""
    from halocline.model.version import VERSION  # noqa: PLC0415
    from halocline.pipeline.code_digest import code_digest  # noqa: PLC0415

    return f"{VERSION}+{code_digest()[:12]}"


def network_file(word: str) -> Path:
    """File of a network: of that path, else of that name in the home folder, else shipped.

    Raises:
        ConfigInvalid: nothing answers to the word; the message lists what does — the operator's.
    """
    from halocline.networks import find_network  # noqa: PLC0415
    from halocline.settings import load  # noqa: PLC0415

    return find_network(word, folder=load().home / "networks")
