"""How old the state is that ListPackagesForDomain shows after a write."""

from __future__ import annotations

from verification.lab import Lab
from verification.lag import lag
from verification.question import Answer, Needs, Question


def ask(lab: Lab) -> Answer:
    """Associate and dissociate a package, and look at once."""
    package_id = lab.created()
    lab.associate(package_id)
    shown = lag(lab, lambda: lab.association(package_id) is not None, "an association")
    lab.settled_association(package_id)
    lab.dissociate(package_id)
    ended = lag(lab, lambda: _status(lab, package_id) != "ACTIVE", "a dissociation")
    oldest = round(max(shown, ended), 1)
    return Answer(oldest, f"An association showed after {shown:.1f} s, a dissociation after {ended:.1f} s.")


def _status(lab: Lab, package_id: str) -> str:
    return str((lab.association(package_id) or {}).get("DomainPackageStatus", ""))


QUESTION = Question(
    "How many seconds old is what ListPackagesForDomain shows after a write?",
    "stale_associations",
    ask,
    {},
    imports=1,
    associations=2,
    needs=Needs.DOMAIN,
)
