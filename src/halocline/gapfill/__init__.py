"""Gap filling: one file per method."""
