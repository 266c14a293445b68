"""What a domain says that is busy with another package."""

from __future__ import annotations

from verification.lab import Lab
from verification.question import REFUSALS, Answer, Needs, Question


def ask(lab: Lab) -> Answer:
    """Associate a package, and at once another."""
    source = lab.put()
    first, second = lab.created(source), lab.created(source)
    lab.associate(first)
    outcome = lab.try_to_associate(second)
    taken_off = lab.attempt("DissociatePackage", PackageID=first, DomainName=lab.domain)
    evidence = (
        f"While a package was ASSOCIATING, AssociatePackage of another: {outcome}; DissociatePackage: {taken_off}."
    )
    return Answer(outcome.refusal, evidence)


QUESTION = Question(
    "Is AssociatePackage accepted while the domain associates another package?",
    "busy_domain",
    ask,
    REFUSALS,
    imports=2,
    associations=2,
    needs=Needs.DOMAIN,
)
