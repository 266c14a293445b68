"""Whether DeletePackage is accepted while an import runs."""

from __future__ import annotations

from verification.lab import Lab
from verification.question import REFUSALS, Answer, Question


def ask(lab: Lab) -> Answer:
    """Create a package, and delete it at once."""
    outcome = lab.attempt("DeletePackage", PackageID=lab.create())
    return Answer(outcome.refusal, f"DeletePackage right after CreatePackage: {outcome}.")


QUESTION = Question("Is DeletePackage accepted while an import runs?", "delete_while_importing", ask, REFUSALS)
