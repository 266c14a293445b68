"""What a resource type can do, and what is said of a type that nobody serves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from lambda_handler.cloudformation.request import Request
from lambda_handler.cloudformation.unknown_type import unknown_type
from lambda_handler.errors import RequestFailedError


@dataclass(frozen=True)
class Outcome:
    """What a request that succeeded tells CloudFormation: the physical id, and what `Fn::GetAtt` gives."""

    physical_id: str
    attributes: dict[str, str] = field(default_factory=dict)


class ResourceHandler(Protocol):
    """What a resource type can do."""

    def create(self, request: Request) -> Outcome:
        """Serve a Create."""

    def update(self, request: Request) -> Outcome:
        """Serve an Update."""

    def delete(self, request: Request) -> Outcome:
        """Serve a Delete."""

    def finish(self, request: Request) -> None:
        """Remove what only the work on the request needed: it has ended, well or not, in this invocation."""


class UnknownResourceType:
    """Serves requests of a type that this provider does not know: a mistake in the template.

    Args:
        known: the types that it does know.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._known = known

    def create(self, request: Request) -> Outcome:
        """Say which types there are."""
        request.claim_nothing()
        raise RequestFailedError(unknown_type(request.resource_type, self._known))

    update = create

    def delete(self, request: Request) -> Outcome:
        """Succeed where the Create has failed here or was cancelled: then the id is ours or CloudFormation's own."""
        if request.has_no_real_id:
            return Outcome(request.physical_id)
        return self.create(request)

    def finish(self, request: Request) -> None:
        """Nothing was begun."""
