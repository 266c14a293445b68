"""What a failed Create has left may be the resource itself by now: a later deployment has taken it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_handler.cloudformation.fence import NOTED_WITHIN
from lambda_handler.reconcile import Pending, reconcile, told_or

if TYPE_CHECKING:
    from lambda_handler.cloudformation.request import Request
    from lambda_handler.cloudformation.stacks import ResourceState, Stacks


def is_taken_over(request: Request, stacks: Stacks, physical_id: str) -> bool:
    """Whether CloudFormation knows the resource of a Delete, which carries another id, by that one, and keeps it.

    With rollback disabled a Create that has failed, or whose response was lost, stays as it is. The next deployment
    creates the resource again and finds what there is. Then CloudFormation deletes the id of the failed Create.

    Raises:
        DeadlineExceeded: CloudFormation throttles, so nobody knows yet.
    """
    owner = request.owner

    def ask() -> ResourceState | Pending | None:
        state = told_or(
            None,
            lambda: stacks.resource(owner.stack_id, owner.logical_id),
            "CloudFormation cannot be asked what the resource is",
        )
        if state is None or request.deadline.age >= NOTED_WITHIN:
            return state
        if state.physical_id in (physical_id, request.physical_id):
            return state
        # What is told may lag behind: from when the later Create was not over yet.
        return Pending("CloudFormation to tell what the resource is", state.status)

    state = reconcile(ask, request.deadline)
    return state is not None and state.physical_id == physical_id and state.status != "DELETE_COMPLETE"
