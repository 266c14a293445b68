"""Whether packages of two types may have the same name."""

from __future__ import annotations

from verification.lab import Lab
from verification.names import is_taken
from verification.question import Answer, Question


def ask(lab: Lab) -> Answer:
    """Create a dictionary, and a license of the same name."""
    name = lab.name()
    license_ = lab.put("license.json", b"{}")
    lab.create(PackageName=name)
    outcome = lab.try_to_create(license_, PackageName=name, PackageType="PACKAGE-LICENSE")
    return Answer(is_taken(outcome), f"CreatePackage of a license with the name of a dictionary: {outcome}.")


QUESTION = Question(
    "Does the name of a dictionary count as taken for a license?",
    "names_unique_across_types",
    ask,
    {True: "it is taken", False: "it is free"},
)
