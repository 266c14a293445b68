"""Whether `*` in a filter of DescribePackages stands for anything."""

from __future__ import annotations

from verification.lab import Lab
from verification.question import Answer, Question, UndecidedError


def ask(lab: Lab) -> Answer:
    """Create a package, and ask for the beginning of its name and `*`."""
    name = lab.name()
    lab.create(PackageName=name)
    lab.settle()
    pattern = f"{name[:-1]}*"
    outcome = lab.attempt("DescribePackages", Filters=[{"Name": "PackageName", "Value": [pattern]}])
    if outcome.code:
        raise UndecidedError(str(outcome))
    found = [one["PackageName"] for one in outcome.answer.get("PackageDetailsList") or []]
    shown = "the package" if name in found else "not the package"
    return Answer(name in found, f"DescribePackages of {pattern} gave {len(found)} packages, and {shown} of that name.")


QUESTION = Question(
    "Does * in a filter of DescribePackages stand for anything?",
    "filter_wildcards",
    ask,
    {True: "it does", False: "it does not"},
)
