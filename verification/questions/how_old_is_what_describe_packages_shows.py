"""How old the state is that DescribePackages shows after a write."""

from __future__ import annotations

from typing import Any

from verification.lab import Lab
from verification.lag import lag
from verification.question import Answer, Question

PACKAGES = 10


def ask(lab: Lab) -> Answer:
    """Look at once after twenty writes: the creation and the deletion of ten packages, one after the other."""
    source = lab.put()
    lags = [one for _ in range(PACKAGES) for one in _lags(lab, source)]
    late = sum(one > 0 for one in lags)
    oldest = round(max(lags), 1)
    return Answer(oldest, f"{late} of {len(lags)} writes did not show at the first look; the last after {oldest} s.")


def _lags(lab: Lab, source: dict[str, str]) -> tuple[float, float]:
    """After how many seconds the creation and the deletion of a package show."""
    package_id = lab.create(source)
    shown = lag(lab, lambda: lab.described(package_id) is not None, "a new package")
    if lab.attempt("DeletePackage", PackageID=package_id).code:
        lab.stable(package_id)
        lab.call("DeletePackage", PackageID=package_id)
    deleted = lag(lab, lambda: _is_deleted(lab.described(package_id)), "a deletion")
    lab.stable(package_id)
    return shown, deleted


def _is_deleted(package: dict[str, Any] | None) -> bool:
    return package is None or package.get("PackageStatus") in ("DELETING", "DELETE_FAILED")


QUESTION = Question(
    "How many seconds old is what DescribePackages shows after a write?", "stale_reads", ask, {}, imports=5
)
