"""What an invocation needs of Lambda, and of the function whose call it is."""

from __future__ import annotations

from typing import Any, Protocol

from lambda_handler.cloudformation.deadline import Clock
from lambda_handler.cloudformation.handlers import ResourceHandler
from lambda_handler.cloudformation.stacks import Stacks


class LambdaContext(Protocol):
    """What is used of Lambda's context object."""

    log_stream_name: str
    invoked_function_arn: str

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the invocation."""


class Function(Protocol):
    """What an invocation needs of the function whose call it is."""

    clock: Clock
    stacks: Stacks
    start_failure: Exception | None

    def handler_of(self, resource_type: str) -> ResourceHandler:
        """What serves the resource type."""

    def invoke(self, function_arn: str, event: dict[str, Any]) -> None:
        """Invoke a function, and do not wait for it."""

    def put(self, url: str, body: bytes) -> int:
        """Send a response, and give the HTTP status."""
