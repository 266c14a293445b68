"""Whether UpdatePackage is accepted after a first import that failed."""

from __future__ import annotations

from verification.failing import failed_create
from verification.lab import Lab
from verification.outcome import ending
from verification.question import REFUSALS, Answer, Question


def ask(lab: Lab) -> Answer:
    """Let a first import fail, and update."""
    failed = failed_create(lab)
    name = {"PACKAGE-LICENSE": "license.json", "ZIP-PLUGIN": "nothing.zip"}.get(failed["PackageType"], "words.txt")
    outcome = lab.try_to_update(failed["PackageID"], lab.put(name, b"{}"))
    return Answer(outcome.refusal, f"After a first import that ended {ending(failed)}: {outcome}.")


QUESTION = Question(
    "Is UpdatePackage accepted after a first import that failed?",
    "update_never_available",
    ask,
    REFUSALS,
    imports=1,
)
