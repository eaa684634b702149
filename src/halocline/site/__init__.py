"""The status site's pages, from plain values to bytes: no store, no clock, no server."""
