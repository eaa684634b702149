"""Learning on several cores: order, lines, and an error that ends it."""

from dataclasses import dataclass

import pytest

from deployments import learning
from deployments.learning import learn_beside


@dataclass(frozen=True)
class Job:
    name: str
    number: int


JOBS = [Job("TEMP", 3), Job("PSAL", 1), Job("DOX", 2)]


def squared(job: Job) -> int:
    return job.number**2


def refused(job: Job) -> int:
    raise ValueError(f"{job.name} cannot be learned")


@pytest.mark.parametrize("count", [1, 2])
def test_answers_come_in_the_order_asked_and_each_is_told(monkeypatch, capsys, count: int) -> None:
    monkeypatch.setattr(learning, "cores", lambda: count)
    assert learn_beside(squared, iter(JOBS)) == [9, 1, 4]
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == f"learning 3 variables, {count} at once"
    assert {line.split()[1] for line in lines[1:]} == {"TEMP", "PSAL", "DOX"}
    assert lines[-1].endswith("(3 of 3)")


@pytest.mark.parametrize("count", [1, 2])
def test_an_error_travels(monkeypatch, count: int) -> None:
    monkeypatch.setattr(learning, "cores", lambda: count)
    with pytest.raises(ValueError, match=r"TEMP|PSAL|DOX"):
        learn_beside(refused, JOBS)


def test_nothing_to_learn_is_nothing_said(capsys) -> None:
    assert learn_beside(squared, []) == []
    assert capsys.readouterr().err == ""
