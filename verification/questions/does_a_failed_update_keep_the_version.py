"""Whether the version before stays available after an update that failed."""

from __future__ import annotations

from verification.failing import failed_update
from verification.lab import Lab
from verification.ours import MARKER
from verification.outcome import ending
from verification.question import Answer, Question


def ask(lab: Lab) -> Answer:
    """Let an update fail, and read AvailablePackageVersion."""
    _, failed = failed_update(lab, MARKER)
    version = failed.get("AvailablePackageVersion")
    return Answer(
        bool(version), f"After an update that ended {ending(failed)}, the version is {version or 'not told'}."
    )


QUESTION = Question(
    "Does the version before stay available after an update that failed?",
    "failed_update_keeps_version",
    ask,
    {True: "it stays", False: "no version is told"},
    imports=2,
)
