"""What only one construct of an app may have."""

from collections.abc import Hashable
from weakref import WeakKeyDictionary

from constructs import IConstruct

# Of each app, which construct has what.
_HOLDERS: WeakKeyDictionary[IConstruct, dict[Hashable, str]] = WeakKeyDictionary()


def holder_of(claim: Hashable, construct: IConstruct) -> str:
    """Returns the path of the construct that claimed this first in the app; ``construct`` does now, if none did."""
    return _HOLDERS.setdefault(construct.node.root, {}).setdefault(claim, construct.node.path)
