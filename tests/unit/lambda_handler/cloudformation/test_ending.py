"""An invocation ends once, says what it knows, and never takes from the next one what that needs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from lambda_handler.cloudformation.handlers import Outcome
from lambda_handler.cloudformation.once import briefly
from lambda_handler.cloudformation.request import Request
from lambda_handler.cloudformation.response import ResponseNotDeliveredError
from tests.support.responses import Response
from tests.support.watchdogs import Watchdog
from tests.unit.lambda_handler.harness import Cloud, Context


class Counted:
    """A resource type that counts how often it may clean up."""

    def __init__(self, serve: Any, finish: Any = lambda: None) -> None:
        self.finished = 0
        self._serve, self._finish = serve, finish

    def create(self, request: Request) -> Outcome:
        outcome: Outcome = self._serve(request)
        return outcome

    update = delete = create

    def finish(self, request: Request) -> None:
        self.finished += 1
        if self.finished == 1:
            self._finish()


def test_a_clean_up_that_hangs_does_not_turn_a_success_into_a_failure(cloud: Cloud, watchdogs: list[Watchdog]) -> None:
    def hang() -> None:
        watchdogs[-1].fire()

    hanging = Counted(lambda _: Outcome("F1"), finish=hang)
    cloud.resource.register("Custom::Any", hanging)
    response = cloud.send("Create", {}, ResourceType="Custom::Any")
    assert (response.status, response.physical_id) == ("SUCCESS", "F1")


@pytest.mark.parametrize("outcome", [Outcome("F1"), ValueError("no")], ids=["success", "failure"])
def test_cloudformation_hears_before_anything_is_cleaned_up(cloud: Cloud, outcome: Outcome | ValueError) -> None:
    heard: list[int] = []

    def serve(_: Request) -> Outcome:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    tidy = Counted(serve, finish=lambda: heard.append(len(cloud.puts)))
    cloud.resource.register("Custom::Any", tidy)
    cloud.send("Create", {}, ResourceType="Custom::Any")
    assert (heard, tidy.finished) == ([1], 1)


def test_after_the_watchdog_has_continued_nothing_is_cleaned_up(cloud: Cloud, watchdogs: list[Watchdog]) -> None:
    """The next invocation may be importing the copy that a clean-up would remove."""

    def hang(_: Request) -> Outcome:
        watchdogs[-1].fire()
        raise ValueError("the call has come to an end after all")

    hanging = Counted(hang)
    cloud.resource.register("Custom::Any", hanging)
    cloud.continued = []
    cloud.resource(cloud.event("Create", {}, ResourceType="Custom::Any"), Context(cloud.clock, cloud.clock.now() + 900))
    assert (len(cloud.continued), cloud.puts, hanging.finished) == (1, [], 0)


@pytest.mark.parametrize("error", [ReadTimeoutError(endpoint_url="https://lambda"), "ServiceException"])
def test_an_invocation_that_does_not_know_whether_it_is_continued_lets_lambda_repeat_it(
    cloud: Cloud, error: Any
) -> None:
    """A response would come beside the one of the invocation that may be under way."""
    invoke = cloud.resource.invoke
    status = {"ResponseMetadata": {"HTTPStatusCode": 500}}
    failure = error if isinstance(error, Exception) else ClientError({"Error": {"Code": error}, **status}, "Invoke")  # type: ignore[typeddict-item]

    def lose_the_response(function_arn: str, event: dict[str, Any]) -> None:
        invoke(function_arn, event)
        raise failure

    cloud.resource.invoke = lose_the_response
    cloud.model.behaviour.copying = 100
    event = cloud.event("Create", cloud.dictionary())
    cloud.continued = []
    with pytest.raises(ResponseNotDeliveredError, match="nobody knows whether it continues"):
        cloud.resource(json.loads(json.dumps(event)), Context(cloud.clock, cloud.clock.now() + 30))
    assert cloud.puts == []
    cloud.resource.invoke = invoke
    responses = [cloud.deliver(cloud.continued.pop()), cloud.deliver(event)]
    assert {(one.status, one.physical_id) for one in responses} == {("SUCCESS", cloud.package_ids()[0])}
    assert cloud.writes() == ["CreatePackage"]


def test_where_lambda_has_no_time_to_repeat_it_the_response_is_a_failure_with_the_id(cloud: Cloud) -> None:
    def lose_the_response(function_arn: str, event: dict[str, Any]) -> None:
        raise ReadTimeoutError(endpoint_url="https://lambda")

    cloud.resource.invoke = lose_the_response
    cloud.model.behaviour.copying = 1000
    event = cloud.event("Create", cloud.dictionary(ServiceTimeout=120))
    cloud.resource(json.loads(json.dumps(event)), Context(cloud.clock, cloud.clock.now() + 60))
    [body] = [body for _, body in cloud.puts]
    response = Response.parse(body)
    assert (response.status, response.physical_id) == ("FAILED", cloud.package_ids()[0])


def test_throttled_continuing_is_tried_again(cloud: Cloud) -> None:
    invoke = cloud.resource.invoke
    refused: list[str] = []

    def throttle_twice(function_arn: str, event: dict[str, Any]) -> None:
        if len(refused) < 2:
            refused.append(function_arn)
            raise ClientError({"Error": {"Code": "TooManyRequestsException", "Message": "no"}}, "Invoke")
        invoke(function_arn, event)

    cloud.resource.invoke = throttle_twice
    cloud.model.behaviour.copying = 1000
    assert cloud.create(cloud.dictionary()).status == "SUCCESS"
    assert len(refused) == 2


def test_what_goes_wrong_in_a_thread_is_raised_where_it_is_waited_for() -> None:
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        briefly(fail, 5)
