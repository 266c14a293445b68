"""What is to become of a domain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_handler.association.unwanted import Evidence, Unwanted, nothing

if TYPE_CHECKING:
    from lambda_handler.association.properties import Entry


@dataclass(frozen=True)
class Target:
    """What is to become of a domain.

    Attributes:
        domain: its name.
        entries: the packages that are to be on it.
        previous: the packages that the template said before.
        unwanted: tells which of its packages are to go.
        earlier: tells what an earlier delivery of the request has put there; None where nothing of it matters.
        waits: whether to wait until the domain is like that, and not only until the service has accepted it.
    """

    domain: str
    entries: tuple[Entry, ...] = ()
    previous: tuple[Entry, ...] = ()
    unwanted: Unwanted = nothing
    earlier: Evidence | None = None
    waits: bool = True
