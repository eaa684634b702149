"""Ready-made models applied to observations; one file, one model."""
