"""Waiting: one step after the other until something has settled, within a budget of time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

SHORTEST_PAUSE = 0.6
LONGEST_PAUSE = 12.0
# Of the time waited so far. Together with a look and the answer itself this keeps the promise that a settled
# package is noticed within 1 s or a tenth of the time waited, and within 15 s at the most.
PAUSE_SHARE = 0.07

T = TypeVar("T")


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


@dataclass(frozen=True)
class Pending:
    """What a step answers when it is not finished: what it waits for, and what was seen last."""

    awaited: str
    seen: str


class TooLate(Exception):  # noqa: N818 - it is no error of the program
    """A step had something to begin, and no time is left for it."""

    def __init__(self) -> None:
        super().__init__("the request came too late to begin anything; deploy again")


class OutOfTime(Exception):  # noqa: N818 - it is no error of the program
    """The time ended before the work did. Its text says what it was waiting for, and what it saw last."""


def pause_after(waited: float) -> float:
    """Seconds until the next look, when `waited` seconds have passed since the first."""
    return min(max(SHORTEST_PAUSE, PAUSE_SHARE * waited), LONGEST_PAUSE)


def repeat(
    step: Callable[[], T | Pending],
    *,
    clock: Clock,
    until: float,
    passing: Callable[[Exception], str | None],
) -> T:
    """Run `step` again and again until it answers something else than `Pending`.

    Args:
        step: looks, does at most one thing, and answers. It is run at least once.
        clock: the time.
        until: when to give up, in seconds since the epoch.
        passing: what to say of an error of a step that will pass, so that the step is worth repeating; None for
            any other error.

    Raises:
        OutOfTime: `until` has come.
        Exception: whatever a step raises that does not pass.
    """
    started = clock.now()
    seen, trouble = "", ""
    while True:
        try:
            outcome = step()
        except TooLate as late:
            raise OutOfTime(seen + trouble or str(late)) from None
        except Exception as error:
            told = passing(error)
            if told is None:
                raise
            trouble = f"; and then: {told}" if seen else told
        else:
            if not isinstance(outcome, Pending):
                return outcome
            seen = f"{outcome.awaited} took longer than there was time for; last seen: {outcome.seen}"
            trouble = ""
        now = clock.now()
        if now >= until:
            raise OutOfTime(seen + trouble)
        clock.sleep(min(pause_after(now - started), until - now))
