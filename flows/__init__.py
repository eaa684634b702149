"""Prefect flows: order, fan-out and what happens when a part fails."""
