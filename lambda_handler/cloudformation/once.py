"""Threads: something that happens once, whoever comes first, and something that is waited for but not for long."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Once:
    """The end of an invocation: whoever comes first enters with True, and nobody else before that is done.

    The watchdog may race with the work. If the work returned while the watchdog still responds, Lambda would freeze
    both.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entered = False

    def __enter__(self) -> bool:
        self._lock.acquire()
        first, self._entered = not self._entered, True
        return first

    def __exit__(self, *error: object) -> None:
        self._lock.release()


def briefly(work: Callable[[], None], seconds: float) -> None:
    """Do something and wait until it is done, but no longer than that: a call to AWS may hang."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # raised again where somebody waits for it
            failures.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failures:
        raise failures[0]
