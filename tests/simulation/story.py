"""A story: one kind of request in the situation in which it comes, and what follows on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from local_aws.packages import Behaviour
from tests.simulation.boundaries import Fault
from tests.simulation.cloudformation import StackResource
from tests.simulation.guarantees import Guarantee, Violation
from tests.simulation.violations import left_over, violations
from tests.simulation.world import World

Event = dict[str, Any]
R = TypeVar("R", bound=StackResource)


@dataclass(frozen=True)
class Story(Generic[R]):
    """A kind of request.

    Attributes:
        name: what it is.
        of: makes the resource that the request is about.
        request: prepares the situation, without faults, and gives the request.
        ends: the status of the response to it, whatever transient fault it meets.
        then: what happens once it is over, before CloudFormation goes on.
        stacks_error: why CloudFormation cannot be asked; empty where it can.
        behaviour: how the service behaves, where that differs from the usual.
        function_timeout: how long an invocation may run, in seconds.
        soon: within how many seconds it is responded to, where nothing goes wrong.
        stride: of the looks, which are many in a story that waits and do the same again and again, every so many meets
            its faults, and every other call does; 0 where none does.
    """

    name: str
    of: Callable[[World], R]
    request: Callable[[R], Event]
    ends: str = "SUCCESS"
    then: Callable[[R], None] = lambda _: None
    stacks_error: str = ""
    behaviour: dict[str, Any] = field(default_factory=dict)
    function_timeout: float = 900.0
    soon: float = 60.0
    stride: int = 1

    def play(self, faults: dict[int, Fault] | None = None, denied: str = "") -> Outcome:
        """The request with these faults, then what CloudFormation does next, then the deletion of the stack.

        Args:
            faults: which of its calls go wrong, and how.
            denied: an operation that the request may not call; it may again what follows on the request.
        """
        quick = {"copying": 1, "validating": 1, "deleting": 1, "utf8_checked": True}
        world = World(Behaviour(**{**quick, **self.behaviour}), self.function_timeout)
        world.stacks.error = self.stacks_error
        resource = self.of(world)
        event = self.request(resource)
        world.boundaries.plan(faults or {}, denied)
        begun = world.clockwork.now()
        response = world.serve(event)
        crossed = world.boundaries.crossed
        world.boundaries.plan({})
        found = []
        if denied and response is not None and response.status == "FAILED" != self.ends:
            if denied not in response.reason:
                found.append(Violation(Guarantee.NAMED, f"{self.name}: {denied}: {response.reason}"))
        elif response is not None and response.status != self.ends:
            found.append(Violation(Guarantee.PASSES, f"{self.name}: {response.status}: {response.reason}"))
        if not (faults or denied) and response is not None and response.moment - begun > self.soon:
            found.append(Violation(Guarantee.SOON, f"{self.name}: after {response.moment - begun:.0f} s"))
        self.then(resource)
        resource.follow_up(event)
        resource.delete()
        world.run()
        return Outcome(crossed, [*found, *violations(world), *left_over(world, resource.type, resource.key)])

    def struck(self, crossed: list[str]) -> list[tuple[int, str]]:
        """The calls that meet their faults, with their places."""
        if not self.stride:
            return []
        looks = ("Describe", "List", "Get", "Head")
        calls = enumerate(crossed)
        return [(place, call) for place, call in calls if place % self.stride == 0 or not call.startswith(looks)]


@dataclass(frozen=True)
class Outcome:
    """What came of a story: the calls made for the request, and what did not hold."""

    crossed: list[str]
    violations: list[Violation]
