"""The form of the ids of licenses and configurations."""

from __future__ import annotations

from verification.failing import archive
from verification.lab import Lab
from verification.question import Answer, Question, UndecidedError


def ask(lab: Lab) -> Answer:
    """Create a license and a configuration."""
    sources = {
        "PACKAGE-LICENSE": lab.put("license.json", b"{}"),
        "PACKAGE-CONFIG": lab.put("configuration.zip", archive(readme="Nothing is configured.")),
    }
    ids = {package_type: lab.create(source, PackageType=package_type) for package_type, source in sources.items()}
    forms = {"pkg-" if one.startswith("pkg-") else one[:1] for one in ids.values()}
    evidence = ", ".join(f"{package_type}: {one}" for package_type, one in ids.items())
    if len(forms) > 1:
        raise UndecidedError(evidence)
    return Answer(forms.pop(), f"{evidence}.")


QUESTION = Question(
    "Which form do the ids of licenses and configurations have?",
    "attached_ids",
    ask,
    {"F": "as a dictionary's: F and digits", "pkg-": "as a plugin's: pkg- and hexadecimal digits"},
)
