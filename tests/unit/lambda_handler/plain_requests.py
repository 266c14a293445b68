"""Requests that no function serves, for tests of what works on them."""

from __future__ import annotations

from typing import Any

from lambda_handler.cloudformation.request import Request, read
from lambda_handler.cloudformation.stacks import Stacks
from tests.support.stacks import StackBook
from tests.unit.lambda_handler.harness import STACK_ID, Context, FakeClock

ACCOUNT = "000000000000"
EVENT: dict[str, Any] = {
    "RequestType": "Create",
    "RequestId": "request-1",
    "StackId": STACK_ID,
    "LogicalResourceId": "Synonyms",
    "ResourceType": "Custom::Thing",
    "ResponseURL": "https://bucket.s3.amazonaws.com/response?X-Amz-Date=20270101T000000Z&X-Amz-Signature=x",
    "ResourceProperties": {"a": "b"},
}


def make_request(age: float = 0, **event: Any) -> Request:
    """The request in an event, as an invocation reads it so many seconds after it was signed."""
    clock = FakeClock()
    clock.time += age
    stacks = Stacks(lambda: StackBook(clock))
    return read(EVENT | event, clock=clock, remaining=900, function_arn=Context.invoked_function_arn, stacks=stacks)
