"""A deployment: what CloudFormation does to a stack, one resource after the other, and what it does when one fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.simulation.cloudformation import (
    BEFORE_A_ROLLBACK,
    CLEANS_UP,
    CLEANS_UP_AFTERWARDS,
    Properties,
    StackResource,
)
from tests.simulation.world import World


@dataclass
class Change:
    """What a deployment changes of one resource.

    Attributes:
        resource: the resource.
        known_as: its physical id before; None where there was none.
        before: its properties before.
        wanted: what the template says now.
        replaced_by: its physical id since; empty where the change has failed.
    """

    resource: StackResource
    known_as: str | None
    before: Properties
    wanted: Properties
    replaced_by: str = ""

    @property
    def is_a_replacement(self) -> bool:
        """Whether it has got another id."""
        return self.known_as is not None and self.replaced_by not in ("", self.known_as)

    @property
    def is_left(self) -> bool:
        """Whether it was created, and could not be deleted again."""
        return self.known_as is None and self.resource.physical_id is not None


class Deployment:
    """An update of a stack: what it changes, then the clean-up; or the rollback of all of it.

    Args:
        world: where it happens.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.changes: list[Change] = []
        self._to_undo: list[Change] = []
        self._to_go: list[tuple[StackResource, str, Properties]] = []

    def begin(self, resource: StackResource, wanted: Properties) -> dict[str, Any]:
        """Create a resource or update it. Gives the request."""
        first, known_as = not self.changes, resource.physical_id
        self.changes.append(Change(resource, known_as, resource.properties, wanted))
        if known_as is None:
            return resource.creation(wanted, begins=first)
        return resource.change(wanted, begins=first)

    def has_worked(self, event: dict[str, Any]) -> bool:
        """Wait for the response to a request, and go on with what it says."""
        [change] = [one for one in self.changes if one.resource.latest is event]
        resource, response = change.resource, self._world.wait(event)
        if response is not None and response.status == "SUCCESS":
            resource.go_on_as(response, change.wanted)
            change.replaced_by = response.physical_id
            return True
        if change.known_as is None:
            resource.properties = change.wanted
            resource.physical_id = response.physical_id if response else resource.invented_id
        return False

    def apply(
        self, resource: StackResource, wanted: Properties, send: Callable[[StackResource, dict[str, Any]], None]
    ) -> bool:
        """Create a resource or update it, and wait until that is over. Gives whether it has worked."""
        event = self.begin(resource, wanted)
        send(resource, event)
        return self.has_worked(event)

    def end(self) -> None:
        """All of it went well: what was replaced goes, what others need last."""
        for change in reversed(self.changes):
            if change.known_as is not None and change.is_a_replacement:
                change.resource.dispose_of(change.known_as, change.before, CLEANS_UP)

    def roll_back(self, *, known_as_new: bool = True) -> bool:
        """Something has failed, here or elsewhere in the stack. Gives whether everything could be undone.

        Which id the rollback's Update of a replacement carries nobody outside AWS knows.
        """
        self._to_undo = [one for one in self.changes if one.known_as is not None and one.wanted != one.before]
        for change in self._to_undo:
            is_new = known_as_new and change.replaced_by
            change.resource.physical_id = change.replaced_by if is_new else change.known_as
            change.resource.properties = change.before
        if self._to_undo:
            self._world.clockwork.sleep(BEFORE_A_ROLLBACK)
        return self.go_on()

    def go_on(self) -> bool:
        """Begin the rollback, or continue it after a failure. Gives whether everything is undone."""
        while self._to_undo:
            if not self._undo(self._to_undo[0]):
                return False
            del self._to_undo[0]
        for resource, physical_id, properties in reversed(self._to_go):
            resource.dispose_of(physical_id, properties, CLEANS_UP_AFTERWARDS)
        for change in reversed(self.changes):
            if change.known_as is None:
                retains, change.resource.retains = change.resource.retains, False  # RetainExceptOnCreate
                change.resource.delete(CLEANS_UP_AFTERWARDS)
                change.resource.retains = retains
        return True

    def skip(self) -> StackResource:
        """Leave what cannot be undone as it is (ResourcesToSkip of ContinueUpdateRollback), and give it."""
        left = self._to_undo.pop(0)
        if left.resource.physical_id == left.replaced_by:
            left.resource.properties = left.wanted
        return left.resource

    def _undo(self, change: Change) -> bool:
        resource, known_as = change.resource, change.resource.physical_id
        response = self._world.serve(resource.change(change.before, old=change.wanted))
        if response is None or response.status != "SUCCESS":
            return False
        resource.go_on_as(response, change.before)
        if known_as is not None and known_as != resource.physical_id:
            self._to_go.append((resource, known_as, change.wanted))
        if change.known_as is not None and change.known_as not in (known_as, resource.physical_id):
            self._to_go.append((resource, change.known_as, change.before))
        return True
