"""How many packages a page of DescribePackages holds when nobody says how many."""

from __future__ import annotations

from local_aws.packages import Behaviour
from verification.lab import Lab
from verification.question import Answer, Question


def ask(lab: Lab) -> Answer:
    """List all packages that the account sees. AWS's own are many, and one is made."""
    lab.create()
    lab.settle()
    page = lab.call("DescribePackages")
    held = len(page.get("PackageDetailsList") or [])
    if page.get("NextToken"):
        return Answer(held, f"The first page held {held} packages, and there were more.")
    most = max(held, Behaviour().page_size)
    return Answer(most, f"All {held} packages were on the first page: it holds that many, or more.")


QUESTION = Question("How many packages does a page of DescribePackages hold?", "page_size", ask, {})
