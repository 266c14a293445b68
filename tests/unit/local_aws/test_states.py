"""What the local CloudFormation tells of custom resources while their requests run."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.cloudformation.playing import Playing
from local_aws.cloudformation.states import ResourceStates

STACK = "arn:aws:cloudformation:us-east-1:000000000000:stack/shop/1"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, as a list of one number."""
    now = [1_000_000.0]
    monkeypatch.setattr("local_aws.cloudformation.states.time.time", lambda: now[0])
    return now


@pytest.fixture
def states() -> ResourceStates:
    return ResourceStates(Playing())


def event(kind: str, physical_id: str = "") -> dict[str, Any]:
    named = {"StackId": STACK, "LogicalResourceId": "Synonyms", "ResourceType": "Custom::OpenSearchPackage"}
    return {**named, "RequestType": kind, **({"PhysicalResourceId": physical_id} if physical_id else {})}


def told(states: ResourceStates) -> tuple[str, float, str]:
    state = states.of(STACK, "Synonyms")
    assert state is not None
    return state.status, state.since, state.physical_id


def test_a_life_is_told_step_by_step(states: ResourceStates, clock: list[float]) -> None:
    steps = [
        ("Create", "", "F1", "CREATE"),
        ("Update", "F1", "F1", "UPDATE"),
        ("Update", "F1", "F1", "UPDATE"),  # the rollback: since when it is in progress differs
        ("Delete", "F1", "F1", "DELETE"),
    ]
    for kind, before, after, verb in steps:
        clock[0] += 10
        states.begin(event(kind, before))
        assert told(states) == (f"{verb}_IN_PROGRESS", clock[0], before)
        clock[0] += 10
        states.end(event(kind, before), {"Status": "SUCCESS", "PhysicalResourceId": after})
        assert told(states) == (f"{verb}_COMPLETE", clock[0], after)


def test_a_failure_and_a_cancelled_create_are_told(states: ResourceStates, clock: list[float]) -> None:
    states.begin(event("Create"))
    states.end(event("Create"), {"Status": "FAILED"})
    assert told(states) == ("CREATE_FAILED", clock[0], "")
    states.begin(event("Delete", "shop-Synonyms-1A2B"))
    assert told(states)[0] == "DELETE_IN_PROGRESS"


def test_the_clean_up_after_a_replacement_is_not_about_the_resource(states: ResourceStates, clock: list[float]) -> None:
    states.begin(event("Update", "F1"))
    states.end(event("Update", "F1"), {"Status": "SUCCESS", "PhysicalResourceId": "F2"})
    states.begin(event("Delete", "F1"))
    assert told(states) == ("UPDATE_COMPLETE", clock[0], "F2")


def test_what_is_told_may_lag_behind(states: ResourceStates, clock: list[float]) -> None:
    states.playing.describe_lag = 5
    states.begin(event("Create"))
    clock[0] += 10
    states.end(event("Create"), {"Status": "SUCCESS", "PhysicalResourceId": "F1"})
    assert told(states)[0] == "CREATE_IN_PROGRESS"
    clock[0] += 5
    assert told(states)[0] == "CREATE_COMPLETE"


def test_of_other_resources_nothing_is_known(states: ResourceStates) -> None:
    assert states.of(STACK, "Bucket") is None
