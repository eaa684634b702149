"""Object storage and tables."""
