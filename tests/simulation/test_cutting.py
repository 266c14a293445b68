"""However the work on a request is cut into invocations, the same is written and the same is said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_aws.packages.behaviour import Behaviour, Fault
from tests.simulation.association.facts import WRITES as OF_ASSOCIATIONS
from tests.simulation.package.facts import WRITES as OF_PACKAGES
from tests.simulation.stories import STORIES
from tests.simulation.story import Story
from tests.simulation.world import World

# CloudFormation's hour in one invocation: Lambda has no such thing, which makes it a good measure.
WHOLE = 4000.0
# A chain ends after twelve further invocations.
LONGEST_CHAIN = 12
# What a story says of itself: it is cut already, or plays with the time that invocations have.
CUT_BY_THEMSELVES = {
    "Create, delivered too late",
    "Create, longer than its time",
    "Create of associations, delivered too late",
    "Create of associations, longer than its time",
    "Update to another domain, longer than its time",
    "Rollback of an Update to another domain, out of time",
    "Delete of associations after a slow Create",
}
# What fails is tried again for three minutes. How often, the moments of the looks decide, and so does the cutting.
TRY_AGAIN = {"Create of an association that never works"}
KINDS = [story for story in STORIES if story.name not in CUT_BY_THEMSELVES]


@dataclass(frozen=True)
class Trouble:
    """What goes wrong, at a time or at a write, and so independently of how often somebody looks.

    Attributes:
        write: which write; empty for none.
        kind: what becomes of it (`local_aws.packages.behaviour.Fault`).
        blind_from: from when on nobody can look, in seconds after the request.
        blind_for: for how long.
    """

    write: str
    kind: Any
    blind_from: float
    blind_for: float


TROUBLES = st.builds(
    Trouble,
    st.sampled_from(["", *OF_PACKAGES, *OF_ASSOCIATIONS]),
    st.sampled_from(
        [
            *("throttle", "500", "error-after-apply", "unreadable", "invalid", "access-denied"),
            *("association-failed", "dissociation-failed"),
        ]
    ),
    st.sampled_from([0.0, 5.0, 20.0, 50.0]),
    st.sampled_from([0.0, 0.0, 10.0, 40.0]),
)
PACES = st.builds(
    lambda importing, leaving, stale: {
        "copying": importing,
        "deleting": leaving,
        "stale_reads": stale,
        "associating": importing,
        "dissociating": leaving,
        "stale_associations": stale,
    },
    st.sampled_from([1.0, 15.0, 40.0, 100.0]),
    st.sampled_from([1.0, 25.0]),
    st.sampled_from([0.0, 0.0, 8.0]),
)


@dataclass(frozen=True)
class Account:
    """What was written for a request, and what was said of it."""

    writes: tuple[str, ...]
    status: str
    physical_id: str
    reason: str
    attributes: tuple[str, ...]
    invocations: int


def account(story: Story[Any], pace: dict[str, Any], trouble: Trouble, function_timeout: float) -> Account:
    """Play a request with invocations of that length."""
    quick: dict[str, Any] = {"validating": 1, "utf8_checked": True}
    world = World(Behaviour(**{**quick, **story.behaviour}), WHOLE)
    world.stacks.error = story.stacks_error
    resource = story.of(world)
    event = story.request(resource)
    world.run()
    for name, value in pace.items():
        if getattr(world.model.behaviour, name) == getattr(Behaviour(**quick), name):  # else the story is about that
            setattr(world.model.behaviour, name, value)
    begun, before = world.clockwork.now(), world.invocations

    def is_blind(_: object) -> bool:
        return trouble.blind_from <= world.clockwork.now() - begun < trouble.blind_from + trouble.blind_for

    world.model.behaviour.faults = [
        *(Fault(look, "throttle", times=100_000, when=is_blind) for look in ("DescribePackages", "DescribeDomain")),
        *([Fault(trouble.write, trouble.kind, message="trouble")] if trouble.write else []),
        *world.model.behaviour.faults,
    ]
    world.function_timeout = function_timeout
    first = len(world.writes)
    heard = len(world.sent[event["RequestId"]].responses)
    world.deliver(event)
    world.run()
    response = world.sent[event["RequestId"]].responses[heard]
    writes = tuple(str(write) for write in world.writes[first:] if write.applied)
    return Account(
        tuple(dict.fromkeys(writes)) if story.name in TRY_AGAIN else writes,
        response.status,
        response.physical_id,
        response.reason.split(" (log stream")[0],
        tuple(f"{name}={value}" for name, value in response.attributes.items() if not name.endswith("At")),
        world.invocations - before,
    )


@settings(max_examples=250, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(KINDS), PACES, TROUBLES, st.sampled_from([12.0, 20.0, 33.0, 60.0]))
def test_every_cutting_writes_and_says_the_same(
    story: Story[Any], pace: dict[str, Any], trouble: Trouble, function_timeout: float
) -> None:
    whole = account(story, pace, trouble, WHOLE)
    cut = account(story, pace, trouble, function_timeout)
    assert whole.invocations == 1
    if cut.invocations <= LONGEST_CHAIN:
        assert replace(cut, invocations=1) == whole
