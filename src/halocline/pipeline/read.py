"""Read published products."""
