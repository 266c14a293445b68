"""Whether AssociatePackage is accepted after ASSOCIATION_FAILED."""

from __future__ import annotations

from verification.lab import Lab
from verification.outcome import ending
from verification.question import REFUSALS, Answer, Needs, Question, UndecidedError


def ask(lab: Lab) -> Answer:
    """Associate a package whose first import is about to fail; when it has a version after all, associate it again."""
    created = lab.try_to_create(lab.missing())
    if created.code:
        raise UndecidedError(f"no association could be made to fail: CreatePackage: {created}")
    associated = lab.try_to_associate(created.package_id)
    if associated.code:
        raise UndecidedError(f"no association could be made to fail: AssociatePackage: {associated}")
    found = lab.settled_association(created.package_id)
    if found.get("DomainPackageStatus") != "ASSOCIATION_FAILED":
        raise UndecidedError(f"no association could be made to fail: {ending(found, 'DomainPackageStatus')}")
    lab.stable(created.package_id)
    updated = lab.try_to_update(created.package_id, lab.put())
    if updated.code:
        raise UndecidedError(f"no version could be made to associate again: {updated}")
    lab.available(created.package_id)
    outcome = lab.try_to_associate(created.package_id)
    evidence = f"After {ending(found, 'DomainPackageStatus')}: {outcome}."
    return Answer(outcome.refusal, evidence)


QUESTION = Question(
    "Is AssociatePackage accepted after ASSOCIATION_FAILED?",
    "associate_after_failure",
    ask,
    REFUSALS,
    imports=2,
    associations=3,
    needs=Needs.DOMAIN,
)
