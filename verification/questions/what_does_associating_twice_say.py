"""What AssociatePackage says of a package that the domain has with the same version."""

from __future__ import annotations

from verification.lab import Lab
from verification.question import REFUSALS, Answer, Needs, Question


def ask(lab: Lab) -> Answer:
    """Associate a package, and when that is over once more."""
    package_id = lab.created()
    lab.associated(package_id)
    outcome = lab.try_to_associate(package_id)
    return Answer(outcome.refusal, f"AssociatePackage of a package that was ACTIVE: {outcome}.")


QUESTION = Question(
    "Is AssociatePackage accepted for a package that the domain has with the same version?",
    "already_associated",
    ask,
    REFUSALS,
    imports=1,
    associations=2,
    needs=Needs.DOMAIN,
)
