"""What the simulator excuses is what the docs name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.limit import Limit
from tests.simulation.limits import LIMITS
from tests.simulation.names import ASSOCIATION, PACKAGE

DOCS = Path(__file__).parents[2] / "docs"
# Where the docs tell of limits: the page, the heading of the section, and how a limit begins there.
TOLD = {
    PACKAGE: ("lifecycle.md", "What can still be overtaken", "| "),
    ASSOCIATION: ("associations.md", "What can still go wrong", "- "),
}


@pytest.mark.parametrize(
    ("resource_type", "limit"),
    [(resource_type, limit) for resource_type, limits in LIMITS.items() for limit in limits],
    ids=lambda one: one.docs if isinstance(one, Limit) else None,
)
def test_a_limit_is_told_of_in_the_docs(resource_type: str, limit: Limit) -> None:
    page, heading, begins = TOLD[resource_type]
    section = (DOCS / page).read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    told = section.replace("\n  ", " ")  # a line of the docs goes on in the next one
    assert f"\n{begins}{limit.docs}" in told
