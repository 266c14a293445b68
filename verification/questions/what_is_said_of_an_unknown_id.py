"""What DescribePackages says of an id that nobody has."""

from __future__ import annotations

from verification.lab import NOBODYS_ID, Lab
from verification.missing import MISSING, how_missing
from verification.question import Answer, Question


def ask(lab: Lab) -> Answer:
    """Ask for it."""
    outcome = lab.attempt("DescribePackages", Filters=[{"Name": "PackageID", "Value": [NOBODYS_ID]}])
    return Answer(how_missing(outcome), f"DescribePackages of an id that nobody has: {outcome}.")


QUESTION = Question("What does DescribePackages say of an unknown id?", "missing_described", ask, MISSING)
