"""Whether the resource of a stack that owns a package still exists, and still has that package."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from opensearch_packages_cli.marks import SHORTENED, Mark

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

PACKAGE_ID = re.compile(r"[FG][0-9]+|pkg-[a-f0-9]+")
GONE = ("DELETE_COMPLETE", "DELETE_SKIPPED")


@dataclass(frozen=True)
class Resource:
    """What CloudFormation tells of the resource that a mark names.

    Attributes:
        exists: whether it is there, in that very stack, and has the package.
        said: its ResourceStatus, or why it does not exist.
    """

    exists: bool
    said: str


class Stacks:
    """Looks for the owners of packages. Several threads may use one.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackResourceDetail.html
    """

    def __init__(self, client: CloudFormationClient) -> None:
        self._client = client
        self._lock = Lock()

    def owner(self, mark: Mark, package_id: str) -> Resource:
        """The resource that a package's mark names.

        Raises:
            ClientError: CloudFormation refused a call.
        """
        try:
            detail = self._detail(mark)
        except ClientError as error:
            told = error.response.get("Error", {})
            if told.get("Code") != "ValidationError":  # so it says that there is no such stack, or no such resource
                raise
            return Resource(False, told.get("Message", "").rstrip("."))
        if detail is None:
            return Resource(False, "no stack has it")
        if not mark.is_of_stack(detail["StackId"]):
            return Resource(False, "another stack has that name now")
        status, physical_id = detail["ResourceStatus"], detail.get("PhysicalResourceId", "")
        if status in GONE:
            return Resource(False, status)
        # While a replacement is under way, the resource has its old package still.
        is_done = not status.endswith("_IN_PROGRESS")
        if is_done and physical_id != package_id and PACKAGE_ID.fullmatch(physical_id):
            return Resource(False, f"it has another package now, {physical_id}")
        return Resource(True, status)

    def _detail(self, mark: Mark) -> Mapping[str, Any] | None:
        """The resource's state, with its StackId; None where nothing is left of it under a name that was shortened."""
        stack = self._stack_id(mark) if SHORTENED in mark.stack_name else mark.stack_name
        if stack is None:
            return None
        if SHORTENED not in mark.logical_id:
            told = self._client.describe_stack_resource(StackName=stack, LogicalResourceId=mark.logical_id)
            return told["StackResourceDetail"]
        # The list does not tell the stack's id, and may be of a later stack of the same name.
        stack_id = self._stack_id(mark)
        pages = self._client.get_paginator("list_stack_resources").paginate(StackName=stack_id) if stack_id else ()
        listed = (one for page in pages for one in page["StackResourceSummaries"])
        found = (one for one in listed if mark.is_of_resource(one["LogicalResourceId"]))
        return next(({**one, "StackId": stack_id} for one in found), None)

    def _stack_id(self, mark: Mark) -> str | None:
        with self._lock:
            return next((one for one in self._stack_ids if mark.is_of_stack(one)), None)

    @cached_property
    def _stack_ids(self) -> list[str]:
        """The ids of all stacks that exist. Listed only where a mark has no room for a name."""
        pages = self._client.get_paginator("list_stacks").paginate()
        stacks = (one for page in pages for one in page["StackSummaries"])
        return [one["StackId"] for one in stacks if one["StackStatus"] != "DELETE_COMPLETE"]
