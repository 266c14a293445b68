"""Whether a name is still taken while its package is being deleted."""

from __future__ import annotations

from verification.lab import Lab
from verification.names import is_taken
from verification.question import Answer, Question


def ask(lab: Lab) -> Answer:
    """Delete a package, and at once create one of the same name."""
    name, source = lab.name(), lab.put()
    package_id = lab.created(source, PackageName=name)
    deleting = lab.call("DeletePackage", PackageID=package_id)["PackageDetails"]
    outcome = lab.try_to_create(source, PackageName=name)
    status = deleting.get("PackageStatus")
    return Answer(is_taken(outcome), f"CreatePackage while the other was {status}: {outcome}.")


QUESTION = Question(
    "Is a name still taken while its package is being deleted?",
    "name_taken_while_deleting",
    ask,
    {True: "it is taken", False: "it is free"},
    imports=1,
)
