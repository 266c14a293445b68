"""CloudFormation's part: which request follows on which response."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from tests.simulation.names import LOGICAL_ID, SHOP
from tests.simulation.world import Received, World

Properties = dict[str, Any]

# StackStatus of a stack, from what is changed to what is removed.
CHANGES, CLEANS_UP = "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
ROLLS_BACK, CLEANS_UP_AFTERWARDS = "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
DELETES = "DELETE_IN_PROGRESS"
# CloudFormation stops what else it does before it rolls back, in seconds.
BEFORE_A_ROLLBACK = 11.0


class StackResource(ABC):
    """A resource of a stack, as CloudFormation keeps it.

    Attributes:
        type: its type.
        physical_id: what CloudFormation knows it by; None where there is no resource.
        properties: the properties of the last successful request.
        attributes: what `Fn::GetAtt` gives of it.
        retains: whether its DeletionPolicy and its UpdateReplacePolicy are Retain.
        latest: the last request that was sent for it.
    """

    type: ClassVar[str]

    def __init__(
        self, world: World, stack_id: str = SHOP, logical_id: str = LOGICAL_ID, *, retains: bool = False
    ) -> None:
        self.world = world
        self.retains = retains
        self.key = stack_id, logical_id
        self.physical_id: str | None = None
        self.properties: Properties = {}
        self.attributes: dict[str, str] = {}
        self._failed: Properties | None = None  # what a rollback still has to undo
        self.latest: dict[str, Any] = {}

    def event(self, kind: str, properties: Properties, **more: Any) -> dict[str, Any]:
        """A request for this resource."""
        named = {"ResourceType": self.type, "StackId": self.key[0], "LogicalResourceId": self.key[1]}
        self.latest = self.world.event(kind, properties, **named, **more)
        return self.latest

    @property
    def invented_id(self) -> str:
        """What CloudFormation names it by when it got no id."""
        return f"{self.key[0].split('/')[1]}-{self.key[1]}-1A2B3C4D5E6F"

    @abstractmethod
    def is_there(self) -> bool:
        """Whether what CloudFormation knows by the id exists."""

    @abstractmethod
    def note_retained(self, physical_id: str) -> None:
        """Note what a Retain policy has kept."""

    def creation(self, wanted: Properties, *, begins: bool = True) -> dict[str, Any]:
        """The request that creates it, in an update of its stack that begins with it, or is under way."""
        self._say(CHANGES, begins=begins)
        return self.event("Create", wanted)

    def change(
        self, wanted: Properties, old: Properties | None = None, known_as: str | None = None, *, begins: bool = True
    ) -> dict[str, Any]:
        """The request that updates it, or the rollback of an update where the properties before are given."""
        self._say(CHANGES if old is None else ROLLS_BACK, begins=begins and old is None)
        before = self.properties if old is None else old
        return self.event(
            "Update", wanted, PhysicalResourceId=known_as or self.physical_id, OldResourceProperties=before
        )

    def removal(
        self, known_as: str | None = None, properties: Properties | None = None, status: str = DELETES
    ) -> dict[str, Any]:
        """The request that deletes it, with its stack or because of another StackStatus."""
        told = self.properties if properties is None else properties
        self._say(status)
        return self.event("Delete", told, PhysicalResourceId=known_as or self.physical_id)

    def _say(self, status: str, *, begins: bool = False) -> None:
        """Say how the stack is, and whether an update of it begins."""
        self.world.stacks.statuses[self.key[0]] = status
        if begins:
            self.world.stacks.begin_update(self.key[0])

    # Whole operations, each with all that follows.

    def create(self, wanted: Properties) -> Received | None:
        """Create it; where that fails, delete it."""
        event = self.creation(wanted)
        response = self.world.serve(event)
        self.follow_up(event)
        return response

    def update(self, wanted: Properties) -> Received | None:
        """Update it; where that fails, roll back; clean up what was replaced."""
        if self._failed is not None:  # CloudFormation takes no other update before the rollback is through
            self._roll_back(self._failed)
            return None
        event = self.change(wanted)
        response = self.world.serve(event)
        self.follow_up(event)
        return response

    def delete(self, status: str = DELETES) -> Received | None:
        """Delete it."""
        if self.physical_id is None:
            return None
        if self.retains and self.is_there():
            self.note_retained(self.physical_id)
            self.physical_id = self._failed = None
            return None
        event = self.removal(status=status)
        response = self.world.serve(event)
        if response is not None and response.status == "SUCCESS":
            self.physical_id = self._failed = None
        return response

    def follow_up(self, event: dict[str, Any]) -> None:
        """What CloudFormation does once a request is over; nothing where a later one has followed already."""
        if event is not self.latest:
            return
        response = self.world.wait(event)
        succeeded = response is not None and response.status == "SUCCESS"
        kind, wanted = event["RequestType"], event["ResourceProperties"]
        if kind == "Delete":
            if succeeded and event["PhysicalResourceId"] == self.physical_id:
                self.physical_id = None
        elif succeeded:
            assert response is not None
            self._take(response, wanted, event.get("PhysicalResourceId"), event.get("OldResourceProperties"))
        elif kind == "Create":
            self.physical_id = response.physical_id if response else self.invented_id
            self.properties = wanted
            retains, self.retains = self.retains, False  # RetainExceptOnCreate
            self.delete(CLEANS_UP_AFTERWARDS)
            self.retains = retains
        elif self.world.sent[event["RequestId"]].rolls_back:
            self._roll_back(event["OldResourceProperties"])  # it is continued
        elif wanted != self.properties:
            self._roll_back(wanted)

    def _roll_back(self, failed: Properties) -> None:
        self._failed = failed
        self.world.clockwork.sleep(BEFORE_A_ROLLBACK)
        event = self.change(self.properties, old=failed)
        response = self.world.serve(event)
        if response is not None and response.status == "SUCCESS":
            self._failed = None
            self._take(response, self.properties, event["PhysicalResourceId"], failed)

    def _take(self, response: Received, properties: Properties, before: str | None, old: Properties | None) -> None:
        """Go on as a response says, and delete what had the last id: only after a success, as CloudFormation does."""
        self.go_on_as(response, properties)
        if before is not None and before != self.physical_id:
            is_rollback = self.world.stacks.statuses[self.key[0]] == ROLLS_BACK
            self.dispose_of(before, old or {}, CLEANS_UP_AFTERWARDS if is_rollback else CLEANS_UP)

    def go_on_as(self, response: Received, properties: Properties) -> None:
        """Know it as a response says that has brought these properties about."""
        self.physical_id, self.attributes = response.physical_id, response.attributes
        self.properties = _without_token(properties)

    def dispose_of(self, physical_id: str, properties: Properties, status: str) -> Received | None:
        """What has been replaced goes, or stays where a policy says so."""
        if self.retains:
            self.note_retained(physical_id)
            return None
        return self.world.serve(self.removal(physical_id, properties, status))


def _without_token(properties: Properties) -> Properties:
    return {name: value for name, value in properties.items() if name != "ServiceToken"}
