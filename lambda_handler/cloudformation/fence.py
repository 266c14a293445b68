"""The fence: does CloudFormation still wait for this request?

Lambda delivers a request again when it cannot know that it was served, and a slow request may outlive its end. What
CloudFormation has given up, or has had a response to, must not write any more: a later request of the resource may be
at work. CloudFormation itself is asked, because nothing else knows.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lambda_handler.cloudformation.stacks import ResourceState, Stacks
from lambda_handler.errors import CALL_ERRORS, RequestFailedError, describe, is_transient

if TYPE_CHECKING:
    from lambda_handler.cloudformation.request import Request

# A request that is this young is not asked about, so that an ordinary one costs no further call. A Delete that looks
# for what a cancelled Create has made looks for longer than that.
FRESH_FOR = 15.0
# CloudFormation notes that a resource is in progress about when it signs the request, which tells whole seconds. How
# much later the note may be: what is refused wrongly fails a deployment, so this is generous.
NOTED_WITHIN = 10.0
# How long to ask again and again when CloudFormation throttles, in seconds.
PATIENCE = 30.0
# For how long what CloudFormation says holds, in seconds: for the calls of one step.
HOLDS_FOR = 2.0

# What a resource is while a request for it is under way. There are others, for rollbacks and imports of resources.
IN_PROGRESS = {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"}
# What it is while a later request may bring about what an earlier one takes away.
BEGUN_AGAIN = {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"}

logger = logging.getLogger(__name__)


class NotAwaitedError(RequestFailedError):
    """CloudFormation does not wait for this request any more."""


class Fence:
    """Keeps one request from writing when CloudFormation does not wait for it any more."""

    def __init__(self, stacks: Stacks) -> None:
        self._stacks = stacks
        self._passed_at = float("-inf")
        self._silent_since: float | None = None
        self._given_up = False

    def check(self, request: Request, *, again: bool = False, names_it: bool = False, in_vain: str = "") -> None:
        """Let the request write, or not.

        Args:
            request: the request.
            again: whether it has written before, and what it has made is not there any more: somebody may have undone
                the request, however young it is.
            names_it: whether it is a Delete, of the very id that it writes to.
            in_vain: the physical id of what the request has made in vain, and now deletes; empty for any other write.

        Raises:
            NotAwaitedError: CloudFormation does not wait for it any more.
            ClientError: CloudFormation throttles; ask again.
        """
        now = request.deadline.clock.now()
        fresh = request.deadline.age < FRESH_FOR and not request.invocations and not again
        if fresh or self._given_up or now - self._passed_at < HOLDS_FOR or not request.is_of_this_account_and_region:
            return
        try:
            state = self._stacks.resource(request.owner.stack_id, request.owner.logical_id)
        except CALL_ERRORS as error:
            self._ask_again_or_give_up(error, now)
            return
        self._silent_since = None
        is_over = _is_of_use(request, state, in_vain) if in_vain else _is_over(request, state, names_it=names_it)
        if is_over:
            told = f"it is {state.status} since {state.since}" if state else "it has no such resource any more"
            raise NotAwaitedError(
                f"CloudFormation does not wait for this request any more ({told}): nothing is written"
            )
        self._passed_at = now

    def _ask_again_or_give_up(self, error: Exception, now: float) -> None:
        """Where CloudFormation cannot be asked, the request goes on."""
        if self._silent_since is None:
            self._silent_since = now
        if is_transient(error) and now - self._silent_since < PATIENCE:
            raise error
        self._given_up = True
        logger.warning("CloudFormation cannot be asked whether it still waits: %s", describe(error))


def _is_of_use(request: Request, state: ResourceState | None, in_vain: str) -> bool:
    """Whether the resource is what its request has made in vain, or may become it.

    Another delivery of the request, or a later request, has more success: ids of some types come again.
    """
    if state is None:
        return False
    return state.physical_id == in_vain or (_is_later(request, state) and state.status in BEGUN_AGAIN)


def _is_over(request: Request, state: ResourceState | None, *, names_it: bool) -> bool:
    """Whether what CloudFormation tells is evidence that the request is over. In doubt it is not."""
    if state is None:
        return not names_it
    later = _is_later(request, state)
    if names_it:
        # Only where that id is the resource's again, or may become it. A clean-up after a replacement has one that is
        # not.
        of_that_id = state.physical_id == request.physical_id
        again = of_that_id and not state.status.startswith("DELETE_")
        return (later and (again or state.status in BEGUN_AGAIN)) or (of_that_id and _is_done(request, state))
    signed = request.signed_at
    if state.since and signed is not None and state.since.timestamp() < signed - NOTED_WITHIN:
        return False  # from before the request was made: what is told lags behind
    if not state.status.endswith("_IN_PROGRESS"):
        return True
    of_another_kind = state.status in IN_PROGRESS and state.status != f"{request.kind.upper()}_IN_PROGRESS"
    return later or of_another_kind


def _is_done(request: Request, state: ResourceState) -> bool:
    """Whether CloudFormation has heard that a Delete went well. What is there by now may be somebody else's."""
    if state.status != "DELETE_COMPLETE" or state.since is None or request.signed_at is None:
        return False
    return state.since.timestamp() >= request.signed_at


def _is_later(request: Request, state: ResourceState) -> bool:
    """Whether the resource has got that status surely after the request was made."""
    if state.since is None or request.signed_at is None:
        return False
    return state.since.timestamp() > request.signed_at + NOTED_WITHIN
