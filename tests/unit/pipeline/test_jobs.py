"""What has to be made: recipes compared, no file opened."""

from dataclasses import replace

from halocline.pipeline.inputs import InputFile
from halocline.pipeline.jobs import Recipe, argo_jobs, changed, coasthf_jobs
from halocline.pipeline.model_id import ModelId

RECIPE = Recipe(code_digest="c", suite_digest="s", config_digest="k", seed=1)
CORE = InputFile(
    source="argo_gdac", file="aoml/1/profiles/R1_001.nc", kind="core", platform="1", cycle=1,
    direction="A", mode="R", date_update="2024-01-01T00:00:00Z", sha256="aa", size=10,
    received="2024-01-02T00:00:00Z", first="", last="",
)  # fmt: skip
CSV = replace(CORE, source="coriolis_cotier", kind="csv", platform="6200443", file="a.csv",
              first="2023-12-20T00:00:00Z", last="2024-01-19T23:40:00Z")  # fmt: skip


def recipe_of(job_input: InputFile, recipe: Recipe = RECIPE) -> str:
    return argo_jobs([job_input], recipe)[0].recipe


def test_a_recipe_changes_with_each_thing_that_shapes_the_bytes() -> None:
    same = recipe_of(CORE)
    assert recipe_of(replace(CORE)) == same
    assert recipe_of(replace(CORE, sha256="bb")) != same
    assert recipe_of(replace(CORE, received="2024-01-03T00:00:00Z")) != same
    for field in ("code_digest", "suite_digest", "config_digest"):
        assert recipe_of(CORE, replace(RECIPE, **{field: "x"})) != same
    assert recipe_of(CORE, replace(RECIPE, seed=2)) != same


def test_order_of_the_inputs_changes_nothing() -> None:
    other = replace(CORE, file="aoml/1/profiles/R1_002.nc", cycle=2)
    (a,), (b,) = argo_jobs([CORE, other], RECIPE), argo_jobs([other, CORE], RECIPE)
    assert a == b
    assert a.reference_time == CORE.received


def test_metadata_alone_is_no_float() -> None:
    assert argo_jobs([replace(CORE, kind="meta")], RECIPE) == []


def test_a_station_has_one_job_a_year_and_each_sees_its_margin() -> None:
    spring = replace(CSV, file="b.csv", first="2024-03-15T00:00:00Z", last="2024-04-01T00:00:00Z")
    jobs = coasthf_jobs([CSV, spring], RECIPE)
    assert [job.name for job in jobs] == ["6200443 2023", "6200443 2024"]
    assert [one.file for one in jobs[0].inputs] == ["a.csv"]
    assert [one.file for one in jobs[1].inputs] == ["a.csv", "b.csv"]


def test_neighbours_are_inputs_of_a_station_with_a_model_alone() -> None:
    mine = replace(CSV, last="2023-12-25T00:00:00Z")
    other = replace(mine, platform="6200450", file="n.csv")
    files, model = [mine, other], {CSV.platform: ModelId("coasthf", "1" * 64)}
    neighbours = {CSV.platform: ("6200450", "6209999"), "6200450": (CSV.platform,)}
    alone = coasthf_jobs(files, RECIPE, models=model)
    jobs = coasthf_jobs(files, RECIPE, models=model, neighbours=neighbours)
    named = {job.name: [one.file for one in job.inputs] for job in jobs}
    assert named == {"6200443 2023": ["a.csv", "n.csv"], "6200450 2023": ["n.csv"]}
    assert [one.file for one in jobs[0].own] == ["a.csv"]
    assert [a.recipe == b.recipe for a, b in zip(alone, jobs, strict=True)] == [False, True]
    assert coasthf_jobs(files, RECIPE, neighbours=neighbours) == coasthf_jobs(files, RECIPE)


def test_new_rows_in_spring_leave_last_year_alone() -> None:
    spring = replace(CSV, file="b.csv", first="2024-03-15T00:00:00Z", last="2024-04-01T00:00:00Z")
    before = coasthf_jobs([CSV], RECIPE)
    current = {(job.network, job.platform, job.year): job.recipe for job in before}
    renewed = changed(coasthf_jobs([CSV, spring], RECIPE), current)
    assert [job.name for job in renewed] == ["6200443 2024"]
    assert changed(before, current) == []
