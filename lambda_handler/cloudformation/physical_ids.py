"""Physical ids of a Create that failed, for the Delete that CloudFormation sends next.

CloudFormation deletes what the failed Create named. Where it made nothing, and where nobody knows, the id says so.
"""

from __future__ import annotations

from lambda_handler.ownership import Owner

_NOTHING_CREATED = "nothing-was-created-"
_NOT_KNOWN = "not-known-"


def nothing_created(owner: Owner) -> str:
    """Says that the Create has left nothing: its Delete does nothing."""
    return f"{_NOTHING_CREATED}{owner.request}"


def not_known(owner: Owner) -> str:
    """Says that the Create may have left something: its Delete has to look."""
    return f"{_NOT_KNOWN}{owner.request}"


def is_invented(physical_id: str, owner: Owner) -> bool:
    """Whether CloudFormation has made the id up: it cancelled the Create, or got no response."""
    return not physical_id or physical_id.startswith(f"{owner.stack_name}-{owner.logical_id}-")


def says_nothing_created(physical_id: str) -> bool:
    """Whether the id is ours, from a Create that left nothing."""
    return physical_id.startswith(_NOTHING_CREATED)


def request_of_unknown(physical_id: str) -> str:
    """Which request it was, in a mark's terms, whose Create may have left something; empty for any other id."""
    return physical_id.removeprefix(_NOT_KNOWN) if physical_id.startswith(_NOT_KNOWN) else ""
