"""How CloudFormation and Lambda play: data that tests change."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal


@dataclass
class Playing:
    """Times are scaled down; what is unknown, or happens to somebody else's resource first, can be played."""

    # Lambda retries a function error after one minute, then after two [D: invocation-async-error-handling].
    retry_delay: float = 1.0
    # "The same event may also arrive twice without error" [D: the same page].
    deliveries: int = 1
    # Which physical id the rollback of a replacement carries: unknown.
    rollback_sends: Literal["old-id", "new-id"] = "old-id"
    # Logical ids whose next Create is cancelled, as when another resource of the stack fails
    # [O: cloudformation-coverage-roadmap #1814].
    cancel_creates: list[str] = field(default_factory=list)
    # How many of the next responses meet an HTTP error at their URL.
    refuse_responses: int = 0

    # How old the state is that DescribeStackResource shows, in seconds: unknown, [I] seconds at most.
    describe_lag: float = 0.0
    # What DescribeStackResource shows while the package that a replacement has replaced is being deleted: unknown.
    replaced_shows: Literal["new", "deleting"] = "new"
    # Whether a resource that an update has removed is still described, as DELETE_COMPLETE: unknown; an emulator's
    # developers found that it is not [O: localstack PR 13269].
    removed_is_described: bool = False

    def change(self, values: dict[str, Any]) -> None:
        """Set fields from plain data; unknown names are an error."""
        known = {one.name for one in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"Playing has no field {name!r}")
            setattr(self, name, value)
