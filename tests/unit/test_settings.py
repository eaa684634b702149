"""Where things are: environment over file over running stack; errors name the variable."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from halocline.model.errors import ConfigInvalid
from halocline.settings import (
    SETTINGS_FILE,
    VARIABLES,
    Settings,
    child_environment,
    export,
    resolve,
)


@pytest.fixture
def home(tmp_path):
    return {"HALOCLINE_HOME": str(tmp_path)}


def stack_file(tmp_path, **values):
    (tmp_path / "stack.json").write_text(json.dumps({"settings": values}))


def test_nothing_configured_uses_the_users_data_folder(tmp_path):
    found = resolve({"XDG_DATA_HOME": str(tmp_path)})
    assert found.home.is_relative_to(tmp_path) or sys.platform == "darwin"
    assert found.store is None


@pytest.mark.parametrize("url", ["s3://bucket", "s3://bucket/a/prefix", "file:///some/folder"])
def test_both_kinds_of_store_are_accepted(home, url):
    assert resolve(home | {"HALOCLINE_STORE": url + "/"}).store == url


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HALOCLINE_STORE", "/folder"),
        ("HALOCLINE_STORE", "s3://"),
        ("HALOCLINE_STORE", "file://folder"),
        ("HALOCLINE_S3_ENDPOINT", "localhost:8333"),
        ("PREFECT_API_URL", "4200"),
        ("HALOCLINE_DASK_ADDRESS", "127.0.0.1:8786"),
    ],
)
def test_an_unusable_value_is_refused_by_name(home, variable, value):
    with pytest.raises(ConfigInvalid, match=f"^{variable} is '{value}': wanted .*; correct it"):
        resolve(home | {variable: value})


def test_environment_wins_over_file_over_stack(home, tmp_path):
    stack_file(tmp_path, store="s3://from-stack", dask_address="tcp://stack:1", s3_region="stack")
    (tmp_path / "settings.yaml").write_text("dask_address: tcp://file:1\ns3_region: file\n")
    found = resolve(home | {"HALOCLINE_S3_REGION": "environment"})
    assert (found.s3_region, found.dask_address) == ("environment", "tcp://file:1")


def test_a_running_stack_fills_what_is_not_configured(home, tmp_path):
    stack_file(tmp_path, store="s3://from-stack", s3_key="k", prefect_api_url="http://127.0.0.1:1")
    assert resolve(home).store == "s3://from-stack"
    assert resolve(home, with_stack=False).store is None


def test_the_stacks_key_is_never_offered_to_another_store(home, tmp_path):
    stack_file(tmp_path, store="s3://from-stack", s3_key="k", s3_secret="s", s3_endpoint="http://x")
    found = resolve(home | {"HALOCLINE_STORE": "s3://elsewhere"})
    assert found.s3_options() == {
        "endpoint": "", "key": "", "secret": "", "region": "us-east-1"
    }  # fmt: skip


def test_a_broken_state_file_says_what_to_do(home, tmp_path):
    (tmp_path / "stack.json").write_text("{")
    with pytest.raises(ConfigInvalid, match=r"stack\.json cannot be read .* `halocline down`"):
        resolve(home)


def test_secrets_do_not_show(home):
    secret = "a-very-secret-word"
    found = resolve(home | {"HALOCLINE_S3_SECRET": secret, "HALOCLINE_S3_KEY": secret})
    assert secret not in f"{found!r} {found} {found.model_dump()} {found.model_dump_json()}"
    assert found.s3_options()["secret"] == secret


def test_a_refused_value_beside_a_secret_does_not_show_the_secret(home):
    with pytest.raises(ConfigInvalid) as caught:
        resolve(home | {"HALOCLINE_S3_SECRET": "hidden-word", "HALOCLINE_STORE": "x"})
    assert "hidden-word" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_unknown_keys_of_the_file_are_refused(home, tmp_path):
    (tmp_path / "settings.yaml").write_text("stroe: s3://bucket\n")
    with pytest.raises(ConfigInvalid, match=r"settings\.yaml holds stroe; wanted only .*store"):
        resolve(home)


def test_a_file_that_is_no_mapping_is_refused(home, tmp_path):
    (tmp_path / "settings.yaml").write_text("s3://bucket\n")
    with pytest.raises(ConfigInvalid, match="wanted only the keys"):
        resolve(home)


def test_a_named_file_must_exist(home, tmp_path):
    with pytest.raises(ConfigInvalid, match=r"HALOCLINE_SETTINGS names .*nowhere\.yaml"):
        resolve(home | {"HALOCLINE_SETTINGS": str(tmp_path / "nowhere.yaml")})


def test_a_secret_others_can_read_is_refused(home, tmp_path):
    path = tmp_path / "settings.yaml"
    path.write_text("s3_secret: word\n")
    path.chmod(0o644)
    with pytest.raises(ConfigInvalid, match="chmod 600"):
        resolve(home)
    path.chmod(0o600)
    assert resolve(home).s3_options()["secret"] == "word"


def test_an_unknown_field_is_refused(tmp_path):
    with pytest.raises(ValueError, match="Extra inputs"):
        Settings(home=tmp_path, stroe="s3://bucket")


def test_what_is_missing_is_asked_for_by_name(home):
    with pytest.raises(ConfigInvalid, match=r"HALOCLINE_STORE is not set .* `halocline up`"):
        resolve(home).require("store")


def test_a_child_finds_the_same_settings(home):
    found = resolve(home | {"HALOCLINE_STORE": "s3://b/p", "HALOCLINE_S3_SECRET": "word"})
    assert resolve(child_environment(found)) == found


def test_a_child_has_one_numerical_thread_and_no_foreign_settings(home, monkeypatch):
    monkeypatch.setenv("PREFECT_API_KEY", "of the shell")
    monkeypatch.setenv("DASK_CONFIG", "of the shell")
    environment = child_environment(resolve(home), extra={"PREFECT_HOME": "/own"})
    assert environment["OMP_NUM_THREADS"] == environment["NUMBA_NUM_THREADS"] == "1"
    assert not {"PREFECT_API_KEY", "DASK_CONFIG"} & set(environment)
    assert environment["PREFECT_HOME"] == "/own"
    assert environment["PATH"] == os.environ["PATH"]


def test_nothing_on_this_machine_goes_through_a_proxy(home, monkeypatch):
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "intranet,localhost")
    environment = child_environment(resolve(home))
    assert environment["NO_PROXY"] == environment["no_proxy"] == "intranet,localhost,127.0.0.1"


def test_exporting_tells_prefect_what_is_not_set_otherwise(home, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", {"PREFECT_HOME": "/chosen"})
    export(resolve(home | {"PREFECT_API_URL": "http://127.0.0.1:4200/api"}))
    assert os.environ["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"
    assert os.environ["PREFECT_HOME"] == "/chosen"
    assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "run-the-stack.md"


@pytest.mark.parametrize("variable", [*VARIABLES.values(), SETTINGS_FILE])
def test_every_variable_is_explained_to_operators(variable):
    assert f"`{variable}`" in PAGE.read_text(encoding="utf-8")


def test_reading_settings_brings_no_service_along():
    code = (
        "import sys, halocline.settings as s; s.load();"
        "print(sorted({'prefect', 'dask', 's3fs', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
