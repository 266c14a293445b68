"""CloudFormation's part: which request follows on which answer."""

from __future__ import annotations

from typing import Any

from tests.simulation.world import LOGICAL_ID, SHOP, SOURCES, Answer, World

Properties = dict[str, Any]


def source(key: str) -> dict[str, str]:
    """A PackageSource: `old`, `new`, `bad`, or one of them with `-kms`."""
    return {"S3BucketName": SOURCES, "S3Key": f"{key}.txt"}


def dictionary(key: str = "old", **more: Any) -> Properties:
    """A dictionary from S3, or from text where `PackageContent` is given."""
    given = {} if "PackageContent" in more else {"PackageSource": source(key)}
    return {"PackageType": "TXT-DICTIONARY", "PackageName": "synonyms", **given, **more}


class StackResource:
    """A resource of a stack, as CloudFormation keeps it.

    Attributes:
        physical_id: what CloudFormation knows it by; None where there is no resource.
        properties: the properties of the last successful request.
    """

    def __init__(self, world: World, stack_id: str = SHOP, logical_id: str = LOGICAL_ID) -> None:
        self.world = world
        self.key = stack_id, logical_id
        self.physical_id: str | None = None
        self.properties: Properties = {}

    def event(self, kind: str, properties: Properties, **more: Any) -> dict[str, Any]:
        """A request for this resource."""
        return self.world.event(kind, properties, StackId=self.key[0], LogicalResourceId=self.key[1], **more)

    def creation(self, wanted: Properties) -> dict[str, Any]:
        """The request that creates it."""
        return self.event("Create", wanted)

    def change(self, wanted: Properties, old: Properties | None = None, known_as: str | None = None) -> dict[str, Any]:
        """The request that updates it."""
        before = self.properties if old is None else old
        return self.event(
            "Update", wanted, PhysicalResourceId=known_as or self.physical_id, OldResourceProperties=before
        )

    def removal(self, known_as: str | None = None, properties: Properties | None = None) -> dict[str, Any]:
        """The request that deletes it."""
        told = self.properties if properties is None else properties
        return self.event("Delete", told, PhysicalResourceId=known_as or self.physical_id)

    # Whole operations, each with all that follows.

    def create(self, wanted: Properties) -> Answer | None:
        """Create it; where that fails, delete it."""
        event = self.creation(wanted)
        answer = self.world.serve(event)
        self.follow_up(event)
        return answer

    def update(self, wanted: Properties) -> Answer | None:
        """Update it; where that fails, roll back; clean up what was replaced."""
        event = self.change(wanted)
        answer = self.world.serve(event)
        self.follow_up(event)
        return answer

    def delete(self) -> Answer | None:
        """Delete it."""
        if self.physical_id is None:
            return None
        answer = self.world.serve(self.removal())
        if answer is not None and answer.status == "SUCCESS":
            self.physical_id = None
        return answer

    def follow_up(self, event: dict[str, Any]) -> None:
        """What CloudFormation does once a request is over."""
        answer = self.world.sent[event["RequestId"]].answer
        succeeded = answer is not None and answer.status == "SUCCESS"
        kind, wanted = event["RequestType"], event["ResourceProperties"]
        if kind == "Delete":
            if succeeded and event["PhysicalResourceId"] == self.physical_id:
                self.physical_id = None
        elif succeeded:
            assert answer is not None
            self._take(answer.physical_id, wanted, event.get("PhysicalResourceId"), event.get("OldResourceProperties"))
        elif kind == "Create":
            self.physical_id = answer.physical_id if answer else "shop-Synonyms-1A2B3C4D5E6F"
            self.properties = wanted
            self.delete()
        elif wanted != self.properties:
            self._roll_back(wanted)

    def _roll_back(self, failed: Properties) -> None:
        event = self.change(self.properties, old=failed)
        answer = self.world.serve(event)
        if answer is not None and answer.status == "SUCCESS":
            self._take(answer.physical_id, self.properties, event["PhysicalResourceId"], failed)

    def _take(self, physical_id: str, properties: Properties, before: str | None, old: Properties | None) -> None:
        """Go on with another id, and delete what had the last one: only after a success, as CloudFormation does."""
        self.physical_id, self.properties = physical_id, _without_token(properties)
        if before is not None and before != physical_id:
            self.world.serve(self.removal(before, old or {}))


def _without_token(properties: Properties) -> Properties:
    return {name: value for name, value in properties.items() if name != "ServiceToken"}
