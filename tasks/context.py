"""What every task of a run shares: addresses and choices, no connection."""

from dataclasses import dataclass

from halocline.pipeline.config import ProcessConfig
from halocline.stores.bucket import Bucket


@dataclass(frozen=True)
class RunContext:
    """One run of a flow: its id, the store it writes, the cluster that computes."""

    run: str
    bucket: Bucket
    dask_address: str
    config: ProcessConfig
    single_writer: bool = False
    """Whether the store was found not to keep racing writers apart."""
