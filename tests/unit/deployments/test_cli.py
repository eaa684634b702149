"""The command line: quick, light, and clear about what is wrong."""

import subprocess
import sys

import pytest

from halocline.networks import load_network

HEAVY = ("prefect", "dask", "distributed", "s3fs", "numpy", "xarray", "netCDF4", "psutil", "rich")
BLOCKED = "import sys\nfor name in {names!r}: sys.modules[name] = None\n"
RUN = "from deployments.cli import main\nsys.argv = ['halocline', *{words!r}]\nmain()\n"


def run(*words, home, blocked=(), code="", **environment):
    script = BLOCKED.format(names=list(blocked)) + code + RUN.format(words=list(words))
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True, text=True, check=False, cwd=home,
        env={"HALOCLINE_HOME": str(home / "home"), "PATH": "/usr/bin:/bin", **environment},
    )  # fmt: skip


def test_help_names_the_words_and_imports_nothing_heavy(tmp_path):
    code = (
        f"import atexit\nheavy = {set(HEAVY)!r}\n"
        "atexit.register(lambda: sys.stderr.write(str(sorted(heavy & set(sys.modules)))))\n"
    )
    done = run("--help", home=tmp_path, code=code)
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("up", "down", "status", "init"))
    assert done.stderr in ("[]", "['rich']")  # rich only draws the help itself


def test_init_works_where_no_service_is_installed(tmp_path):
    blocked = ("prefect", "dask", "distributed", "s3fs", "deltalake", "psutil")
    done = run("init", "mine.yaml", home=tmp_path, blocked=blocked)
    assert done.returncode == 0, done.stderr
    assert load_network(tmp_path / "mine.yaml").name == "france"


def test_init_never_overwrites_unasked(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("mine")
    done = run("init", "mine.yaml", home=tmp_path)
    assert (done.returncode, path.read_text()) == (2, "mine")
    assert done.stderr == "halocline: mine.yaml is there already: choose another name, or --force\n"
    assert run("init", "mine.yaml", "--force", home=tmp_path).returncode == 0


def test_init_lists_the_networks_it_knows(tmp_path):
    done = run("init", "--network", "atlantis", home=tmp_path)
    assert done.returncode == 2
    assert "no network is called 'atlantis'; known: demo, france" in done.stderr


@pytest.mark.parametrize("word", ["up", "down", "status"])
def test_a_wrong_setting_is_one_line_and_exit_code_2(tmp_path, word):
    done = run(word, home=tmp_path, HALOCLINE_STORE="ftp://x")
    assert done.returncode == 2
    assert done.stderr.startswith("halocline: HALOCLINE_STORE is 'ftp://x': wanted s3://")
    assert done.stderr.count("\n") == 1


def test_status_of_nothing_says_where_things_would_be(tmp_path):
    done = run("status", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "store       not set: `halocline up` starts one" in done.stdout


def test_down_without_a_stack_is_fine(tmp_path):
    done = run("down", home=tmp_path)
    assert (done.returncode, done.stdout) == (0, "nothing ran\n")


def test_up_with_every_address_configured_starts_nothing(tmp_path):
    done = run(
        "up", home=tmp_path, HALOCLINE_STORE=f"file://{tmp_path}/store",
        PREFECT_API_URL="http://127.0.0.1:9/api", HALOCLINE_DASK_ADDRESS="tcp://127.0.0.1:9",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "home" / "stack.json").exists()
    assert "http://127.0.0.1:9" in done.stdout
