"""Whether the service can import a source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from verification.calls import DeniedError
from verification.lab import Lab
from verification.outcome import ending
from verification.question import Answer, UndecidedError


def imported(lab: Lab, source: Mapping[str, str], **parameters: Any) -> tuple[bool, str]:
    """Whether it becomes available, and how that went, in words.

    Raises `UndecidedError` where the service could read it, and did not like the content.
    """
    outcome = lab.try_to_create(source, **parameters)
    if outcome.code:
        return False, str(outcome)
    found = lab.stable(outcome.package_id)
    if found.get("PackageStatus") not in ("AVAILABLE", "COPY_FAILED"):
        raise UndecidedError(f"the import ended {ending(found)}")
    return found["PackageStatus"] == "AVAILABLE", ending(found)


def unreadable_with(lab: Lab, **key: str) -> Answer:
    """Whether a dictionary that is encrypted with KMS cannot be imported."""
    try:
        source = lab.put("encrypted.txt", options={"ServerSideEncryption": "aws:kms", **key})
    except DeniedError as denial:
        raise UndecidedError(str(denial)) from denial
    readable, words = imported(lab, source)
    return Answer(not readable, f"The import of a dictionary that is encrypted with the key ended {words}.")
