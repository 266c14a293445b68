"""What to do when the time is over, and a domain still changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_handler.association.situation import Situation
    from lambda_handler.domains import Domains

_ON_DELETE = (
    "Delete again when that has ended. If it never ends, an index may still use a plugin: take it out of the index's "
    "settings, or delete the index"
)
_ON_CHANGE = (
    "Deploy again when that has ended: with rollback disabled (cdk deploy --no-rollback) the next deployment goes on "
    "from there; a rollback that has failed can be continued then. "
)
_WAITS = "For a domain whose changes take more than an hour, set Wait to false"
_DOES_NOT_WAIT = "Wait is false, but the service has not taken the change: it takes one at a time"


def advice(kind: str, seen: Situation, domains: Domains) -> str:
    """What to do, and how far the domain's change has come.

    Args:
        kind: `Create`, `Update` or `Delete`.
        seen: the last look.
        domains: the service.
    """
    # A dictionary's way to a domain is no change of the domain, so nothing tells how far it is.
    is_changing = seen.domain is not None and seen.domain.is_changing
    progress = f" ({domains.progress(seen.name)})" if is_changing else ""
    going_on = f"The change goes on at the service{progress}. "
    if kind == "Delete":
        return going_on + _ON_DELETE
    return going_on + _ON_CHANGE + (_WAITS if seen.waits else _DOES_NOT_WAIT)
