"""For how long a name is still taken when its package is gone."""

from __future__ import annotations

from verification.lab import Lab
from verification.names import is_taken
from verification.question import Answer, Question


def ask(lab: Lab) -> Answer:
    """Delete a package, and create one of the same name as soon as nothing is told of the other."""
    name, source = lab.name(), lab.put()
    package_id = lab.created(source, PackageName=name)
    lab.call("DeletePackage", PackageID=package_id)
    lab.until(lambda: lab.described(package_id), lambda found: found is None, "the deletion of a package", pause=0.2)
    gone, tries = lab.now(), 0

    def is_free() -> bool:
        nonlocal tries
        tries += 1
        return not is_taken(lab.try_to_create(source, PackageName=name))

    lab.until(is_free, bool, "the name of a deleted package", pause=0.2)
    taken = round(lab.now() - gone, 1) if tries > 1 else 0.0
    return Answer(taken, f"The name was free at attempt {tries}, {taken} s after the package was gone.")


QUESTION = Question(
    "For how many seconds is a name still taken when its package is gone?",
    "name_taken_after_delete",
    ask,
    {},
    imports=1,
)
