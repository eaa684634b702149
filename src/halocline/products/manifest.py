"""`manifest.json`: what a version of a product is, made of what, and how good."""

import json
from collections.abc import Mapping
from typing import Final

from halocline.model.digest import Json, sha256_of
from halocline.products.discovery import CONVENTIONS, CREDITS
from halocline.products.paths import PREVIEW, PRODUCT, product_folder
from halocline.products.provenance import Provenance
from halocline.products.statistics import Statistics

LAYOUT: Final = 1
"""Version of this layout: a reader of an old manifest knows what to expect."""


def encode(
    *, product: bytes, preview: bytes, statistics: Statistics, provenance: Provenance
) -> bytes:
    """UTF-8 JSON with sorted keys; the same arguments, the same bytes.

    Whoever holds the manifest can check every file of the version and every input by its sha256.
    """
    version = sha256_of(product)
    content: dict[str, Json] = {
        "layout": LAYOUT,
        "id": provenance.identity,
        "network": provenance.network,
        "platform": provenance.platform,
        "year": provenance.year,
        "version": version,
        "path": product_folder(
            network=provenance.network,
            platform=provenance.platform,
            year=provenance.year,
            version=version,
        ),
        "files": {PRODUCT: _file(product), PREVIEW: _file(preview)},
        "conventions": CONVENTIONS,
        "citation": CREDITS[provenance.network].citation,
        "license": CREDITS[provenance.network].licence,
        "processing": _processing(provenance),
        "inputs": [{"file": file, "sha256": digest} for file, digest in provenance.inputs],
        "counts": statistics.row(),
        "variables": statistics.summary(),
    }
    text = json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def _file(content: bytes) -> dict[str, Json]:
    return {"sha256": sha256_of(content), "size": len(content)}


def _processing(provenance: Provenance) -> Mapping[str, Json]:
    return {
        "software": provenance.software,
        "recipe": provenance.recipe,
        "code_digest": provenance.code_digest,
        "suite_digest": provenance.suite_digest,
        "config_digest": provenance.config_digest,
        "models": dict(provenance.models),
        "seed": provenance.seed,
        "reference_time": provenance.reference_time,
    }
