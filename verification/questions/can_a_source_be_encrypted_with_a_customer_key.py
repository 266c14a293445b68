"""Whether a source that is encrypted with a customer managed key cannot be read."""

from __future__ import annotations

from verification.importing import unreadable_with
from verification.lab import Lab
from verification.question import Answer, Needs, Question


def ask(lab: Lab) -> Answer:
    """Import a dictionary that is encrypted with a key by which the caller may decrypt."""
    return unreadable_with(lab, SSEKMSKeyId=lab.key)


QUESTION = Question(
    "Can a source be imported that is encrypted with SSE-KMS and a customer managed key?",
    "customer_key_unreadable",
    ask,
    {True: "it cannot", False: "it can"},
    imports=1,
    needs=Needs.KEY,
)
