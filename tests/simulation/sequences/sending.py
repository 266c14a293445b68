"""Sending a request, with what else happens while it is served."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.simulation.sequences.steps import Disturbance
from tests.simulation.tally import counts
from tests.simulation.world import World

# A delivery after this many seconds does not keep CloudFormation from going on.
LATE = 30.0


def send(
    world: World, event: dict[str, Any], disturbance: Disturbance, act: Callable[[], None] | None, *, disturbs: bool
) -> None:
    """Send a request, and let everything end that has begun, but for a delivery that is late.

    Args:
        world: where it happens.
        event: the request.
        disturbance: what else happens.
        act: what somebody does meanwhile; None for nothing.
        disturbs: whether that may make the request fail, or may undo what it does.
    """
    sent = world.sent[event["RequestId"]]
    world.deliver(event)
    if disturbance.again_after is not None:
        counts["duplicates"] += 1
        sent.overlapped = True
        world.deliver(event, disturbance.again_after)
        if disturbance.again_after > LATE and not world.stacks.error:
            world.wait(event)
            return
    # Not both: what the second delivery of a failed Create makes, a person's change could keep from failing too.
    elif act is not None:
        counts["by hand"] += 1
        sent.disturbed |= disturbs
        world.clockwork.start(act, disturbance.by_hand_after)
    world.run()
