"""Calls to AWS: not too many a second, repeated where AWS throttles, and recorded as they went."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from botocore import xform_name
from botocore.exceptions import ClientError, HTTPClientError
from botocore.parsers import ResponseParserError

from verification.redaction import Redaction

THROTTLES = ("ThrottlingException", "Throttling", "TooManyRequestsException", "SlowDown", "RequestLimitExceeded")
DENIALS = ("AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "403", "Forbidden")
ATTEMPTS = 6
# The IAM actions that are not named after their operation.
OTHER_ACTIONS = {"s3:HeadBucket": "s3:ListBucket", "s3:ListObjectsV2": "s3:ListBucket"}
ACTION_PREFIXES = {"opensearch": "es", "s3": "s3"}


class Clock(Protocol):
    """The time, and waiting."""

    def now(self) -> float:
        """Seconds since the epoch."""

    def sleep(self, seconds: float) -> None:
        """Let time pass."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)


@dataclass(frozen=True)
class Pace:
    """How fast a run goes, in seconds.

    Attributes:
        between_calls: the least time between two calls.
        settling: after a write, how long what is read may still be older; nothing that is read earlier is believed.
        between_looks: the time between two looks at something that is waited for.
        longest_wait: how long one thing is waited for.
    """

    between_calls: float = 0.25
    settling: float = 10.0
    between_looks: float = 5.0
    longest_wait: float = 1200.0

    def times(self, factor: float) -> Pace:
        """The same, so much faster or slower; a local AWS needs less time."""
        return Pace(*(factor * one for one in (self.between_calls, self.settling, self.between_looks)))


class DeniedError(Exception):
    """AWS denies an action to the caller."""

    def __init__(self, action: str, words: str) -> None:
        super().__init__(f"{action} is denied: {words}")
        self.action = action


def action_of(service: str, operation: str) -> str:
    """The IAM action that allows an operation."""
    named = f"{ACTION_PREFIXES[service]}:{operation}"
    return OTHER_ACTIONS.get(named, named)


def code_of(error: ClientError) -> str:
    """The error's code."""
    return str(error.response["Error"].get("Code", ""))


def words_of(error: ClientError) -> str:
    """The error's message."""
    return str(error.response["Error"].get("Message", ""))


class Calls:
    """Makes calls with boto3's clients.

    Attributes:
        clock: the time.
        pace: how fast.
        record: the calls so far, with what AWS answered, redacted.
        redaction: takes out what must not be told.
    """

    def __init__(
        self, clients: Mapping[str, Any], clock: Clock, pace: Pace, redaction: Redaction, account: str
    ) -> None:
        self.clock = clock
        self.pace = pace
        self.record: list[dict[str, Any]] = []
        self._clients = clients
        self.redaction = redaction
        self._account = account
        self._next = 0.0

    def make(
        self, service: str, operation: str, parameters: Mapping[str, Any], between: float | None = None
    ) -> dict[str, Any]:
        """Make a call, again while AWS throttles it. Raises `ClientError`."""
        for attempt in range(1, ATTEMPTS):
            try:
                return self.make_once(service, operation, parameters, between)
            except ClientError as error:
                if code_of(error) not in THROTTLES:
                    raise
                self.clock.sleep(self.pace.between_calls * 2**attempt)
        return self.make_once(service, operation, parameters, between)

    def make_once(
        self, service: str, operation: str, parameters: Mapping[str, Any], between: float | None = None
    ) -> dict[str, Any]:
        """Make a call once. Raises `ClientError`."""
        if service == "s3" and operation != "CreateBucket":
            # The bucket's name can be worked out, so somebody else may have taken it: S3 then refuses.
            parameters = {**parameters, "ExpectedBucketOwner": self._account}
        self.clock.sleep(max(self._next - self.clock.now(), 0.0))
        self._next = self.clock.now() + (self.pace.between_calls if between is None else between)
        entry: dict[str, Any] = {
            "at": self.clock.now(),
            "operation": operation,
            "parameters": self.redaction.of_parameters(parameters),
        }
        self.record.append(entry)
        method = getattr(self._clients[service], xform_name(operation))
        try:
            answer: dict[str, Any] = method(**parameters)
        except ClientError as error:
            entry["error"] = {"code": code_of(error), "message": self.redaction.of_text(words_of(error))}
            raise
        except (
            ResponseParserError
        ) as error:  # a proxy has answered, say; of botocore's errors it alone is no BotoCoreError
            raise HTTPClientError(error=error) from error
        entry["answer"] = self.redaction.of_answer(answer)
        return answer

    def needed(self, service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Make a call without which a run cannot go on. Raises `DeniedError`, and `ClientError` for the rest."""
        try:
            return self.make(service, operation, parameters)
        except ClientError as error:
            if code_of(error) in DENIALS:
                raise DeniedError(action_of(service, operation), words_of(error)) from error
            raise
