"""A pull against an index of the size of the whole GDAC: 3.1 million rows, nothing new or 2,000.

Rows of the real index are repeated under other float numbers. The pull and the plan of what to make
run in processes of their own, so that their peak memory is theirs; the figure beside them is the
bare reading of the same index by pyarrow.
"""

import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from flows.context import config_of
from halocline.networks import Network
from halocline.pipeline.jobs import argo_recipes
from halocline.pipeline.received import NOTED
from halocline.stores.bucket import Bucket
from halocline.stores.commit import compare_and_set
from halocline.stores.maintenance import compact
from halocline.stores.schemas import PRODUCTS, event_schema, rows_of
from halocline.stores.tables import Tables
from tests.bench._shared import found, say

ROWS: Final = 3_100_000
CHANGED: Final = 2_000
BATCH: Final = 80_000
"""Rows a commit: a first pull of the whole GDAC is cut into 40 tasks."""
NETWORK: Final = Network.model_validate(
    {"name": "all", "argo": {"addresses": ["/nowhere"], "everything": True}}
)
HEADER: Final = (
    "# Title : Profile directory file of the Argo Global Data Assembly Center\n"
    "file,date,latitude,longitude,ocean,profiler_type,institution,date_update\n"
)
CHILD: Final = """
import json, sys, time
from pathlib import Path
from halocline.networks import Network
from halocline.pipeline.config import FillConfig
from halocline.pipeline.plan import plan_process
from halocline.pipeline.providers import providers_of
from halocline.pipeline.pull import plan_pull
from halocline.stores.bucket import Bucket
from flows.context import config_of
what, tree, store = sys.argv[1:]
network = Network.model_validate(
    {"name": "all", "argo": {"addresses": [tree], "everything": True}}
)
bucket = Bucket(store)
began = time.perf_counter()
if what == "pull":
    plan = plan_pull(providers_of(network)[0], bucket=bucket)
    found = {"offered": plan.offered, "to fetch": len(plan.to_fetch), "gone": len(plan.withdrawn)}
else:
    plan = plan_process(bucket, config=config_of(network))
    found = {"jobs": len(plan.argo), "up to date": plan.up_to_date}
found["s"] = time.perf_counter() - began
status = Path("/proc/self/status").read_text()  # the peak of this program, not of who started it
found["peak MB"] = int(status.split("VmHWM:")[1].split()[0]) / 1024
print(json.dumps(found))
"""


def main() -> None:
    """Print what a poll of the whole GDAC costs."""
    source = found("argo/index_original/ar_index_global_prof.txt")
    if source is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        _measure(source, Path(folder))


def _measure(source: Path, folder: Path) -> None:
    tree, store = folder / "gdac", f"file://{folder}/store"
    (tree / "dac").mkdir(parents=True)
    rows = repeated(source, ROWS)
    floats = rows["platform"].unique()
    write_index(tree, rows)
    bare = _bare(tree)
    held = Bucket(store)
    held.ensure()
    events = as_received(rows)
    for start in range(0, events.num_rows, BATCH):
        Tables(held).append("raw_files", events.slice(start, BATCH), run="bench")
    say(f"{rows.num_rows:,} rows of {len(floats):,} floats; "
          f"raw_files on disk {_size(folder / 'store') / 1e6:.0f} MB")  # fmt: skip
    say(f"{'':24} {'seconds':>8} {'x bare':>7} {'peak MB':>8}   found")
    say(f"{'bare pyarrow.csv':24} {bare:8.2f} {1:7.1f}")
    _show("poll, nothing new", _child("pull", tree, store), bare)
    _publish_all(held, events)
    _show("plan, all up to date", _child("plan", tree, store), bare)
    write_index(tree, _with_changes(rows))
    _show(f"poll, {CHANGED:,} changed", _child("pull", tree, store), bare)
    _layouts(held, platform=floats[0].as_py())


def _layouts(bucket: Bucket, *, platform: str) -> None:
    """What column pruning, the filter of a float and compaction bring, each over the whole read."""
    tables, one = Tables(bucket), [("platform", "=", platform)]
    whole = _seconds(lambda: tables.read("raw_files"))
    say("\nraw_files, times the read of every column as the commits left it")
    _layout(tables, f"as {-(-ROWS // BATCH)} commits left it", one, whole)
    done = compact(tables, "raw_files")
    _layout(tables, f"after maintain ({done})", one, whole)


def _layout(tables: Tables, title: str, one: list[tuple[str, str, str]], whole: float) -> None:
    reads = {
        "every column": lambda: tables.read("raw_files"),
        "a poll's columns": lambda: tables.read("raw_files", columns=NOTED),
        "one float": lambda: tables.read("raw_files", columns=NOTED, filters=one),
    }
    cells = [f"{name} {_seconds(call) / whole:.3f}" for name, call in reads.items()]
    say(f"{title}: {', '.join(cells)}")


def _seconds(call: Callable[[], object]) -> float:
    """Best of three."""
    found = []
    for _repeat in range(3):
        began = time.perf_counter()
        call()
        found.append(time.perf_counter() - began)
    return min(found)


