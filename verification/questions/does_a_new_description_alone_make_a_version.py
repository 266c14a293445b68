"""Whether an update that changes the description alone makes a version."""

from __future__ import annotations

from verification.lab import Lab
from verification.ours import MARKER
from verification.question import Answer, Question


def ask(lab: Lab) -> Answer:
    """Update a package with the object that it has been made from, and another description."""
    source = lab.put()
    before = lab.available(lab.create(source))
    lab.update(before["PackageID"], source, PackageDescription=f"{MARKER} Changed.")
    after = lab.available(before["PackageID"])
    versions = before["AvailablePackageVersion"], after["AvailablePackageVersion"]
    return Answer(versions[0] != versions[1], f"The version was {versions[0]} before and {versions[1]} after.")


QUESTION = Question(
    "Does an update that changes the description alone make a version?",
    "description_update_makes_version",
    ask,
    {True: "it makes one", False: "it makes none"},
    imports=2,
)
