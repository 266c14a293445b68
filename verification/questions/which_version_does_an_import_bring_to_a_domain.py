"""Which version a domain gets of a package that is being imported."""

from __future__ import annotations

from verification.lab import TRANSIENT, Lab
from verification.outcome import ending
from verification.question import REFUSALS, Answer, Needs, Question, UndecidedError


def ask(lab: Lab) -> Answer:
    """Update a package, and at once associate it."""
    package_id, second = lab.create(), lab.put("second.txt", b"second\n")
    before = lab.available(package_id)["AvailablePackageVersion"]
    lab.update(package_id, second)
    outcome = lab.try_to_associate(package_id)
    if outcome.code:
        return Answer(outcome.refusal, f"AssociatePackage of a package that was being imported: {outcome}.")
    found = lab.settled_association(package_id)
    if (lab.described(package_id) or {}).get("PackageStatus") in TRANSIENT:
        raise UndecidedError("the association ended before the import did")
    after = lab.available(package_id)["AvailablePackageVersion"]
    known = {before: "version-at-the-call", after: "version-at-the-end"}
    version = str(found.get("PackageVersion"))
    if found.get("DomainPackageStatus") != "ACTIVE" or version not in known or before == after:
        raise UndecidedError(f"the association ended {ending(found, 'DomainPackageStatus')} with version {version}")
    return Answer(known[version], f"The domain got {version}; the import made {after}.")


QUESTION = Question(
    "Which version does a domain get of a package that is being imported?",
    "associate_importing",
    ask,
    {
        "version-at-the-end": "the new one",
        "version-at-the-call": "the one before",
        "conflict": REFUSALS["conflict"],
        "validation": REFUSALS["validation"],
    },
    imports=2,
    associations=2,
    needs=Needs.DOMAIN,
)
