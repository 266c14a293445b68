"""Whether a domain is Processing while a dictionary is associated."""

from __future__ import annotations

from verification.lab import Lab
from verification.question import Answer, Needs, Question


def ask(lab: Lab) -> Answer:
    """Associate a dictionary, and look at the domain until that is over."""
    package_id = lab.created()
    lab.associate(package_id)
    begun, shown, looks = lab.now(), 0, 0

    def is_over() -> bool:
        nonlocal shown, looks
        domain = lab.call("DescribeDomain", DomainName=lab.domain)["DomainStatus"]
        looks += 1
        shown += bool(domain.get("Processing"))
        found = lab.association(package_id) or {}
        settled = lab.now() - begun >= lab.calls.pace.settling
        return settled and found.get("DomainPackageStatus") != "ASSOCIATING"

    lab.until(is_over, bool, "an association", pause=0.1)
    return Answer(shown > 0, f"The domain was Processing in {shown} of {looks} looks.")


QUESTION = Question(
    "Is a domain Processing while a dictionary is associated?",
    "dictionary_shows_processing",
    ask,
    {True: "it is", False: "it is not"},
    imports=1,
    associations=2,
    needs=Needs.DOMAIN,
)
