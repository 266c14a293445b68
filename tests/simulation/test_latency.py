"""How soon CloudFormation hears that a package is stable, and what the waiting costs."""

from __future__ import annotations

import pytest

from local_aws.packages import Behaviour
from tests.simulation.package.resource import PackageResource
from tests.simulation.package.templates import dictionary
from tests.simulation.tally import tables
from tests.simulation.world import World

TITLE = "Stable after, told after at most (allowed), calls to AWS, invocations"
# Where between two looks the package stabilizes is chance: each time is played with so many small delays.
PHASES = 12


def allowed(stabilizing: float) -> float:
    """What `docs/lifecycle.md` promises: 1 s or a tenth of the time waited, whichever is more, at most 15 s."""
    return min(max(1.0, stabilizing / 10), 15.0)


@pytest.mark.parametrize("seconds", [1, 2, 5, 10, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 2700])
def test_a_stable_package_is_told_of_in_time(seconds: int) -> None:
    delays, calls, invocations = [], 0, 0
    for phase in range(PHASES):
        stabilizing = seconds + phase / PHASES * max(1, seconds / 10)
        world = World(Behaviour(copying=stabilizing, validating=0))
        resource = PackageResource(world)
        response = world.serve(resource.creation(dictionary()))
        assert response is not None
        assert response.status == "SUCCESS"
        delay = response.moment - world.packages.imports[0].due
        assert delay <= allowed(stabilizing), f"stable after {stabilizing:.2f} s, told {delay:.2f} s later"
        delays.append(delay)
        calls, invocations = max(calls, len(world.boundaries.crossed)), max(invocations, world.invocations)
    rows = tables.setdefault(TITLE, [])
    rows.append(f"{seconds:6} s {max(delays):8.2f} s ({allowed(seconds):5.2f} s) {calls:6} {invocations:4}")
