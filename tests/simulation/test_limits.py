"""What the simulator excuses is what the docs name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.limits import LIMITS, Limit

PAGE = Path(__file__).parents[2] / "docs" / "lifecycle.md"


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.docs)
def test_a_limit_has_its_row_in_the_docs(limit: Limit) -> None:
    section = PAGE.read_text().split("## What can still be overtaken")[1]
    assert f"\n| {limit.docs}" in section
