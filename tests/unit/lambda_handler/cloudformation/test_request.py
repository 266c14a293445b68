"""A request: one CloudFormation event, or what is said of an event that is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lambda_handler.cloudformation.request import CONTINUATION, Request, continued, problem_of
from tests.unit.lambda_handler.deliveries import deliver_once
from tests.unit.lambda_handler.harness import STACK_ID, Cloud, FakeClock
from tests.unit.lambda_handler.plain_requests import ACCOUNT, EVENT, make_request

UPDATE = EVENT | {"RequestType": "Update", "PhysicalResourceId": "F1", "OldResourceProperties": {"a": "c"}}
UNDATED = {"ResponseURL": "https://host/path"}


def read_after(seconds: float, event: dict[str, Any]) -> Request:
    """The request, as an invocation reads it so long after it was signed."""
    return make_request(seconds, **event)


def told_by(request: Request) -> dict[str, Any]:
    """All that an event says."""
    return {name: value for name, value in vars(request).items() if name not in ("deadline", "fence")} | {
        "started": request.deadline.started,
        "expires": request.deadline.expires,
    }


class TestAnEvent:
    @pytest.mark.parametrize("event", [EVENT, UPDATE, EVENT | {"ResourceProperties": None}, EVENT | {"more": "x"}])
    def test_of_cloudformation_has_no_problem(self, event: dict[str, Any]) -> None:
        assert problem_of(event) == ""

    @pytest.mark.parametrize("event", [None, "text", 7, [EVENT]])
    def test_has_to_be_a_map(self, event: object) -> None:
        assert problem_of(event) == "it is no map"

    @pytest.mark.parametrize(
        "name", ["RequestType", "ResponseURL", "StackId", "RequestId", "ResourceType", "LogicalResourceId"]
    )
    @pytest.mark.parametrize("value", [None, "", 7, {"a": "b"}], ids=repr)
    def test_has_to_have_what_every_request_has(self, name: str, value: object) -> None:
        assert problem_of(EVENT | {name: value}) == f"{name} missing"

    def test_is_told_everything_that_is_missing_at_once(self) -> None:
        assert problem_of({"RequestType": "Create"}) == (
            "ResponseURL, StackId, RequestId, ResourceType, LogicalResourceId missing"
        )

    def test_has_to_be_of_a_known_kind(self) -> None:
        assert problem_of(EVENT | {"RequestType": "Replace"}) == "RequestType must be one of Create, Update, Delete"

    @pytest.mark.parametrize("missing", ["StackId", "RequestId", "LogicalResourceId", "RequestType", "ResourceType"])
    def test_that_is_malformed_is_told_so_where_there_is_a_url(self, cloud: Cloud, missing: str) -> None:
        event = cloud.event("Create", cloud.dictionary())
        del event[missing]
        deliver_once(cloud, event)
        [(_, body)] = cloud.puts
        told = json.loads(body)
        assert told["Status"] == "FAILED"
        assert told["Reason"].startswith(f"this is no request of CloudFormation: {missing} missing")
        assert told["PhysicalResourceId"].startswith("not-known-")
        assert cloud.model.calls == []


class TestWhatIsRead:
    def test_of_an_update(self) -> None:
        request = read_after(5, UPDATE)
        assert (request.kind, request.resource_type, request.physical_id) == ("Update", "Custom::Thing", "F1")
        assert (request.properties, request.old_properties) == ({"a": "b"}, {"a": "c"})
        assert (request.owner.stack_id, request.owner.logical_id) == (STACK_ID, "Synonyms")
        assert request.owner.request_id == "request-1"
        assert (request.account, request.invocations, request.continuation) == (ACCOUNT, 0, {})
        assert request.is_dated
        assert request.deadline.age == 5

    def test_of_a_create_has_no_physical_id_whatever_the_event_says(self) -> None:
        assert read_after(0, EVENT | {"PhysicalResourceId": "F1"}).physical_id == ""

    @pytest.mark.parametrize("junk", [None, "text", 7, ["a"]])
    def test_of_properties_that_are_no_map_is_nothing(self, junk: object) -> None:
        request = read_after(0, UPDATE | {"ResourceProperties": junk, "OldResourceProperties": junk})
        assert (request.properties, request.old_properties) == ({}, {})

    @pytest.mark.parametrize(
        "url",
        [
            "https://host/path",
            "https://host/path?X-Amz-Date=yesterday",
            "https://host/path?X-Amz-Date=20279999T000000Z",
            "not a url",
            "https://[::1/path",
        ],
    )
    def test_of_a_url_that_does_not_say_when_it_was_signed_counts_from_now(self, url: str) -> None:
        request = read_after(5, EVENT | {"ResponseURL": url})
        assert not request.is_dated
        assert request.deadline.age == 0

    def test_of_a_url_that_was_signed_in_the_future_counts_from_now(self) -> None:
        assert read_after(-30, EVENT).deadline.age == 0


class TestTheIdOfAFailure:
    def test_is_what_a_create_has_claimed(self) -> None:
        request = read_after(0, EVENT)
        assert request.physical_id_of_a_failure.startswith("not-known-")
        request.claim_nothing()
        assert request.physical_id_of_a_failure.startswith("nothing-was-created-")
        request.claim("F1")
        assert request.physical_id_of_a_failure == "F1"
        request.claim_unknown()
        assert request.physical_id_of_a_failure.startswith("not-known-")

    @pytest.mark.parametrize("kind", ["Update", "Delete"])
    def test_is_the_one_that_any_other_request_came_with(self, kind: str) -> None:
        request = read_after(0, UPDATE | {"RequestType": kind})
        request.claim("F2")
        assert request.physical_id_of_a_failure == "F1"

    def test_is_never_empty(self) -> None:
        assert read_after(0, UPDATE | {"PhysicalResourceId": None}).physical_id_of_a_failure.startswith("not-known-")


class TestComingAfter:
    MADE = datetime(2027, 1, 1, tzinfo=UTC)

    @pytest.mark.parametrize(("seconds", "after"), [(61, True), (59, False), (-61, False)])
    def test_is_told_when_clocks_cannot_be_the_reason(self, seconds: float, after: bool) -> None:
        assert read_after(600, EVENT).came_after(self.MADE - timedelta(seconds=seconds)) == after

    def test_is_never_told_of_a_request_without_a_date(self) -> None:
        assert not read_after(600, EVENT | UNDATED).came_after(self.MADE - timedelta(days=1))

    def test_is_never_told_of_an_unknown_moment(self) -> None:
        assert not read_after(600, EVENT).came_after(None)


class TestAContinuation:
    def test_arrives_as_it_was_sent(self) -> None:
        first = read_after(5, EVENT | UNDATED)
        first.waited_for, first.continuation = "the import", {"any": ["thing"]}
        first.claim("F1")
        event = json.loads(json.dumps(continued(EVENT | UNDATED, first)))
        second = read_after(905, event)
        assert second.deadline.started == first.deadline.started
        assert (second.invocations, second.waited_for, second.claimed) == (1, "the import", "F1")
        assert second.continuation == {"any": ["thing"]}
        assert read_after(1805, continued(event, second)).invocations == 2

    def test_does_not_change_the_event(self) -> None:
        event = continued(UPDATE, read_after(5, UPDATE))
        assert {name: value for name, value in event.items() if name != CONTINUATION} == UPDATE

    @pytest.mark.parametrize("junk", [None, "text", 7, ["a"], {}], ids=repr)
    def test_that_makes_no_sense_is_as_good_as_none(self, junk: object) -> None:
        request = read_after(5, EVENT | UNDATED | {CONTINUATION: junk})
        assert told_by(request) == told_by(read_after(5, EVENT | UNDATED))

    @pytest.mark.parametrize(
        ("name", "junk"),
        [
            ("Started", "soon"),
            ("Started", -1),
            ("Started", 1e12),
            ("Started", None),
            ("Started", float("nan")),
            ("Invocations", "3"),
            ("Invocations", -3),
            ("Invocations", 1.5),
            ("WaitedFor", 7),
            ("Claimed", {"a": "b"}),
            ("Claimed", ""),
            ("State", "text"),
            ("Unknown", "text"),
        ],
    )
    def test_one_of_whose_values_makes_no_sense_is_as_good_as_without_it(self, name: str, junk: object) -> None:
        request = read_after(5, EVENT | UNDATED | {CONTINUATION: {name: junk}})
        assert told_by(request) == told_by(read_after(5, EVENT | UNDATED))

    def test_cannot_make_a_request_younger_than_its_url_says(self) -> None:
        started = FakeClock().now() + 600
        assert read_after(600, EVENT | {CONTINUATION: {"Started": started}}).deadline.age == 600
