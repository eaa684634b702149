"""The digest of the code at work follows the code, and nothing else."""

import shutil

import pytest

from halocline.pipeline import code_digest as module
from halocline.pipeline.code_digest import code_digest, digest_of_folders, source_folders


@pytest.fixture
def folders(tmp_path):
    for name in ("flows", "halocline"):
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "deep" / "code.py").write_text(f"name = {name!r}\n")
    return {name: tmp_path / name for name in ("flows", "halocline")}


def test_the_same_code_elsewhere_has_the_same_digest(folders, tmp_path):
    moved = {name: tmp_path / "moved" / name for name in folders}
    for name, folder in folders.items():
        shutil.copytree(folder, moved[name])
    assert digest_of_folders(moved) == digest_of_folders(folders)


@pytest.mark.parametrize("name", ["new.py", "table.json"])
def test_a_new_file_changes_the_digest(folders, name):
    before = digest_of_folders(folders)
    (folders["flows"] / name).write_text("")
    assert digest_of_folders(folders) != before


def test_an_edit_or_another_name_changes_the_digest(folders):
    before = digest_of_folders(folders)
    code = folders["flows"] / "deep" / "code.py"
    code.write_text("name = 'other'\n")
    edited = digest_of_folders(folders)
    code.rename(code.with_name("renamed.py"))
    assert len({before, edited, digest_of_folders(folders)}) == 3


def test_caches_and_hidden_files_do_not_count(folders):
    before = digest_of_folders(folders)
    (folders["flows"] / "__pycache__").mkdir()
    (folders["flows"] / "__pycache__" / "code.pyc").write_bytes(b"x")
    (folders["flows"] / "deep" / ".swap").write_text("x")
    assert digest_of_folders(folders) == before


def test_the_library_the_tasks_and_the_flows_are_what_counts():
    assert set(source_folders()) == {"flows", "halocline", "tasks"}
    assert all((folder / "__init__.py").is_file() for folder in source_folders().values())


def test_a_running_process_keeps_its_digest(monkeypatch):
    before = code_digest()
    monkeypatch.setattr(module, "source_folders", dict)
    assert code_digest() == before
