"""Quality control: one file per test."""
