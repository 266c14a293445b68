"""What ErrorType says of an import that failed."""

from __future__ import annotations

from verification.failing import failed_create
from verification.lab import Lab
from verification.outcome import ending
from verification.question import Answer, Question


def ask(lab: Lab) -> Answer:
    """Let an import fail, and read ErrorDetails."""
    failed = failed_create(lab)
    details = failed.get("ErrorDetails") or {}
    return Answer(str(details.get("ErrorType", "")), f"An import ended {ending(failed)}; ErrorDetails are {details}.")


QUESTION = Question("What does ErrorType say of an import that failed?", "error_type", ask, {}, imports=1)
