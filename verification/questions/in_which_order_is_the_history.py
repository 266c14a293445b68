"""The order of GetPackageVersionHistory."""

from __future__ import annotations

from verification.lab import Lab
from verification.question import Answer, Question, UndecidedError


def ask(lab: Lab) -> Answer:
    """Make two versions, and list them."""
    package_id = lab.created()
    lab.update(package_id, lab.put("second.txt", b"second\n"))
    newest = lab.available(package_id)["AvailablePackageVersion"]
    listed = lab.call("GetPackageVersionHistory", PackageID=package_id)["PackageVersionHistoryList"]
    versions = [one["PackageVersion"] for one in listed]
    if versions[:1] == versions[-1:] or newest not in (versions[0], versions[-1]):
        raise UndecidedError(f"the history of a package whose newest version is {newest} lists {versions}")
    value = "newest-first" if versions[0] == newest else "oldest-first"
    return Answer(value, f"The history of a package whose newest version is {newest} lists {', '.join(versions)}.")


QUESTION = Question(
    "In which order does GetPackageVersionHistory list versions?",
    "history_order",
    ask,
    {"newest-first": "the newest first", "oldest-first": "the oldest first"},
    imports=2,
)
