"""Whether a source that is encrypted with the key of the account for S3 cannot be read."""

from __future__ import annotations

from verification.importing import unreadable_with
from verification.lab import Lab
from verification.question import Answer, Question


def ask(lab: Lab) -> Answer:
    """Import a dictionary that is encrypted with it. Every caller in the account may use that key through S3."""
    return unreadable_with(lab)


QUESTION = Question(
    "Can a source be imported that is encrypted with SSE-KMS and the key aws/s3?",
    "kms_unreadable",
    ask,
    {True: "it cannot", False: "it can"},
    imports=1,
)
