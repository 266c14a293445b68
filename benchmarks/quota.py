"""A stack that uses the whole quota of a Region, while the service throttles: 25 packages, 20 of them on one domain."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from local_aws.packages import Behaviour
from tests.simulation.association.resource import AssociationResource
from tests.simulation.association.templates import packages
from tests.simulation.boundaries import Boundaries, Fault
from tests.simulation.names import DOMAINS, SHOP
from tests.simulation.package.resource import PackageResource
from tests.simulation.package.templates import dictionary
from tests.simulation.services import OPERATIONS
from tests.simulation.world import World

T = TypeVar("T")

# "25, not adjustable" in a Region, "20, not adjustable" on a domain.
# Source: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/limits.html
PACKAGES, ON_A_DOMAIN = 25, 20
# Calls a second. What the service allows is not documented.
RATES = (2, 5, 10)
# Calls that it takes at once after a pause, where that is more.
BURST = 5
# How long an import and an association of a dictionary take, in seconds.
# Source: https://github.com/aws/aws-sdk-js/issues/4099 has two to three minutes for the latter.
IMPORTING, ASSOCIATING = 30.0, 150.0
# The calls without which a package cannot be made and seen available: look for its name, make it, look at it. And those
# of the association: its packages, the domain and what is on it, before and after, and AssociatePackages.
CALLS_OF_A_PACKAGE, CALLS_OF_THE_ASSOCIATION = 3, 7


class Throttled(Boundaries):
    """A service that takes so many calls a second, and some more at once after a pause; others it throttles."""

    def __init__(self, now: Callable[[], float], rate: float) -> None:
        super().__init__()
        self._now, self._rate = now, rate
        self._most = max(rate, BURST)
        self._tokens, self._filled = self._most, now()
        self.taken = self.throttled = 0

    def cross(self, operation: str, apply: Callable[[], T]) -> T:
        """Make a call, if it is not one too many."""
        if operation in OPERATIONS.values():
            now = self._now()
            self._tokens = min(self._tokens + (now - self._filled) * self._rate, self._most)
            self._filled = now
            if self._tokens < 1:
                self.throttled += 1
                raise Fault("throttled", applied=False).strike(operation)
            self._tokens -= 1
            self.taken += 1
        return super().cross(operation, apply)


@dataclass(frozen=True)
class Deployed:
    """How a stack was made.

    Attributes:
        packages: how many packages it has.
        seconds: from the first request until CloudFormation has heard of the association.
        taken: calls that the service took.
        throttled: calls that it did not take.
        failed: the reasons of requests that failed.
    """

    packages: int
    seconds: float
    taken: int
    throttled: int
    failed: tuple[str, ...]

    def seconds_at_best(self, rate: float) -> float:
        """What it takes at least where the service takes that many calls a second."""
        calls = self.packages * CALLS_OF_A_PACKAGE + CALLS_OF_THE_ASSOCIATION
        return calls / rate


def deploy(count: int, rate: float) -> Deployed:
    """Make that many packages at once, and then put them, or as many as a domain takes, onto a domain."""
    random.seed(1)  # throttled requests wait for random times
    world = World(Behaviour(copying=IMPORTING / 2, validating=IMPORTING / 2, associating=ASSOCIATING))
    _empty(world)
    throttled = world.boundaries = Throttled(world.clockwork.now, rate)
    began = world.clockwork.now()
    resources = [PackageResource(world, logical_id=f"Package{number}") for number in range(count)]
    made = [one.creation(dictionary(PackageName=f"package-{number}")) for number, one in enumerate(resources)]
    for event in made:
        world.deliver(event)
    responses = [world.wait(event) for event in made]
    ids = [response.physical_id for response in responses if response is not None and response.status == "SUCCESS"]
    association = AssociationResource(world, SHOP, "OnTheDomain")
    responses.append(world.serve(association.creation(packages(*ids[:ON_A_DOMAIN]))))
    ended = max(response.moment for response in responses if response is not None)
    failed = [getattr(one, "reason", "no response") for one in responses if one is None or one.status != "SUCCESS"]
    return Deployed(count, ended - began, throttled.taken, throttled.throttled, tuple(failed))


def _empty(world: World) -> None:
    """Remove the packages that others have in the simulated world: the quota is for all."""
    foreign = {one["PackageName"]: one["PackageID"] for one in world.model.own_packages()}
    for domain in DOMAINS:
        world.associations.dissociate_by_hand(domain, foreign["made-by-hand"])
    world.clockwork.sleep(ASSOCIATING)
    for package_id in foreign.values():
        world.packages.delete_by_hand(package_id)
    world.clockwork.sleep(60)
    assert not world.model.own_packages(), "the Region has no package"  # noqa: S101
