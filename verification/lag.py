"""How long it takes until a write shows."""

from __future__ import annotations

from collections.abc import Callable

from verification.lab import Lab


def lag(lab: Lab, shows: Callable[[], bool], write: str) -> float:
    """The seconds from now until it shows; 0 where the first look shows it."""
    begun = lab.now()
    if shows():
        return 0.0
    lab.until(shows, bool, f"the show of {write}", pause=0.05)
    return lab.now() - begun
