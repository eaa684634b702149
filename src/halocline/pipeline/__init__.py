"""Where rooms meet."""
