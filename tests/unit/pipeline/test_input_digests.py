"""Digests of inputs: the same from a table and from objects, whatever the order."""

import random
from dataclasses import asdict

import pyarrow as pa
import pytest

from halocline.pipeline import input_digests as module
from halocline.pipeline.inputs import InputFile, digest_of_inputs
from halocline.pipeline.jobs import Recipe, argo_jobs, argo_recipes


def files(rng: random.Random, *, platforms: int, most: int) -> list[InputFile]:
    """Files of several floats; every third shares its leading digits with others of its float."""
    made = []
    for number in range(platforms):
        for cycle in range(rng.randint(1, most)):
            sha256 = f"{'0' * 8 if cycle % 3 == 0 else f'{rng.getrandbits(32):08x}'}{cycle:056x}"
            made.append(
                InputFile(
                    source="argo_gdac", file=f"aoml/{number}/profiles/R{number}_{cycle:03}.nc",
                    kind=rng.choice(["core", "bio", "meta", "tech"]), platform=str(number),
                    cycle=cycle, direction="A", mode="R", date_update="", sha256=sha256, size=1,
                    received=f"2026-11-{rng.randint(1, 28):02}T00:00:00Z", first="", last="",
                )
            )  # fmt: skip
    rng.shuffle(made)
    return made


def table(found: list[InputFile]) -> pa.Table:
    names = ["platform", "kind", "file", "sha256", "received"]
    rows = [{name: asdict(one)[name] for name in names} for one in found]
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in names]))


@pytest.mark.parametrize("block", [1, 7, 200_000])
def test_a_table_and_objects_have_the_same_digests(block, monkeypatch):
    monkeypatch.setattr(module, "BLOCK_ROWS", block)
    found = files(random.Random(5), platforms=9, most=12)
    together = module.input_digests(table(found))
    assert len(together) == 9
    for platform, one in together.items():
        own = [each for each in found if each.platform == platform]
        assert one.digest == digest_of_inputs(own) == digest_of_inputs(own[::-1])
        assert one.received == max(each.received for each in own)


def test_a_chunked_table_has_the_digests_of_a_whole_one():
    whole = table(files(random.Random(6), platforms=5, most=6))
    chunked = pa.concat_tables([whole.slice(0, 4), whole.slice(4, 0), whole.slice(4)])
    assert module.input_digests(chunked) == module.input_digests(whole)


def test_no_file_has_no_digest():
    assert module.input_digests(table([])) == {}


def test_recipes_of_a_table_are_those_of_the_jobs():
    found = files(random.Random(7), platforms=40, most=2)
    recipe = Recipe(code_digest="c", suite_digest="s", config_digest="k", seed=1)
    jobs = {job.platform: job.recipe for job in argo_jobs(found, recipe)}
    assert 0 < len(jobs) < 40
    assert argo_recipes(table(found), recipe) == jobs
