"""The table `kpi`: findings of every validation, so that a trend can be seen."""

from collections.abc import Sequence
from typing import Any

from halocline.pipeline.validation.finding import Finding
from halocline.stores.bucket import Bucket
from halocline.stores.schemas import KPI, rows_of
from halocline.stores.tables import Tables


def record_findings(bucket: Bucket, found: Sequence[Finding], *, at: str, run: str) -> None:
    """The findings are in `kpi` in one commit, as of the moment `at` (ISO UTC).

    Raises:
        SourceUnavailable: the store does not answer — retry; the same rows twice do no harm.
    """
    events = [{"at": at, **vars(one)} for one in found]
    if events:
        Tables(bucket).append(KPI.name, rows_of(KPI.name, events), run=run)


def last_findings(bucket: Bucket) -> tuple[str, list[dict[str, Any]]]:
    """Moment and rows of the newest validation; ('', []) when there was none.

    Raises:
        SourceUnavailable: the store does not answer — retry.
    """
    tables = Tables(bucket)
    moments = tables.read(KPI.name, columns=["at"])["at"].to_pylist()
    if not moments:
        return "", []
    newest = max(moments)
    return newest, tables.read(KPI.name, filters=[("at", "=", newest)]).to_pylist()
