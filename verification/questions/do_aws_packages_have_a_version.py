"""What AvailablePackageVersion says of AWS's own packages."""

from __future__ import annotations

from typing import Any

from verification.aws_packages import aws_packages
from verification.lab import Lab
from verification.question import Answer, Question


def ask(lab: Lab) -> Answer:
    """Look at all of them."""
    packages = aws_packages(lab)
    versions = sorted({one["AvailablePackageVersion"] for one in packages if one.get("AvailablePackageVersion")})
    told = ", ".join(versions) or "none"
    return Answer(
        versions[0] if versions else None, f"{len(packages)} packages of AWS's own have the versions: {told}."
    )


def _both_or_neither(assumed: Any, seen: Any) -> bool:
    return (assumed is None) == (seen is None)


QUESTION = Question(
    "Does AvailablePackageVersion say anything of AWS's own packages?",
    "aws_package_version",
    ask,
    {None: "nothing"},
    agrees=_both_or_neither,
)
