"""How the service says that there is no such package."""

from __future__ import annotations

from verification.outcome import Outcome
from verification.question import UndecidedError

MISSING = {
    "empty": "the list is empty",
    "validation": "ValidationException",
    "not-found": "ResourceNotFoundException",
}


def how_missing(outcome: Outcome) -> str:
    """Which of these an answer is. Raises `UndecidedError` where it is none."""
    known = {"ValidationException": "validation", "ResourceNotFoundException": "not-found"}
    if outcome.code in known:
        return known[outcome.code]
    listed = outcome.answer.get("PackageDetailsList")
    if outcome.code or listed:
        # Only how many: where AWS ignores a filter, it lists the packages of others.
        raise UndecidedError(f"{outcome}, with {len(listed or [])} packages")
    return "empty"
