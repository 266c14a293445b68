"""How long the name of a package may be."""

from __future__ import annotations

from verification.lab import Lab
from verification.question import Answer, Question, UndecidedError

# What the API's model says, what was seen, and the limits of older tools.
LENGTHS = (256, 128, 64, 48, 32, 28)


def ask(lab: Lab) -> Answer:
    """Create packages with ever shorter names until one is accepted."""
    source, refused = lab.put(), list[str]()
    for length in LENGTHS:
        outcome = lab.try_to_create(source, PackageName=lab.name(length))
        if not outcome.code:
            said = f"; refused were {', '.join(refused)}" if refused else ""
            return Answer(length, f"A name of {length} characters was accepted{said}.")
        if outcome.code != "ValidationException":
            raise UndecidedError(str(outcome))
        refused.append(f"{length} ({outcome.words})")
    raise UndecidedError(f"refused were {', '.join(refused)}")


QUESTION = Question("How many characters may the name of a package have?", "longest_name", ask, {})
