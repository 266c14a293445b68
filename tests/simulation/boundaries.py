"""Call boundaries: every point where the function leaves itself, and what can go wrong there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from botocore.exceptions import ClientError, ConnectionClosedError

from tests.support.processes import Killed

T = TypeVar("T")

RESPONSE, CONTINUE = "PUT of the response", "continuation"
S3_OPERATIONS = ("HeadObject", "CopyObject", "PutObject", "DeleteObject", "ListObjectVersions")


class HttpStatus(Exception):  # noqa: N818 - a response rather than an error
    """The response to a PUT, where it is not 200."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong with one call.

    Attributes:
        how: `killed`, `throttled`, `500`, `cut` or `denied`.
        applied: whether the call had its effect before the fault.
    """

    how: str
    applied: bool

    def __str__(self) -> str:
        return f"{self.how} {'after' if self.applied else 'before'} it was applied"

    def strike(self, operation: str) -> BaseException:
        """What the caller meets."""
        if self.how == "killed":
            return Killed(operation)
        if operation == RESPONSE:
            # The worst text that an error could have: ours may carry none of it on.
            cut = ConnectionResetError("https://bucket.s3.amazonaws.com/?X-Amz-Signature=secret-signature")
            return cut if self.how == "cut" else HttpStatus(503 if self.how == "throttled" else 500)
        if self.how == "cut":
            return ConnectionClosedError(endpoint_url="https://aws.example")
        code, status = self._code(operation)
        return ClientError(
            {"Error": {"Code": code, "Message": "of the simulator"}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
            operation,
        )

    def _code(self, operation: str) -> tuple[str, int]:
        if self.how == "denied":
            return ("403" if operation == "HeadObject" else "AccessDenied", 403)
        if operation == "HeadObject":  # its responses have no body, so botocore tells the status
            return ("503", 503) if self.how == "throttled" else ("500", 500)
        if operation in S3_OPERATIONS:
            return ("SlowDown", 503) if self.how == "throttled" else ("InternalError", 500)
        if operation == CONTINUE:
            return ("TooManyRequestsException", 429) if self.how == "throttled" else ("ServiceException", 500)
        return ("ThrottlingException", 400) if self.how == "throttled" else ("InternalException", 500)


FAULTS = (
    Fault("killed", applied=False),
    Fault("throttled", applied=False),
    Fault("500", applied=False),
    Fault("cut", applied=False),
    Fault("killed", applied=True),
    Fault("500", applied=True),
    Fault("cut", applied=True),
)
# What IAM says to each call of an operation that the role may not make.
DENIED = Fault("denied", applied=False)


class Boundaries:
    """Counts the calls of the function and lets the planned ones go wrong.

    Attributes:
        crossed: the calls since the last plan.
        struck: the operations that have gone wrong since.
        refused: the operations that have ever been denied.
    """

    def __init__(self) -> None:
        self.crossed: list[str] = []
        self.struck: set[str] = set()
        self._planned: dict[int, Fault] = {}
        self._denied = ""
        self.refused: set[str] = set()

    def plan(self, faults: dict[int, Fault], denied: str = "") -> None:
        """Count from zero again, and let these calls go wrong, and each call of an operation that is denied."""
        self.crossed, self.struck = [], set()
        self._planned, self._denied = dict(faults), denied

    def cross(self, operation: str, apply: Callable[[], T]) -> T:
        """Make a call, or meet its fault."""
        fault = self._planned.pop(len(self.crossed), DENIED if operation == self._denied else None)
        self.crossed.append(operation)
        if fault is None:
            return apply()
        self.struck.add(operation)
        if fault is DENIED:
            self.refused.add(operation)
        if fault.applied:
            with suppress(ClientError):  # an error is a response too, and this one gets lost
                apply()
        raise fault.strike(operation)
