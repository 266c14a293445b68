"""Whether the import of a dictionary checks that it is UTF-8."""

from __future__ import annotations

from verification.lab import Lab
from verification.outcome import ending
from verification.question import Answer, Question, UndecidedError


def ask(lab: Lab) -> Answer:
    """Import a dictionary in Latin-1."""
    found = lab.stable(lab.create(lab.put("latin.txt", "Möbel, Stühle\n".encode("latin-1"))))
    status = found.get("PackageStatus")
    if status not in ("AVAILABLE", "VALIDATION_FAILED"):
        raise UndecidedError(f"the import of a dictionary in Latin-1 ended {ending(found)}")
    return Answer(status == "VALIDATION_FAILED", f"The import of a dictionary in Latin-1 ended {ending(found)}.")


QUESTION = Question(
    "Does the import of a dictionary check that it is UTF-8?",
    "utf8_checked",
    ask,
    {True: "it does", False: "it does not"},
    imports=1,
)
