"""What PackageOwner says of AWS's own packages."""

from __future__ import annotations

from verification.aws_packages import aws_packages
from verification.lab import Lab
from verification.question import Answer, Question, UndecidedError


def ask(lab: Lab) -> Answer:
    """Look at all of them."""
    packages = aws_packages(lab)
    owners = {str(one.get("PackageOwner", "")) for one in packages}
    if len(owners) > 1:
        raise UndecidedError(f"they have several: {', '.join(sorted(owners))}")
    owner = owners.pop()
    return Answer(owner, f"PackageOwner of {len(packages)} packages of AWS's own is {owner!r}.")


QUESTION = Question("What does PackageOwner say of AWS's own packages?", "aws_owner", ask, {})
