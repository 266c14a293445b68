"""What the simulator excuses is what the docs name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.limit import ASSOCIATIONS, LIFECYCLE, Limit
from tests.simulation.limits import LIMITS

DOCS = Path(__file__).parents[2] / "docs"
# The section of a page that tells of limits, and how one begins there.
TOLD = {
    LIFECYCLE: ("What can still be overtaken", "| "),
    ASSOCIATIONS: ("What can still go wrong", "- "),
}


@pytest.mark.parametrize("limit", [limit for limits in LIMITS.values() for limit in limits], ids=lambda one: one.docs)
def test_a_limit_is_told_of_in_the_docs(limit: Limit) -> None:
    heading, begins = TOLD[limit.page]
    section = (DOCS / limit.page).read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    told = section.replace("\n  ", " ")  # a line of the docs goes on in the next one
    assert f"\n{begins}{limit.docs}" in told
