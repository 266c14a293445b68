"""What the random sequences excuse: the limits that the docs name, and nothing else."""

from __future__ import annotations

from tests.simulation.association.limits import LIMITS as OF_ASSOCIATIONS
from tests.simulation.cloudformation import StackResource
from tests.simulation.limit import Limit
from tests.simulation.names import ASSOCIATION, PACKAGE
from tests.simulation.package.limits import LIMITS as OF_PACKAGES
from tests.simulation.world import Sent

LIMITS: dict[str, tuple[Limit, ...]] = {PACKAGE: OF_PACKAGES, ASSOCIATION: OF_ASSOCIATIONS}


def excuse(resource: StackResource, sent: Sent) -> None:
    """Pass over what a request has met of the limits."""
    for limit in LIMITS[resource.type]:
        if limit.is_met(resource, sent):
            limit.excuse(resource, sent)
