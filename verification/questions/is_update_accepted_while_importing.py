"""Whether UpdatePackage is accepted while an import runs."""

from __future__ import annotations

from verification.lab import Lab
from verification.question import REFUSALS, Answer, Question


def ask(lab: Lab) -> Answer:
    """Update a package, and at once again."""
    package_id = lab.created()
    second, third = lab.put("second.txt", b"second\n"), lab.put("third.txt", b"third\n")
    first = lab.update(package_id, second)
    outcome = lab.try_to_update(package_id, third)
    return Answer(outcome.refusal, f"UpdatePackage of a package that was {first.get('PackageStatus')}: {outcome}.")


QUESTION = Question(
    "Is UpdatePackage accepted while an import runs?",
    "update_while_importing",
    ask,
    REFUSALS,
    imports=2,
)
