"""What Lambda calls: the function, with one resource handler for each resource type."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from lambda_handler.cloudformation.deadline import Clock, SystemClock
from lambda_handler.cloudformation.function import LambdaContext
from lambda_handler.cloudformation.handlers import ResourceHandler, UnknownResourceType
from lambda_handler.cloudformation.invocation import Invocation
from lambda_handler.cloudformation.response import put_over_https
from lambda_handler.cloudformation.stacks import Stacks

Invoke = Callable[[str, dict[str, Any]], None]
Put = Callable[[str, bytes], int]


class CustomResource:
    """The function: one resource handler for each resource type.

    Args:
        invoke: invokes a function, given its ARN, with an event, and does not wait for it.
        stacks: what CloudFormation tells of stacks.
        clock: the time.
        put: sends a response to a URL and gives the HTTP status.
    """

    def __init__(
        self, invoke: Invoke, stacks: Stacks, *, clock: Clock | None = None, put: Put = put_over_https
    ) -> None:
        self._handlers: dict[str, Callable[[], ResourceHandler]] = {}
        self.invoke = invoke
        self.stacks = stacks
        self.clock = clock or SystemClock()
        self.put = put
        self.start_failure: Exception | None = None

    def register(self, resource_type: str, handler: ResourceHandler) -> None:
        """Have requests for `resource_type` served by `handler`."""
        self.register_later(resource_type, lambda: handler)

    def register_later(self, resource_type: str, make: Callable[[], ResourceHandler]) -> None:
        """Have requests for `resource_type` served by what `make` makes, which is called when the first one comes."""
        self._handlers[resource_type] = cache(make)

    def init_failure(self, error: Exception) -> None:
        """Tell every request that the function could not start, and why."""
        self.start_failure = error

    def handler_of(self, resource_type: str) -> ResourceHandler:
        """What serves the resource type."""
        make = self._handlers.get(resource_type)
        return make() if make else UnknownResourceType(self._handlers)

    def __call__(self, event: dict[str, Any], context: LambdaContext) -> None:
        """Serve one request.

        Raises:
            ResponseNotDeliveredError: CloudFormation could not be told. Lambda then delivers the request once more.
        """
        Invocation(self, event, context).run()
