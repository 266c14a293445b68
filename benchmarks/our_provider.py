"""Our own provider: the function's code from the event to the response, in the simulated world of the tests."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from benchmarks.schedules import Waited
from local_aws.packages import Behaviour
from tests.simulation.boundaries import Boundaries
from tests.simulation.package.resource import PackageResource
from tests.simulation.package.templates import dictionary
from tests.simulation.world import World

T = TypeVar("T")

# Objects of the simulated world: one that the service reads where it lies, and one that has to be staged, as the CDK's
# assets have.
IN_PLACE, STAGED = "old", "old-kms"
AN_HOUR = 3600.0
# From a look at the service that sees AVAILABLE until CloudFormation hears of it: half a look, half a response.
WAY_BACK = 1.0


@dataclass(frozen=True)
class Served:
    """A Create, from the event to the response.

    Attributes:
        waited: how long the response took, and the calls.
        seconds: how long the function ran.
        invocations: how often it was invoked.
    """

    waited: Waited
    seconds: float
    invocations: int


def serve(stabilizing: float, call: float, source: str = IN_PLACE) -> Served:
    """Serve a Create of a dictionary that takes that long, with calls that take that long."""
    world = World(Behaviour(copying=stabilizing, validating=0), latency=call)
    began = world.clockwork.now()
    response = world.serve(PackageResource(world).creation(dictionary(source)))
    assert response is not None, "CloudFormation hears of it"  # noqa: S101
    assert response.status == "SUCCESS", response.reason  # noqa: S101
    world.run()  # what is removed after the response
    waited = Waited(response.moment - world.packages.imports[0].due, len(world.boundaries.crossed))
    return Served(waited, world.clockwork.now() - began, world.invocations)


class _Looks(Boundaries):
    """Notes when the function looks at the package, and how many calls it has made by then."""

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__()
        self._now = now
        self.looks: list[tuple[float, int]] = []

    def cross(self, operation: str, apply: Callable[[], T]) -> T:
        answer = super().cross(operation, apply)
        if operation == "DescribePackages":
            self.looks.append((self._now(), len(self.crossed)))
        return answer


@cache
def looks(call: float) -> list[tuple[float, int]]:
    """When the function looks at a package that takes an hour, in seconds from when the service has accepted it.

    Each comes with the calls that were made by then. Whenever a package becomes available, the looks until then are
    these.
    """
    world = World(Behaviour(copying=AN_HOUR, validating=0), latency=call)
    noted = world.boundaries = _Looks(world.clockwork.now)
    world.serve(PackageResource(world).creation(dictionary(IN_PLACE)))
    accepted = world.packages.imports[0].due - AN_HOUR
    return [(moment - accepted, calls) for moment, calls in noted.looks if moment > accepted]


class OurProvider:
    """The provider, as one of those who wait."""

    name = "this provider"
    source = "`lambda_handler/`: its own code, from the event to the response, in the simulated world of its tests"

    def wait(self, stabilizing: float, call: float) -> Waited | None:
        """Wait for a package that takes that long, with calls that take that long. `serve` gives the same, slower."""
        seen = looks(call)
        first = bisect_left(seen, (stabilizing, 0))
        if first == len(seen):
            return None
        moment, calls = seen[first]
        return Waited(moment + WAY_BACK * call - stabilizing, calls + 2)  # the response, and what is left of copies
