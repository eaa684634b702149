"""Events of the tables, as a run would write them."""

from typing import Any

from halocline.stores.bucket import Bucket


def product_event(platform: str, **changes: Any) -> dict[str, Any]:
    """Event that publishes a float, recipe and version named after its reference time."""
    time = changes.get("reference_time", "2026-01-01T00:00:00Z")
    recipe = changes.get("recipe", f"recipe-{time}")
    version = changes.get("version", f"version-{recipe}")
    return {
        "network": "argo",
        "platform": platform,
        "year": 0,
        "version": version,
        "recipe": recipe,
        "reference_time": time,
        "path": f"products/argo/{platform}/{version}",
        "status": "current",
        "inputs": 3,
        "n_profiles": 2,
        "n_values": 100,
        "n_flagged": 1,
        "n_filled": 5,
        "summary": "{}",
    } | changes


def written(bucket: Bucket, event: dict[str, Any]) -> dict[str, Any]:
    """The event, after its objects were written."""
    for name in ("product.nc", "preview.png", "manifest.json"):
        bucket.put_new(f"{event['path']}/{name}", event["version"].encode())
    return event


def file_event(file: str, **changes: Any) -> dict[str, Any]:
    """Event of a profile file that was received."""
    return {
        "source": "argo_gdac",
        "file": file,
        "kind": "core",
        "platform": file.split("/")[1],
        "cycle": 1,
        "direction": "A",
        "mode": "R",
        "date_update": "2026-01-01T00:00:00Z",
        "sha256": "0" * 64,
        "size": 1000,
        "received": "2026-01-02T00:00:00Z",
        "first": "",
        "last": "",
        "status": "current",
        "reason": "",
        "detail": "",
    } | changes
