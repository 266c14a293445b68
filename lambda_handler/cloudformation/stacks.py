"""What CloudFormation tells of stacks and their resources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lambda_handler.errors import CALL_ERRORS, code_of

# While a stack is deleted, and while an update that went well removes what has left the template. In every other status
# what is deleted was made by an operation that has failed, or the request comes too late.
DELETING_ON_PURPOSE = {"DELETE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"}
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
        moment: datetime | None = self._stack(stack_id).get("LastUpdatedTime")
        return moment

    def rolls_back_since(self, stack_id: str) -> datetime | None:
        """When the operation began that is being rolled back; None where the stack rolls back none.

        A nested stack that the operation has made is deleted like any other: then the outermost one tells.
        """
        stack = self._stack(stack_id)
        # A stack that a change set has created may have both.
        began: datetime | None = stack.get("LastUpdatedTime") or stack.get("CreationTime")
        if stack["StackStatus"] in ROLLING_BACK:
            return began
        root: str = stack.get("RootId", "")
        is_nested = root not in ("", stack_id)
        goes = stack["StackStatus"] == "DELETE_IN_PROGRESS"
        return began if goes and is_nested and self.rolls_back_since(root) else None

    def deletes_on_purpose(self, stack_id: str) -> bool:
        """Whether what the stack deletes now is meant to go, and is not the rollback of what has failed.

        A nested stack that its parent rolls back is deleted like any other, so the outermost one counts too.
        """
        stack = self._stack(stack_id)
        if stack["StackStatus"] not in DELETING_ON_PURPOSE:
            return False
        root: str = stack.get("RootId", "")
        return not root or root == stack_id or self.deletes_on_purpose(root)

    def _stack(self, stack_id: str) -> dict[str, Any]:
        [stack] = self._made().describe_stacks(StackName=stack_id)["Stacks"]
        return dict(stack)

    def _made(self) -> Any:
        self._client = self._client or self._make_client()
        return self._client
