"""Until when a request can be worked on, and the clock that tells."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

DEFAULT_SERVICE_TIMEOUT = 3600
LONGEST_NUMBER = 100  # digits; Python refuses to read numbers of more than 4,300
# Responses are due this much before ServiceTimeout ends, or a tenth of it if that is less.
LONGEST_MARGIN = 60.0
SHORTEST_MARGIN = 2.0
# A further invocation is worth while when at least this much time is left. One that comes late still responds well.
SHORTEST_INVOCATION = 1.0
# What an invocation keeps of its own time for the response: a tenth, but never more than this.
LONGEST_RESERVE = 10.0


class Clock(Protocol):
    """The time, and a way to let it pass."""

    def now(self) -> float:
        """Seconds since the epoch."""

    def sleep(self, seconds: float) -> None:
        """Let that many seconds pass."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Block for that many seconds."""
        time.sleep(seconds)


class DeadlineExceeded(Exception):  # noqa: N818 - the name that the field uses
    """The time ended before the work did. The text says what was waited for, and what was seen last."""


@dataclass(frozen=True)
class Deadline:
    """The moments that limit the work on a request. All are seconds since the epoch.

    Attributes:
        clock: the time.
        started: when the request was made.
        invocation_ends: when Lambda ends this invocation.
        work_until: until when this invocation can work on it.
        respond_by: until when any invocation can work on it.
        expires: when CloudFormation stops waiting for the response.
    """

    clock: Clock
    started: float
    invocation_ends: float
    work_until: float
    respond_by: float
    expires: float

    @classmethod
    def of(cls, clock: Clock, *, started: float, timeout: float, remaining: float) -> Deadline:
        """The deadline of an invocation.

        Args:
            clock: the time.
            started: when the request was made.
            timeout: ServiceTimeout, in seconds.
            remaining: seconds until Lambda ends the invocation.
        """
        invocation_ends = clock.now() + remaining
        respond_by = started + timeout - _margin(timeout)
        return cls(
            clock=clock,
            started=started,
            invocation_ends=invocation_ends,
            work_until=min(respond_by, invocation_ends - min(LONGEST_RESERVE, remaining / 10)),
            respond_by=respond_by,
            expires=started + timeout,
        )

    @property
    def age(self) -> float:
        """Seconds since the request was made."""
        return self.clock.now() - self.started

    @property
    def timeout(self) -> float:
        """ServiceTimeout, in seconds."""
        return self.expires - self.started

    @property
    def is_over(self) -> bool:
        """Whether this invocation can begin nothing any more."""
        return self.clock.now() >= self.work_until

    @property
    def has_expired(self) -> bool:
        """Whether CloudFormation has stopped waiting."""
        return self.clock.now() >= self.expires

    @property
    def allows_another_invocation(self) -> bool:
        """Whether a further invocation could continue when this one ends now."""
        return self.clock.now() + SHORTEST_INVOCATION < self.respond_by

    def check(self) -> None:
        """Refuse to begin anything when the time is over.

        Raises:
            DeadlineExceeded: it is.
        """
        if self.is_over:
            raise DeadlineExceeded("the request came too late to begin anything; deploy again")


def service_timeout(properties: dict[str, object]) -> float:
    """ServiceTimeout in seconds; one that CloudFormation would not take is the business of the resource type."""
    text = str(properties.get("ServiceTimeout", ""))
    return float(read_service_timeout(text) or DEFAULT_SERVICE_TIMEOUT)


def read_service_timeout(text: str) -> int | None:
    """The seconds that a ServiceTimeout says; None for one that CloudFormation would not take."""
    seconds = int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else 0
    return seconds if 1 <= seconds <= DEFAULT_SERVICE_TIMEOUT else None


def _margin(timeout: float) -> float:
    """How long before the end of ServiceTimeout the response is due."""
    return max(min(LONGEST_MARGIN, timeout / 10), min(SHORTEST_MARGIN, timeout / 2))
