"""The mark in a package's description, which says the resource that owns the package.

    Shop synonyms [cloudformation shop/Synonyms 3f0c…-91ab…-77d2…-c0de…]

The provider writes it (`lambda_handler/ownership.py`). That is the code of a function, which this command does not
import; a test holds the two forms equal.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

STACK_DIGITS, RESOURCE_DIGITS, REQUEST_DIGITS, SOURCE_DIGITS = 16, 12, 12, 16
# In the middle of a name that is longer than the mark has room for. CloudFormation's own names have no dots.
SHORTENED = "..."

_UNREADABLE = re.compile(r"[^\w./:-]", re.ASCII)
_MARK = re.compile(
    r"\s?\[cloudformation (?P<names>[^\[\]]*) "
    rf"(?P<stack>[0-9a-f]{{{STACK_DIGITS}}})-(?P<resource>[0-9a-f]{{{RESOURCE_DIGITS}}})-"
    rf"[0-9a-f]{{{REQUEST_DIGITS}}}-[0-9a-f]{{{SOURCE_DIGITS}}}\]\s*\Z"
)


@dataclass(frozen=True)
class Mark:
    """A mark that was read.

    Attributes:
        stack_name: the stack's name, perhaps shortened.
        logical_id: the resource's logical id, perhaps shortened.
        stack: the digest of the stack's id.
        resource: the digest of the logical id.
    """

    stack_name: str
    logical_id: str
    stack: str
    resource: str

    def is_of_stack(self, stack_id: str) -> bool:
        """Whether the mark is of that very stack, and not of an earlier one of the same name."""
        return _digest(stack_id, STACK_DIGITS) == self.stack

    def is_of_resource(self, logical_id: str) -> bool:
        """Whether the mark is of the resource with that logical id in its stack."""
        return _digest(logical_id, RESOURCE_DIGITS) == self.resource


def read(description: str) -> Mark | None:
    """The mark of a description; None where there is none."""
    match = _MARK.search(description)
    if match is None:
        return None
    # Anybody may write a description. What the provider does not write must not reach a terminal.
    stack_name, _, logical_id = _UNREADABLE.sub("_", match["names"]).rpartition("/")
    return Mark(stack_name, logical_id, match["stack"], match["resource"])


def _digest(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]
