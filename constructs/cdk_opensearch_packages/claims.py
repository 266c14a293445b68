"""What only one construct of an app may have."""

from collections.abc import Callable, Hashable
from operator import eq
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from constructs import IConstruct

Claimed = TypeVar("Claimed")
# Of each app and subject, what has been claimed, and the path of the construct that has it.
_CLAIMS: WeakKeyDictionary[IConstruct, dict[Hashable, list[tuple[Any, str]]]] = WeakKeyDictionary()


def holder_of(
    subject: Hashable, claimed: Claimed, construct: IConstruct, same: Callable[[Claimed, Claimed], bool] = eq
) -> str:
    """Returns the path of the construct that claimed the same first in the app; ``construct`` does now, if none did.

    Args:
        subject: What the claim is about, such as the names of an account and Region.
        claimed: What is claimed of it.
        construct: The construct that claims it.
        same: Whether two claims are for the same.
    """
    claims = _CLAIMS.setdefault(construct.node.root, {}).setdefault(subject, [])
    holder = next((path for other, path in claims if same(claimed, other)), None)
    if holder is None:
        claims.append((claimed, construct.node.path))
    return holder or construct.node.path
