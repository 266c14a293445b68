"""The watchdog of an invocation, which a test lets fire."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Watchdog:
    """`threading.Timer`, as far as it is used. It never fires by itself.

    Attributes:
        seconds: after which time it would fire.
        fire: what it does then.
    """

    seconds: float
    fire: Callable[[], None]

    def start(self) -> None:
        """Nothing."""

    def cancel(self) -> None:
        """Nothing."""
