"""Training, comparison and choice of methods."""
