"""A mutation: a guard of the function that is taken out, and the guarantee that breaks then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import pytest

from tests.simulation.guarantees import Guarantee

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Mutation:
    """A guard that is taken out.

    Attributes:
        guard: what the guard does.
        take_out: takes it out.
        story: the request that then goes wrong.
        call: the kind of call whose faults it takes; None where it goes wrong without any.
        breaks: the guarantee that the guard kept.
    """

    guard: str
    take_out: Callable[[Patch], None]
    story: str
    call: str | None
    breaks: Guarantee


def put(where: object, name: str, value: object) -> Callable[[Patch], None]:
    """Put something else into the place of an attribute."""
    return lambda patch: patch.setattr(where, name, value)


def returning(value: object) -> Callable[..., object]:
    """A function that always returns the same."""
    return lambda *_, **__: value


def without_rows(table: ModuleType, *situations: str) -> Callable[[Patch], None]:
    """Take rows out of a decision table: those whose situations begin like that."""
    rows = tuple(row for row in table.ROWS if not row.situation.startswith(situations))
    assert len(rows) == len(table.ROWS) - len(situations), "each names a row"
    return put(table, "ROWS", rows)
