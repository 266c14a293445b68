"""For how long a package that is gone is described with the status DELETED."""

from __future__ import annotations

from verification.lab import Lab
from verification.question import Answer, Question


def ask(lab: Lab) -> Answer:
    """Delete a package, and look until nothing is told of it."""
    package_id = lab.created()
    lab.call("DeletePackage", PackageID=package_id)
    seen: list[float] = []

    def status() -> str:
        outcome = lab.attempt("DescribePackages", Filters=[{"Name": "PackageID", "Value": [package_id]}])
        found = outcome.answer.get("PackageDetailsList") or [{}]
        if found[0].get("PackageStatus") == "DELETED":
            seen.append(lab.now())
        return str(found[0].get("PackageStatus", ""))

    lab.settle()
    lab.until(status, lambda found: not found, "the record of a deleted package", pause=0.2)
    shown = round(seen[-1] - seen[0], 1) if seen else 0.0
    return Answer(shown, f"DELETED was described {len(seen)} times, from the first to the last in {shown} s.")


QUESTION = Question(
    "For how many seconds is a deleted package described as DELETED?", "deleted_record", ask, {}, imports=1
)
