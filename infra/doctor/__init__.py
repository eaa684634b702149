"""Examine an installation: everything a run rests on, each finding with its mend."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from halocline.settings import Settings, hazards
from halocline.stores.bucket import Bucket, StoreOptions
from infra.doctor import clock, dask_workers, machine, networks, prefect_api, store
from infra.doctor.finding import Finding, examined


def examine(
    settings: Settings, *, with_probe: bool, tell: Callable[[str], None]
) -> Iterator[Finding]:
    """Findings in the order of what rests on what; nothing but the store's probe is written."""
    tell("this machine")
    yield from examined("configuration", "settings", machine.configuration, settings,
                        hazards=hazards())  # fmt: skip
    yield from examined("disk", "room for home", machine.disk, settings.home)
    yield from examined("versions", "packages", machine.versions)
    if settings.store is not None:
        yield from _store(settings, with_probe=with_probe, tell=tell)
    if settings.prefect_api_url is not None:
        tell(f"Prefect at {settings.prefect_api_url}")
        yield from _prefect(settings, settings.prefect_api_url)
    if settings.dask_address is not None:
        tell(f"Dask at {settings.dask_address}")
        yield from examined("Dask", "cluster", dask_workers.cluster, settings.dask_address)


def first_look(settings: Settings) -> list[Finding]:
    """What is known of the configured store; one that was never probed is probed now."""
    bucket = Bucket(settings.require("store"), StoreOptions(**settings.s3_options()))
    return list(examined("store", "promises", store.at_first_sight, bucket, token=_token()))


def _token() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")


def _store(
    settings: Settings, *, with_probe: bool, tell: Callable[[str], None]
) -> Iterator[Finding]:
    bucket = Bucket(settings.require("store"), StoreOptions(**settings.s3_options()))
    tell(f"the store {bucket.url}" + (": racing writers, large objects" if with_probe else ""))
    found = examined("store", "access", store.access, bucket)
    yield from found
    if settings.s3_endpoint is not None:
        yield from examined("clock", "store", clock.against_http, "store", settings.s3_endpoint)
    if any(one.is_red for one in found):
        return
    token = _token()
    yield from examined("store", "no key, no writing", store.strangers, bucket, token=token)
    if with_probe:
        yield from examined("store", "promises", store.promises, bucket, token=token)
    else:
        yield from examined("store", "writers", store.known_mode, bucket)


def _prefect(settings: Settings, url: str) -> Iterator[Finding]:
    auth = settings.prefect_api_auth.get_secret_value() if settings.prefect_api_auth else None
    found = examined("Prefect", "access", prefect_api.access, url, auth=auth)
    yield from found
    if any(one.what == "access" and one.is_red for one in found):
        return
    yield from examined("clock", "Prefect", clock.against_http, "Prefect", f"{url}/health")
    yield from examined("Prefect", "server", prefect_api.server, url, auth=auth)
    yield from examined("Prefect", "workers", prefect_api.workers, url, auth=auth)
    if settings.store is not None:
        bucket = Bucket(settings.store, StoreOptions(**settings.s3_options()))
        yield from examined("networks", "deployed", networks.deployed, url, auth=auth,
                            bucket=bucket, folder=settings.home / "networks")  # fmt: skip
