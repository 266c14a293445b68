"""Whether a name is taken."""

from __future__ import annotations

from verification.outcome import Outcome
from verification.question import UndecidedError


def is_taken(outcome: Outcome) -> bool:
    """Whether CreatePackage was refused because it is. Raises `UndecidedError` where it was refused otherwise."""
    if outcome.code not in ("", "ResourceAlreadyExistsException"):
        raise UndecidedError(str(outcome))
    return bool(outcome.code)
