"""In what a description's 1,024 are counted."""

from __future__ import annotations

from verification.lab import Lab
from verification.ours import MARKER
from verification.question import Answer, Question, UndecidedError

# Both are less than 1,024 characters long. The first is longer in bytes of UTF-8, the second in units of UTF-16 too.
LONG_IN_BYTES = f"{MARKER} {'é' * 600}"
LONG_IN_UNITS = f"{MARKER} {'😀' * 600}"


def ask(lab: Lab) -> Answer:
    """Create packages with descriptions that are too long in one way of counting, and not in another."""
    source = lab.put()
    short = lab.try_to_create(source, PackageDescription=f"{MARKER} é 😀")
    if short.code:
        raise UndecidedError(f"such signs are not accepted in a short description either: {short}")
    in_bytes = lab.try_to_create(source, PackageDescription=LONG_IN_BYTES)
    in_units = lab.try_to_create(source, PackageDescription=LONG_IN_UNITS)
    for outcome in (in_bytes, in_units):
        if outcome.code not in ("", "ValidationException"):
            raise UndecidedError(str(outcome))
    value = "bytes" if in_bytes.code else "utf-16" if in_units.code else "characters"
    return Answer(value, f"600 letters of two bytes each: {in_bytes}; 600 emoji: {in_units}.")


QUESTION = Question(
    "In what are the 1,024 of a description counted?",
    "description_counted_in",
    ask,
    {"characters": "characters", "utf-16": "units of UTF-16", "bytes": "bytes of UTF-8"},
)
