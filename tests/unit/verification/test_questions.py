"""Each question gets the answer that the service gives, and a difference would be seen."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.packages import PackagesModel, ServiceError
from local_aws.packages.behaviour import Fault
from tests.unit.verification.world import World
from verification.questions import load
from verification.report import AGREES, DIFFERS, assumed

QUESTIONS = load()
SETTLED = {question.settles: name for name, question in QUESTIONS.items()}
# The other answers that stand for themselves.
OTHERS: dict[str, list[Any]] = {
    "deleted_record": [60],
    "name_taken_after_delete": [60],
    "stale_reads": [5],
    "stale_associations": [5],
    "page_size": [1],
    "longest_name": [64],
    "calls_per_second": [4],
    "error_type": ["SourceNotReadable"],
    "aws_owner": ["es.amazonaws.com"],
    "aws_package_version": [None],
}
SWITCHES = [
    (question.settles, other)
    for question in QUESTIONS.values()
    for other in OTHERS.get(question.settles, [one for one in question.meanings if one != assumed(question)])
]


def test_a_run_against_the_model_agrees_everywhere() -> None:
    report = World().run()
    assert set(report.data["answers"]) == set(QUESTIONS)
    assert [name for name, verdict in report.verdicts().items() if verdict != AGREES] == []


@pytest.mark.parametrize(
    "slow",
    [
        # As people have seen it.
        {"copying": 20.0, "validating": 10.0, "deleting": 10.0, "associating": 150.0, "dissociating": 150.0},
        {"associating": 900.0, "processing_after_active": 300.0},
        {"validating": 300.0, "associating": 600.0},
        {"deleting": 300.0},
    ],
)
def test_a_run_agrees_however_slow_the_service_is(slow: dict[str, float]) -> None:
    world = World()
    world.model.behaviour.change(slow)
    assert [name for name, verdict in world.run().verdicts().items() if verdict != AGREES] == []


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("is_update_accepted_while_importing", "UpdatePackage"),
        ("what_does_a_second_delete_say", "DeletePackage"),
        ("is_delete_accepted_of_an_associated_package", "DeletePackage"),
    ],
)
def test_that_a_package_is_not_found_answers_no_question_about_it(name: str, operation: str) -> None:
    world = World()
    gone = Fault(operation, "error", code="ValidationException", message="Package not found.", status=400, times=1)
    gone.skip = 0 if name.startswith("is_delete") else 1
    world.model.behaviour.faults = [gone]
    report = world.run({name: QUESTIONS[name]})
    assert report.verdicts() == {name: "open"}
    assert "not found" in report.data["answers"][name]["evidence"]


def test_that_some_signs_are_refused_says_nothing_of_how_they_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = PackagesModel.call

    def call(self: PackagesModel, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        if not parameters.get("PackageDescription", "").isascii():
            raise ServiceError("ValidationException", "failed to satisfy constraint")
        return plain(self, operation, parameters)

    monkeypatch.setattr(PackagesModel, "call", call)
    name = "how_is_the_length_of_a_description_counted"
    assert World().run({name: QUESTIONS[name]}).verdicts() == {name: "open"}


@pytest.mark.parametrize(("field", "other"), SWITCHES)
def test_another_answer_differs_in_the_row_that_it_concerns_and_in_no_other(field: str, other: Any) -> None:
    world = World()
    world.model.behaviour.change({field: other})
    report = world.run()
    differing = [name for name, verdict in report.verdicts().items() if verdict == DIFFERS]
    assert differing == [SETTLED[field]]
    seen = report.data["answers"][SETTLED[field]]["seen"]
    assert seen == pytest.approx(other, rel=0.2) if isinstance(other, int) else seen == other
    assert world.model.own_packages() == []
