"""AWS's own packages, which every account sees."""

from __future__ import annotations

from typing import Any

from verification.lab import Lab
from verification.question import UndecidedError


def aws_packages(lab: Lab) -> list[dict[str, Any]]:
    """All of them. Raises `UndecidedError` where there is none."""
    found: list[dict[str, Any]] = []
    parameters: dict[str, Any] = {}
    while True:
        page = lab.call("DescribePackages", **parameters)
        found += [one for one in page.get("PackageDetailsList") or [] if one["PackageID"].startswith("G")]
        if not page.get("NextToken"):
            break
        parameters = {"NextToken": page["NextToken"]}
    if not found:
        raise UndecidedError("the account sees no package of AWS's own")
    return found
