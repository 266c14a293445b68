"""What DeletePackage says of a package that a domain has."""

from __future__ import annotations

from verification.lab import Lab
from verification.question import REFUSALS, Answer, Needs, Question


def ask(lab: Lab) -> Answer:
    """Associate a package, and delete it."""
    package_id = lab.created()
    lab.associated(package_id)
    outcome = lab.attempt("DeletePackage", PackageID=package_id)
    return Answer(outcome.refusal, f"DeletePackage of a package that was ACTIVE on a domain: {outcome}.")


QUESTION = Question(
    "Is DeletePackage accepted for a package that a domain has?",
    "delete_associated",
    ask,
    REFUSALS,
    imports=1,
    associations=2,
    needs=Needs.DOMAIN,
)
