"""Reconciling: one step after the other until the world is as desired, within a deadline.

Transient errors are retried. So is a refused access while a new grant may still be spreading.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from lambda_handler.cloudformation.deadline import Deadline, DeadlineExceeded
from lambda_handler.errors import (
    CALL_ERRORS,
    RequestFailedError,
    describe,
    is_access_denied,
    is_throttled,
    is_transient,
)

# What is promised: CloudFormation hears of a stable status within 1 s, or a tenth of the time waited if that is more,
# and within 15 s at the most. From ten seconds on a closer look would cost more calls than it is worth.
SOONEST, SHARE, LATEST = 1.0, 0.1, 10.0
# What of that the response needs beyond what a look does: it connects anew. In seconds.
RESERVE = 0.05
# Where calls are slow, in seconds.
SHORTEST_PAUSE = 0.2
# Where they are throttled, about.
LONGEST_WHILE_THROTTLED = 5.0
# How long IAM may take until a new grant works everywhere.
GRANTS_SPREAD_WITHIN = 60.0

T = TypeVar("T")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pending:
    """What a step returns when it is not finished: what it waits for, and what was seen last."""

    awaited: str
    seen: str


@dataclass
class Grace:
    """Puts up with something for a while, from when it is first met. A continuation carries it.

    Attributes:
        seconds: for how long.
        since: when it was met first, in seconds since the epoch; zero where it was not.
        last: when it was met last.
    """

    seconds: float
    since: float = 0.0
    last: float = 0.0

    def meet(self, now: float) -> None:
        """Note that it is there. What was not met for longer than that begins anew."""
        if not self.since or now - self.last > self.seconds:
            self.since = now
        self.last = now

    @property
    def is_met(self) -> bool:
        """Whether it has ever been there."""
        return bool(self.since)

    @property
    def is_over(self) -> bool:
        """Whether it was still there after that while."""
        return self.last - self.since > self.seconds


def grants_may_be_spreading(deadline: Deadline) -> bool:
    """Whether a refused access may still be a grant that has not reached everywhere."""
    return deadline.age < GRANTS_SPREAD_WITHIN


def is_retryable(error: Exception, deadline: Deadline) -> bool:
    """Whether the same step may succeed later."""
    return is_transient(error) or (is_access_denied(error) and grants_may_be_spreading(deadline))


def is_impossible_for_good(error: Exception, deadline: Deadline) -> bool:
    """Whether AWS refuses a look, or cannot be reached for as long as there is time.

    That it is throttled is no reason: the service is there.
    """
    if not isinstance(error, DeadlineExceeded):
        return True
    if deadline.allows_another_invocation:
        return False
    cause = error.__cause__
    return isinstance(cause, BotoCoreError) or (isinstance(cause, ClientError) and is_access_denied(cause))


@contextmanager
def left_where_it_cannot_go(deadline: Deadline, what: str) -> Iterator[None]:
    """Cleaning up must not change how the request ends: what cannot go now stays, and is logged.

    Raises:
        DeadlineExceeded: a further invocation can go on with it.
    """
    try:
        yield
    except (RequestFailedError, *CALL_ERRORS) as error:
        logger.warning("%s: %s", what, describe(error))
    except DeadlineExceeded as exceeded:
        if deadline.allows_another_invocation:
            raise
        logger.warning("%s: %s", what, exceeded)


def told_or(otherwise: T, ask: Callable[[], T], what: str) -> T:
    """What AWS tells; where it refuses to tell, `otherwise`, and the log says so.

    Raises:
        ClientError: it cannot tell just now; ask again.
        BotoCoreError: the same.
    """
    try:
        return ask()
    except CALL_ERRORS as error:
        if is_transient(error):
            raise
        logger.warning("%s: %s", what, describe(error))
        return otherwise


def pause_after(waited: float, step: float) -> float:
    """Seconds until the next step, so that what becomes stable right after the last one is told as promised.

    Args:
        waited: seconds from the first step to the last one.
        step: seconds that the last one took. The next one and the response may take as long.
    """
    promised = min(max(SOONEST, SHARE * waited), LATEST)
    return max(SHORTEST_PAUSE, promised - 2 * step - RESERVE)


def pause_of_many(pause: float, throttled: int, *, waits: bool) -> float:
    """Seconds until the next step where calls are throttled: other requests are at work, and each has its own moment.

    Those that wait look less often, so that those get through that have something to write.

    Args:
        pause: seconds that it would be for one alone.
        throttled: how many more steps have been throttled of late than have not.
        waits: whether the request waits for what it has begun.
    """
    longer = min(pause * 2**throttled, max(pause, LONGEST_WHILE_THROTTLED)) if waits else pause
    return longer * random.uniform(0.5, 1.5)  # noqa: S311 - no secret


def reconcile(step: Callable[[], T | Pending], deadline: Deadline) -> T:
    """Run `step` again and again until it returns something else than `Pending`.

    Args:
        step: looks, does at most one thing, and says what came of it. It is run at least once.
        deadline: when to give up.

    Raises:
        DeadlineExceeded: this invocation's time is over. Its cause is the error that the last step ended with, if any.
        Exception: whatever a step raises that is not retryable.
    """
    started = deadline.clock.now()
    seen, trouble = "", ""
    throttled = 0
    failure: Exception | None = None
    while True:
        began = deadline.clock.now()
        try:
            outcome = step()
        except DeadlineExceeded as late:
            raise DeadlineExceeded(seen + trouble or str(late)) from failure
        except Exception as error:
            if not is_retryable(error, deadline):
                raise
            throttled += is_throttled(error)
            trouble, failure = f"; and then: {describe(error)}" if seen else describe(error), error
        else:
            if not isinstance(outcome, Pending):
                return outcome
            seen = f"timed out waiting for {outcome.awaited}; last seen: {outcome.seen}"
            trouble, failure = "", None
            throttled = max(throttled - 1, 0)
        now = deadline.clock.now()
        if deadline.is_over:
            raise DeadlineExceeded(seen + trouble) from failure
        pause = pause_after(began - started, now - began)
        if throttled:
            pause = pause_of_many(pause, throttled, waits=bool(seen))
        deadline.clock.sleep(min(pause, deadline.work_until - now))
