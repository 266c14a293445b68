"""What operations on one package say of an id that nobody has."""

from __future__ import annotations

from verification.lab import NOBODYS_ID, Lab
from verification.missing import MISSING, how_missing
from verification.question import Answer, Question, UndecidedError


def ask(lab: Lab) -> Answer:
    """Name it in calls that change nothing, and in those that would if it were there."""
    source = lab.put()
    said = {
        "GetPackageVersionHistory": lab.attempt("GetPackageVersionHistory", PackageID=NOBODYS_ID),
        "ListDomainsForPackage": lab.attempt("ListDomainsForPackage", PackageID=NOBODYS_ID),
        "UpdatePackage": lab.try_to_update(NOBODYS_ID, source),
        "DeletePackage": lab.attempt("DeletePackage", PackageID=NOBODYS_ID),
    }
    evidence = "; ".join(f"{operation}: {outcome}" for operation, outcome in said.items())
    found = {how_missing(outcome) for outcome in said.values()}
    if len(found) > 1:
        raise UndecidedError(evidence)
    return Answer(found.pop(), f"{evidence}.")


QUESTION = Question(
    "What do operations on one package say of an unknown id?",
    "missing_named",
    ask,
    {name: meaning for name, meaning in MISSING.items() if name != "empty"},
)
