"""What the last probe decided of a store, kept in the store itself for every later run."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from halocline.model.errors import ConfigInvalid
from halocline.stores.bucket import Bucket, NoSuchKey
from halocline.stores.probe import DAMAGED, SINGLE_WRITER, STALE_READS, Finding, probe

VERDICT: Final = "store.json"


@dataclass(frozen=True)
class StoreVerdict:
    """What may be done with a store."""

    single_writer: bool
    """It does not keep racing writers apart: one at a time, under a lock that is elsewhere."""
    unfit: bool
    """It shows old states or changes bytes: no lock helps."""
    broken: tuple[str, ...]
    """The promises it broke, with what was seen."""
    checked: str
    """When, ISO UTC."""

    def require_fit(self) -> None:
        """Nothing, for a store that can be written.

        Raises:
            ConfigInvalid: the store loses or changes bytes — the operator's.
        """
        if self.unfit:
            raise ConfigInvalid(
                f"the store was found unfit at {self.checked} ({'; '.join(self.broken)}): use "
                "another one, or mend it and run `halocline doctor`, which tries it again"
            )


def judge(findings: Iterable[Finding], *, now: datetime) -> StoreVerdict:
    """What follows from a whole probe; a store is fit for many writers if nothing was broken."""
    broken = [one for one in findings if not one.passed]
    return StoreVerdict(
        single_writer=any(one.mend == SINGLE_WRITER for one in broken),
        unfit=any(one.mend in {STALE_READS, DAMAGED} for one in broken),
        broken=tuple(f"{one.name}: {one.detail}" for one in broken),
        checked=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def write_verdict(bucket: Bucket, verdict: StoreVerdict) -> None:
    """The store says of itself how it may be used."""
    bucket.put(VERDICT, f"{json.dumps(asdict(verdict), indent=1)}\n".encode())


def read_verdict(bucket: Bucket) -> StoreVerdict | None:
    """What the last probe decided; None for a store that was never probed.

    Raises:
        ConfigInvalid: the object is there and cannot be understood — the operator's.
    """
    try:
        content = json.loads(bucket.get(VERDICT))
        return StoreVerdict(**{**content, "broken": tuple(content["broken"])})
    except NoSuchKey:
        return None
    except (ValueError, KeyError, TypeError) as fault:
        raise ConfigInvalid(
            f"{bucket.url_of(VERDICT)} cannot be read ({fault}): `halocline doctor` writes it anew"
        ) from fault


def standing_verdict(bucket: Bucket, *, token: str, now: datetime) -> StoreVerdict | None:
    """What was decided of a store; one that was never probed is probed now, once for all runs.

    None when the probe could not ask everything: the next run tries again. `token` tells probes at
    the same time apart.

    Raises:
        ConfigInvalid: the verdict is there and cannot be understood — the operator's.
    """
    known = read_verdict(bucket)
    if known is not None:
        return known
    found = probe(bucket, token=token)
    if not all(one.was_checked for one in found):
        return None
    decided = judge(found, now=now)
    write_verdict(bucket, decided)
    return decided
