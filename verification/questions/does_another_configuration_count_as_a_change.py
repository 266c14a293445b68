"""Whether another AssociationConfiguration is a change to a package that the domain has with the same version."""

from __future__ import annotations

from verification.lab import Lab
from verification.question import Answer, Needs, Question

NO_KEY_STORE = {"KeyStoreAccessOption": {"KeyStoreAccessEnabled": False}}


def ask(lab: Lab) -> Answer:
    """Associate a package, and again with a configuration that gives access to nothing."""
    package_id = lab.created()
    lab.associated(package_id)
    outcome = lab.try_to_associate(package_id, AssociationConfiguration=NO_KEY_STORE)
    value = "already-in-desired-state" if outcome.refusal == "conflict" else outcome.refusal
    return Answer(value, f"AssociatePackage of a package that was ACTIVE, with another configuration: {outcome}.")


QUESTION = Question(
    "Is AssociatePackage accepted when it changes the configuration alone?",
    "other_configuration",
    ask,
    {
        "accept": "it is accepted",
        "already-in-desired-state": "it is refused with ConflictException",
        "validation": "it is refused with ValidationException",
    },
    imports=1,
    associations=2,
    needs=Needs.DOMAIN,
)
