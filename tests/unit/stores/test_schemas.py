"""Rows are made of events that fit, and of nothing else."""

import pyarrow as pa
import pytest

from halocline.model.errors import ContractBroken
from halocline.stores.schemas import TABLES, event_schema, rows_of, spec_of
from tests.samples.stores import file_event, product_event


@pytest.mark.parametrize("spec", TABLES.values(), ids=lambda spec: spec.name)
def test_every_table_stamps_its_rows_and_names_its_items(spec) -> None:
    assert spec.schema.field("run").type == pa.string()
    assert spec.schema.field("seq").type == pa.int64()
    assert set(spec.key) | set(spec.partition_by) <= set(spec.schema.names)
    assert set(event_schema(spec.name).names) == set(spec.schema.names) - {"run", "seq"}


def test_events_become_rows() -> None:
    rows = rows_of("products", [product_event("6903247"), product_event("6903248")])
    assert rows["platform"].to_pylist() == ["6903247", "6903248"]
    assert rows.schema == event_schema("products")
    assert rows_of("products", []).num_rows == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"platfrom": "1"}, "platfrom"),
        ({"seq": 3}, "seq"),
        ({"year": "twenty"}, "another type"),
        ({"recipe": None}, "recipe"),
    ],
)
def test_an_event_that_does_not_fit_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(ContractBroken, match=said):
        rows_of("products", [product_event("1") | change])


def test_an_event_that_lacks_a_column_is_refused() -> None:
    event = file_event("aoml/1/profiles/R1_001.nc")
    del event["sha256"]
    with pytest.raises(ContractBroken, match="sha256"):
        rows_of("raw_files", [event])


def test_an_unknown_table_lists_the_known() -> None:
    with pytest.raises(
        ContractBroken, match="known: alerts, candidates, kpi, models, products, raw_files, runs"
    ):
        spec_of("product")
