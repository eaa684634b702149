"""Thresholds as frozen models: unknown keys are refused."""

from pydantic import BaseModel, ConfigDict


class Params(BaseModel):
    """Base of every block of thresholds; `{"treshold": 6}` fails at load."""

    model_config = ConfigDict(frozen=True, extra="forbid")
