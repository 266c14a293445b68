"""A limit of what is guaranteed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.simulation.cloudformation import StackResource
from tests.simulation.world import Sent

LIFECYCLE, ASSOCIATIONS = "lifecycle.md", "associations.md"


@dataclass(frozen=True)
class Limit:
    """One limit.

    Attributes:
        docs: how the docs begin to tell of it.
        page: the page of the docs.
        is_met: whether a request has met it.
        excuse: has the guarantees pass over it.
    """

    docs: str
    page: str
    is_met: Callable[[StackResource, Sent], bool]
    excuse: Callable[[StackResource, Sent], None]
