"""The simulator is able to fail: with a guard taken out, it names the guarantee that the guard kept."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_handler.association import decision_table
from tests.simulation.association.mutations import MUTATIONS as OF_ASSOCIATIONS
from tests.simulation.association.mutations import ROW
from tests.simulation.boundaries import FAULTS
from tests.simulation.guarantees import Violation
from tests.simulation.mutation import Mutation, Patch
from tests.simulation.package.mutations import MUTATIONS as OF_PACKAGES
from tests.simulation.stories import STORIES
from tests.simulation.story import Story
from tests.simulation.tally import tables

TITLE = "Without this guard, in this story: this is what breaks"
MUTATIONS = (*OF_PACKAGES, *OF_ASSOCIATIONS)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.guard)
def test_without_its_guard_a_guarantee_breaks(mutation: Mutation, monkeypatch: Patch) -> None:
    story = next(one for one in STORIES if one.name == mutation.story)
    assert _played(story, mutation.call) == [], "with the guard in place nothing breaks"
    mutation.take_out(monkeypatch)
    found = _played(story, mutation.call)
    broken = [one for one in found if one.guarantee is mutation.breaks]
    assert broken, f"{mutation.breaks} was to break, but only this did: {found}"
    rows = tables.setdefault(TITLE, [])
    rows.append(f"{mutation.guard}  |  {story.name}  |  {mutation.breaks.value}")


def test_every_row_of_the_table_for_associations_is_taken_out() -> None:
    assert [one.guard for one in OF_ASSOCIATIONS if one.guard.startswith(ROW)] == [
        f"{ROW}{row.situation}" for row in decision_table.ROWS
    ]


def _played(story: Story[Any], call: str | None) -> list[Violation]:
    """What breaks in a story, with all faults at the calls of one kind or without any."""
    outcome = story.play()
    if call is None:
        return outcome.violations
    places: list[Any] = [index for index, operation in enumerate(outcome.crossed) if operation == call]
    return [one for index in places for fault in FAULTS for one in story.play({index: fault}).violations]
