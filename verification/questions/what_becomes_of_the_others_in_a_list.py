"""What becomes of the others when AssociatePackages names a package that is refused."""

from __future__ import annotations

from verification.lab import NOBODYS_ID, Lab
from verification.question import Answer, Needs, Question


def ask(lab: Lab) -> Answer:
    """Associate a package, and in the same call one that there is not."""
    package_id = lab.created()
    lab.note("association", package_id)
    named = [{"PackageID": package_id}, {"PackageID": NOBODYS_ID}]
    outcome = lab.attempt("AssociatePackages", DomainName=lab.domain, PackageList=named)
    found = lab.settled_association(package_id)
    evidence = f"AssociatePackages with a package that there is not: {outcome}; the other is {found or 'not there'}."
    return Answer("the-others-go-on" if found else "nothing", evidence)


QUESTION = Question(
    "What becomes of the others when AssociatePackages names a package that is refused?",
    "refused_in_a_list",
    ask,
    {"nothing": "nothing happens", "the-others-go-on": "they are associated"},
    imports=1,
    associations=2,
    needs=Needs.DOMAIN,
)
