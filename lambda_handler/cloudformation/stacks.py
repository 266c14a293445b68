"""What CloudFormation tells of stacks and their resources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lambda_handler.errors import CALL_ERRORS, code_of

# An update's rollback deletes what the update has made when all else is as it was.
ROLLING_BACK = {
    "ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
}


@dataclass(frozen=True)
class ResourceState:
    """What CloudFormation tells of a resource of a stack.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackResourceDetail.html

    Attributes:
        status: ResourceStatus.
        since: LastUpdatedTimestamp, "time the status was updated".
        physical_id: PhysicalResourceId; empty where it has none yet.
    """

    status: str
    since: datetime | None
    physical_id: str


class Stacks:
    """What CloudFormation tells of stacks. The client is made when it is needed, which is seldom.

    Args:
        make_client: makes boto3's client.
    """

    def __init__(self, make_client: Callable[[], Any]) -> None:
        self._make_client = make_client
        self._client: Any = None

    def resource(self, stack_id: str, logical_id: str) -> ResourceState | None:
        """The state of a resource; None where the stack has no such resource."""
        try:
            told = self._made().describe_stack_resource(StackName=stack_id, LogicalResourceId=logical_id)
        except CALL_ERRORS as error:
            if code_of(error) == "ValidationError":
                return None
            raise
        detail = told["StackResourceDetail"]
        return ResourceState(
            detail["ResourceStatus"], detail.get("LastUpdatedTimestamp"), detail.get("PhysicalResourceId", "")
        )

    def updated_at(self, stack_id: str) -> datetime | None:
        """When the stack's last update began; None where it was never updated."""
        [stack] = self._made().describe_stacks(StackName=stack_id)["Stacks"]
        moment: datetime | None = stack.get("LastUpdatedTime")
        return moment

    def is_rolling_back(self, stack_id: str) -> bool:
        """Whether the stack undoes an operation that has failed: what is deleted now was made by that operation."""
        [stack] = self._made().describe_stacks(StackName=stack_id)["Stacks"]
        return stack["StackStatus"] in ROLLING_BACK

    def _made(self) -> Any:
        self._client = self._client or self._make_client()
        return self._client
