"""What happens to a source that cannot be read."""

from __future__ import annotations

from verification.lab import Lab
from verification.outcome import ending
from verification.question import Answer, Question, UndecidedError

REFUSED = {"AccessDeniedException": "access-denied", "ValidationException": "validation"}


def ask(lab: Lab) -> Answer:
    """Create a package of an object that is not there."""
    outcome = lab.try_to_create(lab.missing())
    if outcome.code in REFUSED:
        return Answer(REFUSED[outcome.code], f"CreatePackage with an object that is not there: {outcome}.")
    if outcome.code:
        raise UndecidedError(str(outcome))
    found = lab.stable(outcome.package_id)
    if found.get("PackageStatus") != "COPY_FAILED":
        raise UndecidedError(f"the import of an object that is not there ended {ending(found)}")
    return Answer("copy-failed", f"The import of an object that is not there ended {ending(found)}.")


QUESTION = Question(
    "What happens to a source that cannot be read?",
    "unreadable_source",
    ask,
    {
        "copy-failed": "the import ends COPY_FAILED",
        "access-denied": "the call is refused with AccessDeniedException",
        "validation": "the call is refused with ValidationException",
    },
    imports=1,
)
