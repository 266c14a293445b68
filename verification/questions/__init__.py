"""The questions: one file for each, whose name is the question."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from verification.question import Needs, Question


def load() -> dict[str, Question]:
    """All questions by the name of their file; those that need a domain come last."""
    found: dict[str, Question] = {
        one.name: import_module(f"{__name__}.{one.name}").QUESTION for one in pkgutil.iter_modules(__path__)
    }
    return dict(sorted(found.items(), key=lambda one: (one[1].needs is Needs.DOMAIN, one[0])))
