"""One folder per provider: list what changed, fetch, decode."""
