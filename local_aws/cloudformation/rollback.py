"""What a rollback does beyond ministack's: failed Creates are deleted, replacements are sent back.

Ministack's rollback sends changed resources back in the order of the operation, then deletes what the
operation made. A failed Create is missing there, and a replacement is only deleted. Both are added by
preparing what it works on.
"""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable
from typing import Any

from local_aws.cloudformation.requests import CustomResources, Rollback

RollBack = Callable[..., Awaitable[Any]]


def with_real_rollback(original: RollBack, custom: CustomResources) -> RollBack:
    """Wrap ministack's `_roll_back_operation`."""

    async def roll_back(
        stack_name: str, stack_id: str, stack: dict[str, Any], operation: dict[str, Any], *rest: Any, **named: Any
    ) -> Any:
        operation = {**operation, "created": list(operation.get("created", []))}
        _delete_failed_creates(stack, operation)
        prepared = _send_back_replacements(stack_id, stack, operation, custom)
        try:
            return await original(stack_name, stack_id, stack, operation, *rest, **named)
        finally:
            for key in prepared:
                del custom.rollbacks[key]

    return roll_back


def is_custom(resource_type: str) -> bool:
    """Whether a resource is a custom one."""
    return resource_type.startswith("Custom::") or resource_type == "AWS::CloudFormation::CustomResource"


def _delete_failed_creates(stack: dict[str, Any], operation: dict[str, Any]) -> None:
    for logical_id, record in stack.get("_resources", {}).items():
        if (
            is_custom(record["ResourceType"])
            and record.get("ResourceStatus") == "CREATE_FAILED"
            and logical_id not in operation["created"]
        ):
            operation["created"].append(logical_id)


def _send_back_replacements(
    stack_id: str, stack: dict[str, Any], operation: dict[str, Any], custom: CustomResources
) -> list[tuple[str, str]]:
    """Let ministack see each replacement twice: as a change in place, to be sent back, then as new, to be deleted.

    Between the two, the response to the Update decides which of the two ids is the one to be deleted.
    """
    resources = stack.get("_resources", {})
    previous = (operation.get("previous_stack") or {}).get("_resources", {})
    replaced = {
        logical_id: resources[logical_id]["PhysicalResourceId"]
        for logical_id in operation.get("replaced_ids", [])
        if logical_id in resources and is_custom(resources[logical_id]["ResourceType"])
    }
    operation["replaced_ids"] = [one for one in operation.get("replaced_ids", []) if one not in replaced]
    replaced |= _failed_replacement(stack_id, resources, operation, custom)
    prepared = []
    for logical_id, new_id in replaced.items():
        key = (stack_id, logical_id)
        rollback = Rollback(new_id)
        custom.rollbacks[key] = rollback
        resources[logical_id] = _Changing(resources[logical_id], previous[logical_id], rollback)
        operation["created"].append(logical_id)
        prepared.append(key)
    return prepared


def _failed_replacement(
    stack_id: str, resources: dict[str, Any], operation: dict[str, Any], custom: CustomResources
) -> dict[str, str]:
    """An Update that failed with another id made something too [O: aws-cdk #30012]."""
    failed_update = operation.get("failed_update")
    if not failed_update:
        return {}
    logical_id, resource_type, physical_id, applied = failed_update[:4]
    new_id = custom.failed_replacements.pop((stack_id, logical_id), None)
    if new_id is None:
        return {}
    resources[logical_id] = {**copy.deepcopy(resources[logical_id]), "Properties": applied}
    operation["failed_update"] = [logical_id, resource_type, physical_id, None, None, None]
    operation["created"].append(logical_id)
    return {logical_id: new_id}


class _Changing(dict[str, Any]):
    """A resource's record that follows its rollback.

    Before the rollback's Update: the old id and the properties that were applied, so that it is sent back.
    After it: the id to be deleted. After an Update that failed: the old properties, so that nothing more
    happens to it.
    """

    def __init__(self, record: dict[str, Any], previous: dict[str, Any], rollback: Rollback) -> None:
        super().__init__(record)
        self._before = {name: copy.deepcopy(previous[name]) for name in ("PhysicalResourceId", "Properties")}
        self._rollback = rollback

    def get(self, name: str, default: Any = None) -> Any:
        old_id = self._before["PhysicalResourceId"]
        if name == "PhysicalResourceId":
            if self._rollback.final_id is None:
                return old_id
            return old_id if self._rollback.final_id == self._rollback.new_id else self._rollback.new_id
        deletes_old = self._rollback.final_id == self._rollback.new_id
        if name == "Properties" and (self._rollback.failed or deletes_old):
            return self._before["Properties"]
        return super().get(name, default)
