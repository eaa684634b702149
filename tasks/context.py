"""What every task of a run shares: addresses and choices, no connection."""

from dataclasses import dataclass

from halocline.pipeline.config import ProcessConfig
from halocline.stores.bucket import Bucket
from tasks.turns import Turn


@dataclass(frozen=True, kw_only=True)
class StoreContext:
    """One run of a flow that needs nothing but the store: its id, and what it writes."""

    run: str
    bucket: Bucket
    single_writer: bool = False
    """Whether the store was found not to keep racing writers apart."""
    browse_url: str = ""
    """Where a browser finds the bucket's objects; '' when nobody said."""

    def address_of(self, key: str) -> str:
        """Address of an object: one a browser can open, else the store's own."""
        return f"{self.browse_url}/{key}" if self.browse_url else self.bucket.url_of(key)


@dataclass(frozen=True, kw_only=True)
class RunContext(StoreContext):
    """One run of a flow: its id, the store it writes, the cluster that computes."""

    dask_address: str
    config: ProcessConfig
    turn: Turn = Turn.POLL
    """Whose turn its calls are on the cluster."""
