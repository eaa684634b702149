"""`halocline qc`: works where no service is installed, fits a screen, says what failed."""

import json

import pytest

from tests.unit.deployments.test_cli import run
from tests.unit.sources.argo_gdac.sample import WMO, cast, profile_file

SERVICES = ("prefect", "prefect_dask", "dask", "distributed", "s3fs", "fsspec", "deltalake",
            "pyarrow", "psutil", "httpx", "fastapi")  # fmt: skip


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "dac" / "coriolis" / WMO / "profiles"
    folder.mkdir(parents=True)
    for cycle in (1, 2):
        content = profile_file(cast(10.0, 17.0, 10.0, cycle=cycle))
        (folder / f"R{WMO}_{cycle:03d}.nc").write_bytes(content)
    return tmp_path


def test_files_are_judged_with_every_service_missing(tmp_path, archive):
    done = run("qc", "dac", "--out", "out", "--plot", home=archive, blocked=SERVICES)
    assert done.returncode == 0, done.stderr
    assert all(len(line) <= 100 for line in done.stdout.splitlines())
    assert "spike 2" in done.stdout
    assert "test 15 did not run" in done.stdout
    report = json.loads((tmp_path / "out" / "qc.json").read_text())
    assert [one["platform"] for one in report["floats"]] == [WMO]
    assert report["floats"][0]["fired"]["spike"] == 2
    assert len(list((tmp_path / "out").rglob("*_qc.nc"))) == 2


def test_another_suite_can_be_run_beside_the_manual_s(tmp_path, archive):
    told = []
    for words in ((), ("--suite", "argo-refined")):
        done = run("qc", "dac", "--out", f"out{len(told)}", "--json", *words, home=archive,
                   blocked=SERVICES)  # fmt: skip
        assert done.returncode == 0, done.stderr
        told.append(json.loads(done.stdout))
    assert told[0]["suite_digest"] != told[1]["suite_digest"]
    assert [one["floats"][0]["fired"]["spike"] for one in told] == [2, 2]
    assert "stuck_pressure" not in json.dumps(told[0])


def test_a_file_set_aside_is_named_and_the_exit_code_says_so(tmp_path, archive):
    (next(archive.rglob("*_002.nc"))).write_bytes(b"")
    done = run("qc", "dac", "--out", "out", "--json", home=archive, blocked=SERVICES)
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert [one["reason"] for one in told["set_aside"]] == ["empty"]
    assert told == json.loads((tmp_path / "out" / "qc.json").read_text())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("qc", "nowhere", "--out", "out"), "nowhere does not exist"),
        (("qc", "dac", "--out", "out", "--suite", "no.yaml"), "no.yaml cannot be read"),
    ],
)
def test_the_operator_s_mistake_is_one_line_and_exit_code_2(archive, words, said):
    done = run(*words, home=archive)
    assert (done.returncode, said in done.stderr, done.stderr.count("\n")) == (2, True, 1)
