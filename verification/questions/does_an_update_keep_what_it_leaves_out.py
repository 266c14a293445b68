"""Whether an update that says nothing of the description keeps it."""

from __future__ import annotations

from verification.lab import Lab
from verification.question import Answer, Question


def ask(lab: Lab) -> Answer:
    """Update a package without PackageDescription."""
    package_id = lab.created()
    lab.call("UpdatePackage", PackageID=package_id, PackageSource=lab.put("second.txt", b"second\n"))
    description = lab.available(package_id).get("PackageDescription")
    return Answer(bool(description), f"The description is {description!r} after an update that said nothing of it.")


QUESTION = Question(
    "Does an update that says nothing of the description keep it?",
    "left_out_is_kept",
    ask,
    {True: "it is kept", False: "it is lost"},
    imports=2,
)
