"""Something that happens once, whoever comes first."""

from __future__ import annotations

import threading


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
