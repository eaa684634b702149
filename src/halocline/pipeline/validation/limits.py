"""What is judged against what: one model, a form in the UI."""

from typing import Final

from pydantic import Field

from halocline.model.params import Params

NETWORKS: Final = ("argo", "coasthf")


class Limits(Params):
    """Limits of the indicators; the defaults are those of a real-time centre."""

    window_days: int = Field(
        default=30, ge=1, description="Days before the moment of validation that are judged."
    )
    argo_delay_h: float = Field(
        default=24.0,
        gt=0,
        description="KPI-1: hours from observation to receipt, 95th percentile, of floats.",
    )
    coasthf_delay_h: float = Field(
        default=24.0,
        gt=0,
        description="KPI-1: hours from last observation to receipt, 95th percentile, of moorings.",
    )
    platforms_share: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="KPI-2: platforms of the last whole day over those of a usual day, at least.",
    )
    good_share: float = Field(
        default=0.7, ge=0, le=1, description="KPI-4b: share of values flagged 1 or 2, at least."
    )
    evaluated_share: float = Field(
        default=0.95, ge=0, le=1, description="KPI-4: share of values that were judged, at least."
    )
    cadences: float = Field(
        default=3.0, gt=0, description="Freshness: late after so many times its usual interval."
    )
    floor_h: float = Field(
        default=24.0, ge=0, description="Freshness: never called late before so many hours."
    )
    completeness: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Share of the observations expected in the window that are there, at least.",
    )
    flag_jump: float = Field(
        default=0.1,
        ge=0,
        le=1,
        description="Change of the share of values flagged 3 or 4 since the version before.",
    )
    quarantine_share: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="Share of the files received in the window that were set aside, at most.",
    )
    coverage: float = Field(
        default=0.8,
        ge=0,
        le=1,
        description="Share of values that arrived late inside the 90 % interval, at least.",
    )
    late_values: int = Field(
        default=50, ge=1, description="Late values needed before coverage is judged."
    )
