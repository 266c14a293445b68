"""Whether UpdatePackage is accepted after an update that failed."""

from __future__ import annotations

from verification.failing import failed_update
from verification.lab import Lab
from verification.ours import MARKER
from verification.outcome import ending
from verification.question import REFUSALS, Answer, Question


def ask(lab: Lab) -> Answer:
    """Let an update fail, and update again."""
    _, failed = failed_update(lab, MARKER)
    name = "license.json" if failed["PackageType"] == "PACKAGE-LICENSE" else "again.txt"
    outcome = lab.try_to_update(failed["PackageID"], lab.put(name, b'{"again": true}\n'))
    return Answer(outcome.refusal, f"After an update that ended {ending(failed)}: {outcome}.")


QUESTION = Question(
    "Is UpdatePackage accepted after an update that failed?", "update_after_failure", ask, REFUSALS, imports=2
)
