"""What DescribePackages says of a name that nobody has."""

from __future__ import annotations

from verification.lab import Lab
from verification.missing import MISSING, how_missing
from verification.question import Answer, Question


def ask(lab: Lab) -> Answer:
    """Ask for it."""
    outcome = lab.attempt("DescribePackages", Filters=[{"Name": "PackageName", "Value": [lab.name()]}])
    return Answer(how_missing(outcome), f"DescribePackages of a name that nobody has: {outcome}.")


QUESTION = Question("What does DescribePackages say of an unknown name?", "missing_name_described", ask, MISSING)
