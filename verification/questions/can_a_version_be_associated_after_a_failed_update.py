"""Whether the version before can be associated after an update that failed."""

from __future__ import annotations

from verification.failing import failed_update
from verification.lab import Lab
from verification.ours import MARKER
from verification.outcome import ending
from verification.question import REFUSALS, Answer, Needs, Question, UndecidedError


def ask(lab: Lab) -> Answer:
    """Let the update of a dictionary fail, and associate it."""
    _, failed = failed_update(lab, MARKER, ways=1)
    if not failed.get("AvailablePackageVersion"):
        raise UndecidedError("no version is available after an update that failed")
    outcome = lab.try_to_associate(failed["PackageID"])
    return Answer(outcome.refusal, f"AssociatePackage of a package whose update ended {ending(failed)}: {outcome}.")


QUESTION = Question(
    "Can the version before be associated after an update that failed?",
    "associate_after_failed_update",
    ask,
    REFUSALS,
    imports=2,
    associations=2,
    needs=Needs.DOMAIN,
)
