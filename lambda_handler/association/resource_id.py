"""The physical id of an association resource: the domain, and whose association it is.

    shop-search/3f0c…-91ab…
    shop-search/3f0c…-91ab…/F123456789,F987654321

The second form is a failed Create's, which could not take off the domain what it had put there: it names these
packages, so that the Delete that follows dissociates them and nothing else. No package of a domain's twenty makes it
longer than CloudFormation's 1,024 characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_handler.ownership import RESOURCE_DIGITS, STACK_DIGITS

if TYPE_CHECKING:
    from lambda_handler.ownership import Owner


_RESOURCE_ID = re.compile(
    rf"(?P<domain>[^/]+)/(?P<owner>[0-9a-f]{{{STACK_DIGITS}}}-[0-9a-f]{{{RESOURCE_DIGITS}}})(/(?P<made>[^/]+))?"
)


@dataclass(frozen=True)
class ResourceId:
    """What a physical id says.

    Attributes:
        domain: the domain.
        owner: the stack and the resource, as in a package's mark.
        made: the packages that a failed Create has put onto the domain; empty for a resource that exists.
    """

    domain: str
    owner: str
    made: tuple[str, ...] = ()

    @classmethod
    def of(cls, domain: str, owner: Owner, made: Iterable[str] = ()) -> ResourceId:
        """The id of that resource's packages on a domain."""
        return cls(domain, f"{owner.stack}-{owner.resource}", tuple(sorted(made)))

    def __str__(self) -> str:
        return "/".join(filter(None, [self.domain, self.owner, ",".join(self.made)]))


def read(physical_id: str) -> ResourceId | None:
    """What the id says; None for one that this program has not given."""
    match = _RESOURCE_ID.fullmatch(physical_id)
    if match is None:
        return None
    return ResourceId(match["domain"], match["owner"], tuple(match["made"].split(",")) if match["made"] else ())
