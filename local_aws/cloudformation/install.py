"""The seams at which ministack's CloudFormation is completed.

Functions that are replaced or wrapped, and names of them that are imported elsewhere.
"""

from __future__ import annotations

from local_aws.cloudformation import provisioned
from local_aws.cloudformation.conditions import with_joins
from local_aws.cloudformation.exports import with_exports_kept
from local_aws.cloudformation.requests import CustomResources
from local_aws.cloudformation.rollback import with_real_rollback


def install(custom: CustomResources) -> None:
    """Put `custom` and the rest in ministack's place."""
    from ministack.core import iam_actions  # noqa: PLC0415
    from ministack.services.cloudformation import (  # noqa: PLC0415
        changesets,
        custom_resource,
        engine,
        handlers,
        provisioners,
        stacks,
    )

    custom_resource.invoke_custom_resource = custom.invoke
    stacks._resolve_stack_outputs = with_exports_kept(stacks._resolve_stack_outputs)
    stacks._roll_back_operation = with_real_rollback(stacks._roll_back_operation, custom)
    handlers._roll_back_operation = stacks._roll_back_operation
    evaluate = with_joins(engine._evaluate_conditions)
    for module in (engine, changesets, handlers, stacks):
        module._evaluate_conditions = evaluate
    provisioned.complete(provisioners._RESOURCE_HANDLERS)
    actions = handlers._ACTION_HANDLERS
    actions["DescribeStackResource"] = custom.states.describe_resource(actions["DescribeStackResource"])
    actions["DescribeStacks"] = custom.states.describe_stacks(actions["DescribeStacks"])
    iam_actions.extract_resource_arn = custom.states.stack_arn(iam_actions.extract_resource_arn)
