"""What a second DeletePackage says while the first is under way."""

from __future__ import annotations

from verification.lab import Lab
from verification.question import REFUSALS, Answer, Question


def ask(lab: Lab) -> Answer:
    """Delete a package twice."""
    package_id = lab.created()
    first = lab.call("DeletePackage", PackageID=package_id)["PackageDetails"]
    outcome = lab.attempt("DeletePackage", PackageID=package_id)
    return Answer(outcome.refusal, f"DeletePackage of a package that was {first.get('PackageStatus')}: {outcome}.")


QUESTION = Question(
    "Is a second DeletePackage accepted while a package is being deleted?",
    "delete_while_deleting",
    ask,
    REFUSALS,
    imports=1,
)
