"""Argo flags do not depend on how the work is split: row by row, by float, over Dask workers."""

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import cloudpickle
import numpy as np
import pytest

from halocline.model.errors import BadUpstreamData
from halocline.model.profiles import Profiles
from halocline.qc.argo import ArgoSuite, ProfileFlags, check
from halocline.simulate.archive import write_archive
from halocline.sources.argo_gdac import RemoteFile, assemble, examine, parse_name
from halocline.suites import load_suite, shipped_suite
from tasks.fan_out import fan_out
from tasks.remote import Answer
from tests.samples.cluster import two_workers

pytestmark = [
    pytest.mark.xdist_group("dask"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # distributed 2026.8, at exit
]
cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers cannot import a test

NOW = 32_000.0
RECEIVED = "2030-01-01T00:00:00Z"
SUITES = ("argo", "argo-refined")


def suite_of(name: str) -> ArgoSuite:
    found = load_suite(shipped_suite(name))
    assert isinstance(found, ArgoSuite)
    return found


@pytest.fixture(scope="module")
def floats(tmp_path_factory: pytest.TempPathFactory) -> list[Profiles]:
    """Floats of a small twin ocean: core and BGC, with the faults of real ones."""
    folder = tmp_path_factory.mktemp("twin")
    write_archive(folder, seed=11, floats=4, profiles_per_float=6, stations=1)
    tree = folder / "argo" / "gdac" / "dac"
    found = [assemble(one.name, _sound(tree, one)).profiles for one in sorted(tree.glob("*/*"))]
    assert len(found) == 4
    assert {"DOXY", "CHLA"} <= set().union(*(one.variables for one in found))
    return found


def _sound(tree: Path, folder: Path) -> list[tuple[RemoteFile, bytes]]:
    """Without the files the archive broke: those are looked at elsewhere."""
    found = []
    for path in sorted(folder.rglob("*.nc")):
        remote, content = parse_name(path.relative_to(tree).as_posix()), path.read_bytes()
        if remote is None:
            continue
        try:
            examine(content, remote, RECEIVED)
        except BadUpstreamData:
            continue
        found.append((remote, content))
    return found


def digest_of(profiles: Profiles, *, suite: ArgoSuite) -> str:
    """Of every flag and both masks: small enough to come home from a worker."""
    found = hashlib.sha256()
    for name, one in sorted(_all(check(profiles, suite, NOW, greylist=[])).items()):
        for array in (one.flag, one.failed, one.done):
            found.update(f"{name} {array.shape} {array.dtype}".encode() + array.tobytes())
    return found.hexdigest()


def _all(flags: ProfileFlags) -> dict:
    return {**flags.variables, "POSITION": flags.position, "JULD": flags.juld}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with two_workers() as cluster:
        yield cluster.scheduler_address


@pytest.mark.parametrize("name", SUITES)
def test_floats_split_over_workers_have_the_flags_of_one_process(
    floats: list[Profiles], address: str, name: str
) -> None:
    suite = suite_of(name)
    here = {one.platform: digest_of(one, suite=suite) for one in floats}

    answers = fan_out(
        digest_of, floats, fixed={"suite": suite}, address=address, weight=lambda one: one.n_prof
    )
    there = {}
    for item, answer in answers:
        assert isinstance(answer, Answer)
        there[item.platform] = answer.result

    assert there == here
    assert len(set(here.values())) == len(floats), "the digest tells floats apart"


@pytest.mark.parametrize("name", SUITES)
def test_rows_one_by_one_have_the_flags_they_have_in_their_float(
    floats: list[Profiles], name: str
) -> None:
    """Tests that look at one row; the others are told apart by the registry."""
    whole = suite_of(name)
    alone = whole.model_copy(
        update={test.name: None for test, _ in whole.tests() if test.needs_history}
    )
    assert len(list(alone.tests())) > 20
    failed = 0
    for profiles in floats:
        together = _all(check(profiles, alone, NOW, greylist=[]))
        for row in range(profiles.n_prof):
            single = _all(check(rows_of(profiles, [row]), alone, NOW, greylist=[]))
            for variable, one in together.items():
                for field in ("flag", "failed", "done"):
                    np.testing.assert_array_equal(
                        getattr(one, field)[[row]], getattr(single[variable], field),
                        err_msg=f"{profiles.platform} row {row} {variable} {field}",
                    )  # fmt: skip
        failed += sum(int((one.failed != 0).sum()) for one in together.values())
    assert failed > 100, "some flags are not 1"


def rows_of(profiles: Profiles, rows: list[int]) -> Profiles:
    """Some rows of a float, as if the others had never come."""

    def cut(value):
        is_by_row = isinstance(value, np.ndarray) and value.shape[:1] == (profiles.n_prof,)
        return value[rows] if is_by_row else value

    def parts(one):
        return {part.name: cut(getattr(one, part.name)) for part in fields(one)}

    return replace(
        profiles,
        **{key: cut(value) for key, value in parts(profiles).items()
           if key not in ("variables", "spectra")},
        variables={name: replace(one, **parts(one)) for name, one in profiles.variables.items()},
        spectra={name: cut(one) for name, one in profiles.spectra.items()},
    )  # fmt: skip