def repeated(source: Path, rows: int) -> pa.Table:
    """Rows of a real index repeated under other float numbers; columns of the index, platform."""
    text = source.read_bytes()
    body = text[text.index(b"file,") :]
    kept = {name: pa.string() for name in body.split(b"\n", 1)[0].decode().strip().split(",")}
    table = csv.read_csv(pa.py_buffer(body), convert_options=csv.ConvertOptions(column_types=kept))
    parts = pc.extract_regex(
        table["file"], r"^(?P<dac>\w+)/(?P<wmo>\d+)/profiles/(?P<mode>[RD])\d+_(?P<rest>.*)$"
    )
    known = pc.unique(pc.struct_field(parts, "wmo"))
    place = pc.index_in(pc.struct_field(parts, "wmo"), value_set=known).to_numpy()
    copies = -(-rows // table.num_rows)
    made = []
    for copy in range(copies):
        wmo = pa.array((1_000_000 + copy * len(known) + place).astype(str), pa.string())
        field = {
            name: pc.struct_field(parts, name).combine_chunks() for name in ("dac", "mode", "rest")
        }
        file = pc.binary_join_element_wise(
            pc.binary_join_element_wise(field["dac"], wmo, "profiles", "/"),
            pc.binary_join_element_wise(
                pc.binary_join_element_wise(field["mode"], wmo, ""), field["rest"], "_"
            ),
            "/",
        )
        made.append(table.set_column(0, "file", file).append_column("platform", wmo))
    return pa.concat_tables(made).slice(0, rows).combine_chunks()


def write_index(tree: Path, rows: pa.Table) -> None:
    """The profile index, compressed, and a metadata index of the same floats."""
    with gzip.open(tree / "ar_index_global_prof.txt.gz", "wb", compresslevel=1) as file:
        file.write(HEADER.encode())
        csv.write_csv(
            rows.drop_columns(["platform"]), file,
            csv.WriteOptions(include_header=False, quoting_style="none"),
        )  # fmt: skip


def as_received(rows: pa.Table) -> pa.Table:
    """Events of `raw_files` that say every row of the index was received."""
    count = rows.num_rows
    rng = np.random.default_rng(0)
    digest = np.char.encode(np.array([rng.bytes(32).hex() for _ in range(count)]), "ascii")
    columns: dict[str, Any] = {
        "source": ["argo_gdac"], "kind": ["core"], "direction": ["A"], "mode": ["D"],
        "received": ["2026-11-01T00:00:00Z"], "first": ["2010-01-01T00:00:00Z"],
        "last": ["2010-01-01T00:00:00Z"], "status": ["current"], "reason": [""], "detail": [""],
    }  # fmt: skip
    constant = {name: pa.array(np.repeat(value, count)) for name, value in columns.items()}
    varying = {
        "file": rows["file"],
        "platform": rows["platform"],
        "date_update": rows["date_update"],
        "sha256": pa.array(digest).cast(pa.string()),
        "cycle": pa.array(np.arange(count) % 300, pa.int32()),
        "size": pa.array(np.full(count, 30_000), pa.int64()),
    }
    schema = event_schema("raw_files")
    return pa.table({**constant, **varying}).select(schema.names).cast(schema)


def _publish_all(bucket: Bucket, events: pa.Table) -> None:
    """Events of `products` that say every float is made; their objects are not needed here."""
    config = config_of(NETWORK)
    rows = [
        {
            "network": "argo", "platform": platform, "year": 0, "version": recipe,
            "recipe": recipe, "reference_time": "2026-11-01T00:00:00Z",
            "path": f"products/argo/{platform}/{recipe}", "status": "current", "inputs": 180,
            "n_profiles": 180, "n_values": 1, "n_flagged": 0, "n_filled": 0, "summary": "{}",
        }
        for platform, recipe in argo_recipes(events, config.recipe("argo")).items()
    ]  # fmt: skip
    table = rows_of("products", rows)
    compare_and_set(bucket=bucket, spec=PRODUCTS, run="bench", decide=lambda _: table)


def _with_changes(rows: pa.Table) -> pa.Table:
    rng = np.random.default_rng(1)
    dates = rows["date_update"].to_numpy(zero_copy_only=False).copy()
    dates[rng.choice(dates.size, CHANGED, replace=False)] = "20261124000000"
    place = rows.schema.get_field_index("date_update")
    return rows.set_column(place, "date_update", pa.array(dates, pa.string()))


def _bare(tree: Path) -> float:
    began = time.perf_counter()
    content = gzip.decompress((tree / "ar_index_global_prof.txt.gz").read_bytes())
    csv.read_csv(pa.py_buffer(content[content.index(b"file,") :]))
    return time.perf_counter() - began


def _child(what: str, tree: Path, store: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, what, str(tree), store],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def _show(title: str, told: dict[str, float], bare: float) -> None:
    seconds, peak = told.pop("s"), told.pop("peak MB")
    words = ", ".join(f"{name} {value:,}" for name, value in told.items())
    say(f"{title:24} {seconds:8.2f} {seconds / bare:7.1f} {peak:8.0f}   {words}")


def _size(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())
