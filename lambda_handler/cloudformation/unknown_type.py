"""What is said of a resource type that the provider does not serve: a mistake in the template."""

from __future__ import annotations

from collections.abc import Iterable


def unknown_type(received: str, known: Iterable[str]) -> str:
    """The reason, with the types that there are."""
    return f"this provider serves {' and '.join(known)}, received {received}: change the resource's Type"
