"""What every task of a run shares: addresses and choices, no connection."""

from dataclasses import dataclass

from halocline.pipeline.config import ProcessConfig
from halocline.stores.bucket import Bucket


@dataclass(frozen=True, kw_only=True)
class StoreContext:
    """One run of a flow that needs nothing but the store: its id, and what it writes."""

    run: str
    bucket: Bucket
    single_writer: bool = False
    """Whether the store was found not to keep racing writers apart."""


@dataclass(frozen=True, kw_only=True)
class RunContext(StoreContext):
    """One run of a flow: its id, the store it writes, the cluster that computes."""

    dask_address: str
    config: ProcessConfig
