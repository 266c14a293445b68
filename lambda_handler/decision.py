"""Decision tables: situations and decisions, in the order in which they count. The docs print them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S")
D = TypeVar("D")


@dataclass(frozen=True)
class Row(Generic[S, D]):
    """One row of a table.

    Attributes:
        situation: as the docs print it.
        decision: as the docs print it.
        applies: whether it is the situation.
        decide: the decision.
    """

    situation: str
    decision: str
    applies: Callable[[S], bool]
    decide: Callable[[S], D]


def first_that_applies(rows: Iterable[Row[S, D]], situation: S) -> D:
    """What the first row says that applies."""
    return next(row.decide(situation) for row in rows if row.applies(situation))
