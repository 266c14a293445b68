"""When an update's new description shows."""

from __future__ import annotations

from verification.failing import failed_update
from verification.lab import Lab
from verification.ours import MARKER
from verification.outcome import ending
from verification.question import Answer, Question

CHANGED = f"{MARKER} Changed."


def ask(lab: Lab) -> Answer:
    """Change the description in an update that fails."""
    outcome, failed = failed_update(lab, CHANGED)
    at_once = outcome.answer["PackageDetails"].get("PackageDescription") == CHANGED
    later = failed.get("PackageDescription") == CHANGED
    reverts = "at-once-and-reverts" if at_once else "on-success"
    shown = "new" if later else "old"
    said = f"UpdatePackage told {'the new' if at_once else 'no new'} description"
    return Answer(
        "at-once" if later else reverts,
        f"{said}; after it ended {ending(failed)}, the {shown} one is described.",
    )


QUESTION = Question(
    "When does an update's new description show?",
    "description_shows",
    ask,
    {
        "at-once": "at once, and it stays when the import fails",
        "on-success": "when the import has succeeded",
        "at-once-and-reverts": "at once, and the old one is back when the import fails",
    },
    imports=2,
)
