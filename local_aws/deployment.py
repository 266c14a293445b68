"""How an operation on a stack ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Deployment:
    """How an operation on a stack ended. As text it shows all events.

    Attributes:
        stack_name: The stack's name.
        status: The stack's status, as `UPDATE_COMPLETE`.
        outputs: The values of the stack's outputs, by their names.
        events: The operation's own events, oldest first, with the members of DescribeStackEvents.
    """

    stack_name: str
    status: str
    outputs: dict[str, str] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def succeeded(self) -> bool:
        """Whether the stack is where the operation was to bring it."""
        return self.status.endswith("_COMPLETE") and "ROLLBACK" not in self.status

    @property
    def reasons(self) -> list[str]:
        """Why resources failed, the first failure first."""
        return [one["ResourceStatusReason"] for one in self.events if one["ResourceStatus"].endswith("_FAILED")]

    def __str__(self) -> str:
        lines = [
            f"{one['ResourceStatus']:<45} {one['LogicalResourceId']} {one.get('ResourceStatusReason', '')}".rstrip()
            for one in self.events
        ]
        return "\n".join([f"{self.stack_name}: {self.status}", *lines])
