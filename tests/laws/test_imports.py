"""Who may import whom, read from the source: lazy imports inside functions count as well."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RANK = {
    "deployments": 90, "infra": 80, "flows": 80, "tasks": 70, "halocline.pipeline": 60,
    "halocline.settings": 50, "halocline.suites": 50, "halocline.networks": 50,
    "halocline.sources": 50, "halocline.products": 50, "halocline.stores": 50,
    "halocline.site": 50,
    "halocline.learn": 40, "halocline.qc": 30, "halocline.gapfill": 30,
    "halocline.predict": 20, "halocline.simulate": 20, "halocline.uncertainty": 10,
    "halocline.model": 0,
}  # fmt: skip
ORCHESTRATOR = {"prefect", "prefect_dask", "dask", "distributed"}
BANNED = {
    "halocline": ORCHESTRATOR,
    "halocline.qc": {"fsspec", "s3fs", "requests", "httpx", "os"},
    "halocline.gapfill": {"fsspec", "s3fs", "requests", "httpx", "os"},
    "halocline.model": {"fsspec", "pandas", "sklearn", "lightgbm"},
    "deployments": {"dask", "distributed"},
}
SOURCES = [
    path
    for room in ("src/halocline", "tasks", "flows", "deployments", "infra")
    for path in sorted((ROOT / room).rglob("*.py"))
]


def room_of(module: str) -> str:
    return max((room for room in RANK if f"{module}.".startswith(f"{room}.")), key=len, default="")


def module_of(path: Path) -> str:
    relative = path.relative_to(ROOT)
    parts = relative.parts[1:] if relative.parts[0] == "src" else relative.parts
    return ".".join(parts).removesuffix(".py").removesuffix(".__init__")


def imports_of(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports are refused"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def faults_of(module: str, source: str) -> list[str]:
    room, faults = room_of(module), []
    for target in imports_of(ast.parse(source)):
        other = room_of(target)
        if other and room and other != room and RANK[other] >= RANK[room]:
            faults.append(f"{module} imports {target}: {other} is not below {room}")
        banned = {name for key, names in BANNED.items() if f"{module}.".startswith(f"{key}.")
                  for name in names}  # fmt: skip
        if target.split(".")[0] in banned:
            faults.append(f"{module} imports {target}, banned there")
    return faults


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_downward(path: Path) -> None:
    assert faults_of(module_of(path), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("halocline.model.flags", "def f():\n    from halocline.qc import argo\n"),
        ("halocline.qc.argo.spike", "import dask.array"),
        ("halocline.qc.argo.spike", "from halocline.gapfill import linear"),
        ("halocline.gapfill.linear", "import os"),
        ("tasks.process", "from flows import process"),
        ("infra.stack", "import flows.pull"),
    ],
)
def test_the_law_can_be_broken(module: str, source: str) -> None:
    assert faults_of(module, source)


def test_flow_files_do_not_shadow_the_standard_library() -> None:
    for path in [*(ROOT / "flows").glob("*.py"), *(ROOT / "tasks").glob("*.py")]:
        assert path.stem == "__init__" or path.stem not in sys.stdlib_module_names
