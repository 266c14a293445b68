"""Whether an update with the very same bytes makes a version."""

from __future__ import annotations

from verification.lab import Lab
from verification.question import Answer, Question


def ask(lab: Lab) -> Answer:
    """Update a package with the object that it has been made from."""
    source = lab.put()
    before = lab.available(lab.create(source))
    lab.update(before["PackageID"], source)
    after = lab.available(before["PackageID"])
    versions = before["AvailablePackageVersion"], after["AvailablePackageVersion"]
    return Answer(versions[0] != versions[1], f"The version was {versions[0]} before and {versions[1]} after.")


QUESTION = Question(
    "Does an update with the very same bytes make a version?",
    "identical_update_makes_version",
    ask,
    {True: "it makes one", False: "it makes none"},
    imports=2,
)
