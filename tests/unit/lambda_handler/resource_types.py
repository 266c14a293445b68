"""Resource types for tests of the CloudFormation side, which knows none."""

from __future__ import annotations

from collections.abc import Callable

from lambda_handler.cloudformation.handlers import Outcome
from lambda_handler.cloudformation.request import Request


class ServedBy:
    """A resource type all of whose requests are served by one function."""

    def __init__(self, serve: Callable[[Request], Outcome]) -> None:
        self._serve = serve

    def create(self, request: Request) -> Outcome:
        return self._serve(request)

    update = delete = create

    def finish(self, request: Request) -> None:
        """Nothing was staged."""
